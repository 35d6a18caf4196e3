// The engine's answers for the Usage view. A round sends all queries for the current settings, one after the other; an answer that arrives
// after the settings changed is ignored. Rounds for news never overlap, and the pause between them grows with how long they take.
// `usageState` decides what to query; this module decides when.

import { faultOf } from "../../ipc/backend";
import type { Fault, LimitHistory, UsageGroup, UsageReport, UsageStep, UsageTotal } from "../../ipc/protocol";
import type { Sum } from "../../domain/usage/amount";
import { pairOf } from "../../domain/usage/compare";
import { daysBefore, startOf } from "../../domain/usage/calendar";
import { drawnSpan, spanOf, stepFor, type RangeChoice, type Span } from "../../domain/usage/range";
import type { Questions } from "./questions";

/** The settings that a round queries. */
export type Setting = {
  readonly range: RangeChoice;
  readonly step: UsageStep | null;
  readonly by: UsageGroup;
  readonly isAllInTable: boolean;
};

/** The answer for the chart, with its settings. */
export type ChartAnswer = {
  readonly setting: Setting;
  readonly asOf: number;
  readonly span: Span;
  readonly drawn: Span;
  readonly step: UsageStep;
  readonly report: UsageReport;
  readonly whole: UsageReport;
};

export type Compared = { readonly asOf: number; readonly day: Pair; readonly week: Pair };
type Pair = { readonly now: Sum | null; readonly before: Sum | null };

/** The number of days of limit history that are shown. */
const LIMIT_DAYS = 7;
/** The pause between rounds for news: at least this many milliseconds, and this many times as long as the round took. */
const LEAST_PAUSE = 4_000;
const PAUSE_TIMES = 10;

export class Answers {
  chart = $state.raw<ChartAnswer | null>(null);
  /** All groups of the range, if the table shows all. */
  table = $state.raw<UsageReport | null>(null);
  stories = $state.raw<readonly UsageTotal[]>([]);
  compared = $state.raw<Compared | null>(null);
  limits = $state.raw<{ readonly span: Span; readonly lines: readonly LimitHistory[] } | null>(null);
  /** Nothing was ever used. Known only after the range was found to be empty. */
  isUnused = $state(false);
  /** Why the last round failed; null after a successful one. */
  problem = $state.raw<Fault | null>(null);
  /** A query is running. */
  isAsking = $state(false);
  readonly #questions: Questions;
  readonly #setting: () => Setting;
  readonly #clock: () => number;
  #round = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isShown = false;
  #hasNews = false;
  /** The earliest time of the next round for news. */
  #notBefore = 0;

  constructor(questions: Questions, setting: () => Setting, clock: () => number) {
    this.#questions = questions;
    this.#setting = setting;
    this.#clock = clock;
  }

  /** The view is shown: starts a round at once, and further ones when there is news. */
  show(): void {
    this.#isShown = true;
    this.ask();
  }

  hide(): void {
    this.#isShown = false;
    this.#hasNews = false;
    this.#round += 1;
    this.isAsking = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Starts a round now because the settings changed. The running one is ignored. */
  ask(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    void this.#go();
  }

  /** There may be new usage: starts a round, but not before the pause is over and not during another round. */
  news(): void {
    if (!this.#isShown) return;
    if (this.isAsking) this.#hasNews = true;
    else
      this.#timer ??= setTimeout(
        () => {
          this.ask();
        },
        Math.max(0, this.#notBefore - performance.now()),
      );
  }

  async #go(): Promise<void> {
    const round = (this.#round += 1);
    const began = performance.now();
    this.isAsking = true;
    this.#hasNews = false;
    try {
      await this.#all(() => round === this.#round);
      if (round === this.#round) this.problem = null;
    } catch (thrown) {
      if (round === this.#round) this.problem = faultOf(thrown);
    }
    if (round !== this.#round) return;
    this.isAsking = false;
    this.#notBefore = performance.now() + Math.max(LEAST_PAUSE, PAUSE_TIMES * (performance.now() - began));
    if (this.#hasNews) this.news();
  }

  async #all(isCurrent: () => boolean): Promise<void> {
    const setting = this.#setting();
    const asOf = this.#clock();
    const chart = await this.#chart(setting, asOf);
    if (!isCurrent()) return;
    const isUnused = chart.whole.groups.length === 0 && (await this.#isAnythingUsed()) === null;
    if (!isCurrent()) return;
    const table = setting.isAllInTable ? await this.#questions.table(chart.span, setting.by) : null;
    if (!isCurrent()) return;
    const stories = await this.#questions.stories(chart.span);
    if (!isCurrent()) return;
    // All values of one range are set at the same time, so that they never belong to different ranges.
    this.chart = chart;
    this.isUnused = isUnused;
    this.table = table;
    this.stories = stories.groups;
    if (isUnused) return;
    const compared = await this.#compared(asOf);
    if (!isCurrent()) return;
    this.compared = compared;
    const span = { from: daysBefore(startOf("day", asOf), LIMIT_DAYS - 1), to: asOf };
    const lines = await this.#questions.limits(span);
    if (isCurrent()) this.limits = { span, lines };
  }

  async #chart(setting: Setting, asOf: number): Promise<ChartAnswer> {
    const isAll = "name" in setting.range && setting.range.name === "all";
    const everything = isAll ? await this.#questions.whole(null) : null;
    const used =
      everything && everything.groups.length > 0
        ? { from: Date.parse(everything.from), to: Date.parse(everything.to) }
        : null;
    const span = spanOf(setting.range, asOf, used);
    const step = stepFor(span, setting.step);
    const drawn = drawnSpan(span, step);
    const report = await this.#questions.chart(drawn, step, setting.by);
    const whole = everything ?? (await this.#questions.whole(span));
    return { setting, asOf, span, drawn, step, report, whole };
  }

  async #isAnythingUsed(): Promise<UsageTotal | null> {
    const all = await this.#questions.whole(null);
    return all.groups[0] ?? null;
  }

  async #compared(asOf: number): Promise<Compared> {
    return { asOf, day: await this.#pair("day", asOf), week: await this.#pair("week", asOf) };
  }

  async #pair(period: "day" | "week", asOf: number): Promise<Pair> {
    const { now, before } = pairOf(period, asOf);
    return { now: await this.#questions.sum(now), before: await this.#questions.sum(before) };
  }
}
