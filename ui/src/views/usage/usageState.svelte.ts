// The user's choices in the Usage view and what follows from them: range, unit, group and measure, the bar that is being read, and the
// ranges before each zoom. They are kept while other views are shown. Sums come from the answers, texts and positions from `domain`.

import { untrack } from "svelte";
import type { StoryView, UsageGroup, UsageStep, UsageTotal } from "../../ipc/protocol";
import { presentBar, usageBars, type Measure, type UsageBar, type UsageBars } from "../../domain/usage/bars";
import { comparison } from "../../domain/usage/compare";
import { zoneName } from "../../domain/usage/calendar";
import { findingText } from "../../domain/usage/finding";
import { CLASS_WHY, groupName, type GroupName } from "../../domain/usage/names";
import {
  rangePhrase,
  rangeText,
  spanOf,
  stepsOf,
  type RangeChoice,
  type RangeName,
  type StepChoice,
} from "../../domain/usage/range";
import { Scrolled } from "../../parts/keptScroll";
import type { AppState } from "../../state/appState.svelte";
import type { Binding } from "../../state/keys.svelte";
import { Answers } from "./answers.svelte";
import { Questions } from "./questions";
import { m } from "../../paraglide/messages";

/** A bar by its index, or several that will become the range. */
export type Picked = { readonly from: number; readonly to: number };

export class UsageState {
  readonly app: AppState;
  readonly zone = zoneName();
  readonly answers: Answers;
  readonly scrolled = new Scrolled();
  range = $state.raw<RangeChoice>({ name: "month" });
  step = $state<UsageStep | null>(null);
  by = $state<UsageGroup>("model");
  #measure = $state<Measure>("cost");
  /** The bars that are being read or marked; null for the present one. */
  picked = $state.raw<Picked | null>(null);
  /** The series within the bar that keys act on. */
  series = $state<number | null>(null);
  /** The ranges before each zoom, newest last. */
  #before = $state.raw<readonly RangeChoice[]>([]);
  isAllInTable = $state(false);
  /** Whether tables show every digit. */
  isExact = $state(false);
  /** Whether the table has a row for each bar and not for each group. */
  isByTime = $state(false);
  /** The chart has the focus, so it gets the keys that otherwise scroll. */
  hasFocus = $state(false);
  /** Why the option that was pressed last cannot be chosen. */
  why = $state("");

  constructor(app: AppState) {
    this.app = app;
    const setting = () =>
      untrack(() => ({ range: this.range, step: this.step, by: this.by, isAllInTable: this.isAllInTable }));
    this.answers = new Answers(new Questions(app.backend, this.zone), setting, () =>
      untrack(() => app.clock.now),
    );
  }

