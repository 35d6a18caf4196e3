// The range of time of the Usage view and its unit: which ranges can be chosen, their names, and which units give few enough bars. Pure;
// the present time is an argument.

import type { UsageStep } from "../../ipc/protocol";
import { countOf, daysBefore, monthsBefore, nextOf, startOf } from "./calendar";
import { dayText, hourText, isToday, isYesterday } from "./times";
import { m } from "../../paraglide/messages";

/** With more bars than this, single bars cannot be told apart. */
export const MOST_BARS = 62;

export type RangeName = "today" | "week" | "month" | "year" | "all";

/** A range by name, or one that was chosen in the chart. */
export type RangeChoice = { readonly name: RangeName } | { readonly from: number; readonly to: number };

/** A range of time; the end is exclusive. */
export type Span = { readonly from: number; readonly to: number };

export const RANGES: readonly { readonly name: RangeName; readonly text: string }[] = [
  { name: "today", text: m.range_today() },
  { name: "week", text: m.range_week() },
  { name: "month", text: m.range_month() },
  { name: "year", text: m.range_year() },
  { name: "all", text: m.range_all() },
];

export const STEPS: readonly { readonly step: UsageStep; readonly text: string; readonly by: string }[] = [
  { step: "hour", text: m.step_hour(), by: m.step_by_hour() },
  { step: "day", text: m.step_day(), by: m.step_by_day() },
  { step: "week", text: m.step_week(), by: m.step_by_week() },
  { step: "month", text: m.step_month(), by: m.step_by_month() },
];

/** The range in time. `used` is the time between the first and last usage; only the range "all" needs it. */
export function spanOf(choice: RangeChoice, now: number, used: Span | null): Span {
  if (!("name" in choice)) return choice;
  const tomorrow = nextOf("day", now);
  const today = startOf("day", now);
  switch (choice.name) {
    case "today":
      return { from: today, to: tomorrow };
    case "week":
      return { from: daysBefore(today, 6), to: tomorrow };
    case "month":
      return { from: daysBefore(today, 29), to: tomorrow };
    case "year":
      return { from: monthsBefore(now, 11), to: nextOf("month", now) };
    case "all":
      return used
        ? { from: startOf("day", used.from), to: Math.max(tomorrow, used.to) }
        : { from: today, to: tomorrow };
  }
}

/** The range in a sentence, after an amount: `today`, `in the 7 days to today`, `on Mon 16 Nov`. */
export function rangePhrase(choice: RangeChoice, now: number): string {
  if (!("name" in choice)) return spanPhrase(choice, now);
  switch (choice.name) {
    case "today":
      return m.range_text_today();
    case "week":
      return m.range_phrase_week();
    case "month":
      return m.range_phrase_month();
    case "year":
      return m.range_phrase_year();
    case "all":
      return m.range_phrase_all();
  }
}

/** The name of a range: `today`, `30 days to today`, `Wed 18 Nov`, `Mon 9 Nov to Sun 15 Nov`. */
export function rangeText(choice: RangeChoice, now: number): string {
  if (!("name" in choice)) return spanText(choice, now);
  switch (choice.name) {
    case "today":
      return m.range_text_today();
    case "week":
      return m.range_text_week();
    case "month":
      return m.range_text_month();
    case "year":
      return m.range_text_year();
    case "all":
      return m.range_text_all();
  }
}

function spanPhrase(span: Span, now: number): string {
  const text = spanText(span, now);
  if (startOf("day", span.from) !== startOf("day", span.to - 1)) return m.range_phrase_from({ span: text });
  return isNear(span.from, now) ? text : m.range_phrase_on({ span: text });
}

/** A day within a sentence: `today`, `Wed 18 Nov`. */
function dayWord(at: number, now: number): string {
  if (isToday(at, now)) return m.day_today();
  return isYesterday(at, now) ? m.day_yesterday() : dayText(at, now);
}

function isNear(at: number, now: number): boolean {
  return isToday(at, now) || isYesterday(at, now);
}

function spanText({ from, to }: Span, now: number): string {
  const isDays = startOf("day", from) === from && startOf("day", to) === to;
  if (!isDays) {
    const isOneDay = startOf("day", from) === startOf("day", to - 1);
    const end = to === nextOf("day", from) ? m.time_midnight() : hourText(to);
    return isOneDay
      ? m.range_hours({ day: dayWord(from, now), from: hourText(from), to: end })
      : m.range_from_to({
          from: `${dayWord(from, now)} ${hourText(from)}`,
          to: `${dayWord(to, now)} ${hourText(to)}`,
        });
  }
  const last = startOf("day", to - 1);
  return last === from
    ? dayWord(from, now)
    : m.range_from_to({ from: dayWord(from, now), to: dayWord(last, now) });
}

export type StepChoice = {
  readonly step: UsageStep;
  readonly text: string;
  /** Why it cannot be chosen; empty if it can. */ readonly why: string;
};

const TOO_MANY: Record<UsageStep, (bars: { most: number }) => string> = {
  hour: m.step_many_hour,
  day: m.step_many_day,
  week: m.step_many_week,
  month: m.step_many_month,
};

/** All units; those that would give too many bars have a reason in `why`. */
export function stepsOf(span: Span): StepChoice[] {
  return STEPS.map(({ step, text }) => {
    const isMany = countOf(step, span.from, span.to, MOST_BARS) > MOST_BARS;
    return { step, text, why: isMany ? TOO_MANY[step]({ most: MOST_BARS }) : "" };
  });
}

/** The finest unit that gives few enough bars. */
export function finestStep(span: Span): UsageStep {
  return stepsOf(span).find(({ why }) => why === "")?.step ?? "month";
}

/** The part of the range that the chart shows: its last months, if even months would be too many bars. */
export function drawnSpan(span: Span, step: UsageStep): Span {
  if (countOf(step, span.from, span.to, MOST_BARS) <= MOST_BARS) return span;
  return { from: monthsBefore(span.to - 1, MOST_BARS - 1), to: span.to };
}

/** The chosen unit if it gives few enough bars, else the finest that does. */
export function stepFor(span: Span, chosen: UsageStep | null): UsageStep {
  const isPossible = chosen !== null && countOf(chosen, span.from, span.to, MOST_BARS) <= MOST_BARS;
  return isPossible ? chosen : finestStep(span);
}

/** Whether a bar of this unit can be opened in a finer unit. */
export function isNarrowable(step: UsageStep): boolean {
  return step !== "hour";
}
