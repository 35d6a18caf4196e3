// What a person chose on a story's screen, and what follows from it: the rows that are shown, the questions
// that are asked, the tab beside. It folds the feed's timeline; it decides nothing about the story.
import { createContext } from "svelte";
import { agentName } from "../../domain/agents";
import { rowOfEvent } from "../../domain/timeline/eventRow";
import { isError, shown, type Filter, type Shown } from "../../domain/timeline/filter";
import { TimelineFold, type Rows } from "../../domain/timeline/fold";
import type { QueuedPrompt } from "../../domain/timeline/journalFold";
import { stepFrom } from "../../domain/timeline/step";
import { openAsks, type OpenAsk } from "../../domain/timeline/openAsk";
import type { Row } from "../../domain/timeline/row";
import type { Answer, QuestionId, Run, RunId, Seq, StoryId, StoryView } from "../../ipc/protocol";
import type { AppState } from "../../state/appState.svelte";
import type { StepName } from "../../state/route.svelte";
import type { RawTarget, StoryKept } from "./kept.svelte";
import { m } from "../../paraglide/messages";

/** What a row is called where its bytes are shown. */
const ROW_WORDS: Record<Row["kind"], string> = {
  run: m.row_kind_run(),
  gate: m.row_kind_gate(),
  turn: m.row_kind_turn(),
  text: m.row_kind_text(),
  thought: m.row_kind_thought(),
  call: m.row_kind_call(),
  question: m.row_kind_question(),
  task: m.row_kind_task(),
  retry: m.row_kind_retry(),
  api_error: m.row_kind_api_error(),
  limit: m.row_kind_limit(),
  nudge: m.row_kind_nudge(),
  given_up: m.row_kind_given_up(),
  unrecognized: m.row_kind_unrecognized(),
  output: m.row_kind_output(),
  turn_end: m.row_kind_turn_end(),
  run_end: m.row_kind_run_end(),
  state: m.row_kind_state(),
  note: m.row_kind_note(),
  now: m.row_kind_now(),
};

/** What came of copying the command that resumes: none yet, done, nothing to copy, not done. */
export type Copied = "" | "yes" | "nothing" | "no";

export class Screen {
  readonly app: AppState;
  readonly id: StoryId;
  readonly #fold = new TimelineFold();
  /** What is found again when the story is shown again. */
  readonly kept: StoryKept;
  /** The first and the last row in view, and when they happened. */
  inView = $state.raw<{ first: number; last: number; from: string | null; to: string | null } | null>(null);
  /** Something that is not here yet is being read, so nothing is let go. */
  isSeeking = $state(false);
  /** The chart of turns is to get the focus when it is here, and whether it has it. */
  wantsChart = $state(false);
  isInChart = $state(false);
  /** An error was looked for, and there is none. */
  foundNone = $state(false);
  /** The question whose answer is on its way. */
  sending = $state<QuestionId | null>(null);
  /** The rows that were in view last are read back, as far as they are to be had. */
  hasReturned = $state(false);

  constructor(app: AppState, id: StoryId, kept: StoryKept) {
    this.app = app;
    this.id = id;
    this.kept = kept;
  }