  /** Cost is not reported by class of tokens, so classes are shown in tokens. */
  readonly measure: Measure = $derived.by(() => (this.by === "class" ? "tokens" : this.#measure));

  readonly bars: UsageBars | null = $derived.by(() => {
    const { chart } = this.answers;
    return (
      chart &&
      usageBars(
        chart.report,
        chart.step,
        chart.setting.by,
        chart.setting.by === "class" ? "tokens" : this.#measure,
        chart.asOf,
      )
    );
  });

  /** The units for the shown range, and why some cannot be chosen. */
  readonly steps: readonly StepChoice[] = $derived.by(() => {
    const { chart } = this.answers;
    const isShown = chart !== null && chart.setting.range === this.range;
    return stepsOf(isShown ? chart.span : spanOf(this.range, this.app.clock.now, chart?.span ?? null));
  });

  /** The index of the bar that is being read; -1 without bars. */
  readonly current: number = $derived.by(() => {
    if (!this.bars) return -1;
    return Math.min(this.picked?.to ?? presentBar(this.bars), this.bars.bars.length - 1);
  });

  readonly bar: UsageBar | null = $derived.by(() => this.bars?.bars[this.current] ?? null);
  readonly rangeWords: string = $derived.by(() => {
    const { chart } = this.answers;
    return rangeText(chart?.setting.range ?? this.range, chart?.asOf ?? this.app.clock.now);
  });
  readonly finding: string = $derived.by(() => {
    const { chart, compared } = this.answers;
    if (!chart || !this.bars) return "";
    const isToday = "name" in chart.setting.range && chart.setting.range.name === "today";
    const beside =
      isToday && compared
        ? comparison("day", this.measure, compared.asOf, compared.day.now, compared.day.before).words
        : "";
    return findingText(
      this.bars,
      rangePhrase(chart.setting.range, chart.asOf),
      beside,
      this.app.feed,
      chart.asOf,
    );
  });

  get isZoomed(): boolean {
    return this.#before.length > 0;
  }

  name(total: UsageTotal): GroupName {
    return groupName(total, this.bars?.by ?? this.by, this.app.feed);
  }

  /** The pointer reads a bar. */
  read(bar: number): void {
    if (this.picked && this.picked.from !== this.picked.to) return;
    if (bar === this.picked?.to) return;
    if (bar !== this.current) this.series = null;
    this.picked = { from: bar, to: bar };
  }

  chooseRange(name: RangeName): void {
    this.#before = [];
    this.#show({ name });
  }

  chooseStep({ step, why }: StepChoice): void {
    this.why = why;
    if (why !== "") return;
    this.step = step;
    this.#anew();
  }

  chooseGroup(by: UsageGroup): void {
    this.why = "";
    this.by = by;
    this.isAllInTable = false;
    this.#anew();
  }

  chooseMeasure(measure: Measure): void {
    const isImpossible = measure === "cost" && this.by === "class";
    this.why = isImpossible ? CLASS_WHY : "";
    if (!isImpossible) this.#measure = measure;
  }

  showAllInTable(): void {
    this.isAllInTable = true;
    this.answers.ask();
  }

  /** Makes the bars from `from` to `to` the range. */
  zoom({ from, to }: Picked): void {
    const bars = this.bars?.bars ?? [];
    const first = bars[Math.min(from, to)];
    const last = bars[Math.max(from, to)];
    if (!first || !last) return;
    this.#before = [...this.#before, this.range];
    this.#show({ from: first.from, to: last.to });
  }

  /** Returns to the range before the last zoom. Returns false if there is none. */
  zoomOut(): boolean {
    const range = this.#before.at(-1);
    if (!range) return false;
    this.#before = this.#before.slice(0, -1);
    this.#show(range);
    return true;
  }

  /** The action of Enter or a click on a bar: opens the story of a series, or makes the bar the range. */
  act(bar: number, series: number | null): void {
    const story = series === null ? null : this.#storyAt(series);
    if (story) this.app.open(story.story.id);
    else if (this.canNarrow) this.zoom({ from: bar, to: bar });
  }

  /** Whether a bar can be shown in smaller units. */
  readonly canNarrow: boolean = $derived.by(() => this.bars !== null && this.bars.step !== "hour");

  /** The view's key bindings; those of the chosen bar are first. */
  bindings(): readonly Binding[] {
    const hasBars = () => this.bars !== null && !this.answers.isUnused;
    const inChart = () => this.hasFocus && hasBars();
    const isMany = () => this.picked !== null && this.picked.from !== this.picked.to;
    return [
      {
        keys: "Left",
        label: m.action_bar_before(),
        repeats: true,
        run: () => {
          this.#move(-1);
        },
        when: hasBars,
        unlisted: true,
      },
      {
        keys: "Right",
        label: m.action_next_bar(),
        repeats: true,
        run: () => {
          this.#move(1);
        },
        when: hasBars,
        unlisted: true,
      },
      {
        keys: "Home",
        label: m.action_first_bar(),
        run: () => {
          this.#pick(0);
        },
        when: inChart,
        quiet: true,
        unlisted: true,
      },
      {
        keys: "End",
        label: m.action_last_bar(),
        run: () => {
          this.#pick(Infinity);
        },
        when: inChart,
        quiet: true,
        unlisted: true,
      },
      {
        keys: "Up",
        label: m.action_next_part(),
        repeats: true,
        run: () => {
          this.#step(1);
        },
        when: inChart,
        quiet: true,
        unlisted: true,
      },
      {
        keys: "Down",
        label: m.action_part_before(),
        repeats: true,
        run: () => {
          this.#step(-1);
        },
        when: inChart,
        quiet: true,
        unlisted: true,
      },
      {
        keys: "Shift Left",
        label: m.action_mark_bars(),
        repeats: true,
        run: () => {
          this.#mark(-1);
        },
        when: hasBars,
        quiet: true,
        unlisted: true,
      },
      {
        keys: "Shift Right",
        label: m.action_mark_bars(),
        repeats: true,
        run: () => {
          this.#mark(1);
        },
        when: hasBars,
        quiet: true,
        unlisted: true,
      },
      {
        keys: "Enter",
        label: isMany()
          ? m.action_show_marked()
          : this.#storyAt(this.series)
            ? m.action_open_chosen_story()
            : m.action_smaller_steps(),
        run: () => {
          this.#enter();
        },
        when: () => hasBars() && (isMany() || this.#storyAt(this.series) !== null || this.canNarrow),
      },
      {
        keys: "M",
        label: this.measure === "cost" ? m.action_show_tokens() : m.action_show_cost(),
        run: () => {
          this.chooseMeasure(this.measure === "cost" ? "tokens" : "cost");
        },
        when: () => hasBars() && this.by !== "class",
      },
      {
        keys: "X",
        label: this.isExact ? m.action_rounded() : m.action_exact(),
        run: () => {
          this.isExact = !this.isExact;
        },
        when: hasBars,
      },
      {
        keys: "Esc",
        label: this.isZoomed ? m.action_zoom_out() : m.view_board(),
        run: () => {
          this.#back();
        },
        quiet: !this.isZoomed,
        unlisted: !this.isZoomed,
      },
    ];
  }

  #enter(): void {
    if (this.picked && this.picked.from !== this.picked.to) this.zoom(this.picked);
    else this.act(this.current, this.series);
  }

  #back(): void {
    if (this.picked && this.picked.from !== this.picked.to)
      this.picked = { from: this.picked.to, to: this.picked.to };
    else if (!this.zoomOut()) this.app.router.up();
  }

  #move(by: number): void {
    this.#pick(this.current + by);
  }

