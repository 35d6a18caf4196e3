// Compares today with yesterday up to the same time of day, and this week with last week up to the same weekday and time: the ranges to
// query, and the resulting texts. Pure.

import { percent } from "../format";
import { certainty, costText, tokensText, type Sum } from "./amount";
import { valueOf, type Measure } from "./bars";
import { daysBefore, startOf } from "./calendar";
import type { Span } from "./range";
import { hourText } from "./times";
import { m } from "../../paraglide/messages";

export type Period = "day" | "week";

export type Pair = { readonly now: Span; readonly before: Span };

/** The range up to now, and the same part of the previous day or week. */
export function pairOf(period: Period, now: number): Pair {
  const start = startOf(period, now);
  const days = period === "day" ? 1 : 7;
  const before = daysBefore(start, days);
  return {
    now: { from: start, to: now },
    before: { from: before, to: Math.max(before, daysBefore(now, days)) },
  };
}

export type Comparison = {
  readonly name: string;
  /** `$52.18` */
  readonly value: string;
  /** `12 % more than yesterday by 16:50, $46.60` */
  readonly words: string;
};

const WEEKDAY = new Intl.DateTimeFormat("en-GB", { weekday: "long" });

export function comparison(
  period: Period,
  measure: Measure,
  now: number,
  current: Sum | null,
  before: Sum | null,
): Comparison {
  const name = period === "day" ? m.compare_today() : m.compare_week();
  const at = hourText(daysBefore(now, period === "day" ? 1 : 7));
  const when =
    period === "day"
      ? m.compare_yesterday({ time: at })
      : m.compare_last_week({ time: `${WEEKDAY.format(now)} ${at}` });
  // If a part has no price at all, tokens can still be compared.
  const hasNone = [current, before].some((sum) => sum !== null && certainty(sum) === "none");
  const by = hasNone ? "tokens" : measure;
  const value = current ? textOf(current, by) : m.compare_nothing();
  return { name, value, words: wordsOf(by, when, current, before) };
}

/** A sum within a sentence: `≥ $33.29`, `cost not known`, `18.1 M tokens`. */
export function textOf(sum: Sum, measure: Measure): string {
  if (measure === "tokens") return tokensText(sum);
  return isUnknown(sum, measure) ? m.compare_cost_not_known() : costText(sum);
}

function isUnknown(sum: Sum, measure: Measure): boolean {
  return measure === "cost" && certainty(sum) === "part" && sum.cost_micros === 0;
}

/** Whether it is a lower bound. */
function isLeast(sum: Sum, measure: Measure): boolean {
  return measure === "tokens" ? sum.is_partial : certainty(sum) === "part";
}

function wordsOf(measure: Measure, when: string, current: Sum | null, before: Sum | null): string {
  if (!before && !current) return m.compare_both_nothing({ when });
  if (!before) return m.compare_was_nothing({ when });
  if (isUnknown(before, measure)) return m.compare_was_not_known({ when });
  const was = textOf(before, measure);
  if (!current || isUnknown(current, measure)) return m.compare_was({ was, when });
  const [a, b] = [valueOf(current, measure), valueOf(before, measure)];
  const isPart = isLeast(current, measure);
  if (a === 0 && b === 0 && !isPart) return m.compare_same({ when, was });
  if (b === 0 || isLeast(before, measure)) return m.compare_was({ was, when });
  const difference = differenceText(a / b);
  // The present amount is a lower bound, so it can only grow.
  if (isPart && a < b) return m.compare_so_far({ difference, when, was });
  return isPart ? m.compare_at_least({ difference, when, was }) : m.compare_is({ difference, when, was });
}

/** `12 % more than`, `as much as`, `2.4 times as much as`. */
export function differenceText(ratio: number): string {
  if (ratio >= 2) return m.compare_times({ times: ratio >= 9.95 ? Math.round(ratio) : ratio.toFixed(1) });
  const by = Math.round((ratio - 1) * 100);
  if (by === 0) return m.compare_as_much();
  return by > 0
    ? m.compare_more({ percent: percent(by / 100) })
    : m.compare_less({ percent: percent(-by / 100) });
}