  readonly view: StoryView | undefined = $derived.by(() => this.app.feed.story(this.id));
  readonly runs: readonly Run[] = $derived.by(() => this.view?.runs ?? []);
  /** The rows of the timeline; null until the timeline is here. */
  readonly rows: Rows | null = $derived.by(() => {
    const timeline = this.app.feed.timeline;
    return timeline?.story === this.id ? this.#fold.rows(timeline, this.runs) : null;
  });
  /** The prompts that can be changed and taken back. */
  readonly waiting: readonly QueuedPrompt[] = $derived.by(() => this.rows?.journal.waiting ?? []);
  readonly asks: readonly OpenAsk[] = $derived.by(() =>
    openAsks(this.id, this.app.feed.questions, this.rows),
  );
  readonly #walked: Shown | null = $derived.by(
    () => this.rows && shown(this.rows, this.kept.filter, this.kept.unfolded),
  );
  readonly shown: readonly Row[] = $derived.by(() => {
    const all = this.#walked?.rows ?? [];
    const asked = this.asks[0]?.row;
    // What the card shows is not shown twice.
    return asked ? all.filter((row) => row !== asked) : all;
  });
  /** When the newest event came. What the page has is on disk already. */
  readonly newest: number | null = $derived.by(() => {
    const times = [...(this.rows ? (this.app.feed.timeline?.runs.values() ?? []) : [])].map((held) =>
      Date.parse(held.events.at(-1)?.at ?? ""),
    );
    return times.length === 0 ? null : Math.max(...times.filter((time) => !Number.isNaN(time)));
  });
  readonly agent: string = $derived.by(() => agentName(this.app.feed.agents, this.view?.story.agent ?? ""));

  /** How many subagents are around a row. */
  depth(key: string): number {
    return this.#walked?.depths.get(key) ?? 0;
  }

  isUnfolded(key: string): boolean {
    return this.kept.unfolded.has(key);
  }

  fold(key: string): void {
    const next = new Set(this.kept.unfolded);
    if (!next.delete(key)) next.add(key);
    this.kept.unfolded = next;
  }

  run(id: RunId | null): Run | undefined {
    return this.runs.find((run) => run.id === id);
  }

  /** What the agent said about itself when the run began. */
  model(id: RunId | null): string | null {
    const run = this.run(id);
    return run?.model ?? (run && this.#fold.run(run.id)?.session?.model) ?? null;
  }

  /** The row a number of places after the selected one. */
  step(by: number): number {
    return this.#select(stepFrom(this.shown, this.kept.selected, this.inView, by));
  }

  /** The next row on which something went wrong, around the end; -1 when there is none. */
  nextError(): number {
    const at = this.shown.findIndex((row) => row.key === this.kept.selected);
    const wrong = this.shown.flatMap((row, index) => (isError(row) ? [index] : []));
    this.foundNone = wrong.length === 0;
    return this.#select(wrong.find((index) => index > at) ?? wrong[0] ?? -1);
  }

  /** Shows the rows of one kind, from their end. */
  show(filter: Filter): void {
    if (filter === this.kept.filter) return;
    this.kept.filter = filter;
    this.kept.place = null;
  }

  /** Reads back until the row that was in view last is here, so that it is found again. */
  async comeBack(): Promise<void> {
    const { place } = this.kept;
    if (this.hasReturned || this.isSeeking) return;
    const missing = () => place !== null && this.shown.every((row) => row.key !== place.key);
    if (missing()) await this.#readBack(() => (missing() ? (this.rows?.older.at(-1) ?? null) : null));
    this.hasReturned = true;
  }

  /** The index of the row to begin with in view, and how far it is scrolled beyond; null for the end. */
  get begin(): { index: number; within: number } | null {
    const { place } = this.kept;
    if (place === null) return null;
    const own = this.shown.findIndex((row) => row.key === place.key);
    const index = own >= 0 ? own : this.shown.findLastIndex((row) => row.at <= place.at);
    return index < 0 ? null : { index, within: own >= 0 ? place.within : 0 };
  }

  /** Selects the row of a step by its lasting name; -1 when there is no such step. */
  async seekStep({ run, stream, offset, k }: StepName): Promise<number> {
    if (this.isSeeking) return -1;
    const held = () => this.app.feed.timeline?.runs.get(run);
    const find = () =>
      held()?.events.find(
        ({ pos }) => pos !== null && pos.stream === stream && pos.offset === offset && pos.index === k,
      );
    await this.#readBack(() =>
      !find() && (held()?.first ?? 1) > 1 ? (this.rows?.older.at(-1) ?? null) : null,
    );
    const found = find();
    return found ? this.seek(run, found.seq, Date.parse(found.at)) : -1;
  }

  /** Selects the row of a run's event, reading back as far as it takes; -1 when it is not to be had. */
  async seek(run: RunId, seq: Seq | null, at: number): Promise<number> {
    if (this.isSeeking) return -1;
    await this.#readBack(() => this.#gapBefore(run, seq));
    const isFiltered = rowOfEvent(this.shown, run, seq, at) < 0 && this.kept.filter !== "all";
    if (isFiltered) this.show("all");
    return this.#select(rowOfEvent(this.shown, run, seq, at));
  }

  /** Reads earlier events of the run that is named, until none is named or there are none. */
  async #readBack(next: () => RunId | null): Promise<void> {
    this.isSeeking = true;
    try {
      for (let run = next(); run !== null && this.view !== undefined; run = next()) {
        const held = this.app.feed.timeline?.runs.get(run)?.events.length ?? 0;
        if (!(await this.app.feed.older(run, Math.max(500, held)))) break;
      }
      // From here on the end is not read any more, so what was read back stays.
      this.inView = null;
    } finally {
      this.isSeeking = false;
    }
  }

  /** The run whose earlier events must be read before this event is shown; null when it is here. */
  #gapBefore(run: RunId, seq: Seq | null): RunId | null {
    const gap = this.rows?.older.at(-1);
    const order = (id: RunId) => this.runs.findIndex((each) => each.id === id);
    if (gap === undefined || order(gap) < order(run)) return null;
    const first = this.app.feed.timeline?.runs.get(run)?.first ?? 1;
    return gap === run && (seq === null || first <= seq) ? null : gap;
  }

  /** Whether the newest row is in view. */
  get atEnd(): boolean {
    return this.inView?.to === this.shown.at(-1)?.at;
  }

  get current(): Row | undefined {
    return this.shown.find((row) => row.key === this.kept.selected);
  }

  /** Shows the bytes a row was made of. */
  showRaw(row: Row): void {
    if (row.run === null || row.pos === null) return;
    this.look({ run: row.run, ...row.pos, what: ROW_WORDS[row.kind] });
  }

  look(target: RawTarget): void {
    this.kept.raw = target;
    this.kept.tab = "raw";
  }

  async answer(question: QuestionId, answer: Answer): Promise<void> {
    if (this.sending === question) return;
    this.sending = question;
    const consent = await this.app.ask({ do: "answer", question, answer }, this.id);
    // Its effect comes back through the feed and takes the card away; a refusal leaves it.
    if (consent === null) this.sending = null;
    else this.kept.answering(question).done();
  }

  #select(index: number): number {
    this.kept.selected = this.shown[index]?.key ?? this.kept.selected;
    return index;
  }
}

const [screen, setScreen] = createContext<Screen>();
export { screen, setScreen };