  #pick(at: number): void {
    const last = (this.bars?.bars.length ?? 0) - 1;
    const to = Math.max(0, Math.min(last, at));
    this.picked = { from: to, to };
    this.series = null;
  }

  #mark(by: number): void {
    const last = (this.bars?.bars.length ?? 0) - 1;
    this.picked = {
      from: this.picked?.from ?? this.current,
      to: Math.max(0, Math.min(last, this.current + by)),
    };
    this.series = null;
  }

  /** Moves to the next group within the bar that has a value. */
  #step(by: number): void {
    const cells = this.bar?.cells ?? [];
    const there = cells.flatMap((cell, n) => (cell ? [n] : []));
    const at = this.series === null ? (by > 0 ? -1 : there.length) : there.indexOf(this.series);
    this.series = there[Math.max(0, Math.min(there.length - 1, at + by))] ?? null;
  }

  #storyAt(series: number | null): StoryView | null {
    const total = series === null ? undefined : this.bars?.groups[series];
    return total && this.bars?.by === "story" ? this.name(total).story : null;
  }

  #show(range: RangeChoice): void {
    this.range = range;
    this.step = null;
    this.why = "";
    this.#anew();
  }

  #anew(): void {
    this.picked = null;
    this.series = null;
    this.answers.ask();
  }
}
