// The state of a story's view: the shown rows, the open questions, and the chosen panel. It folds the feed's timeline; it decides nothing
// about the story.
import { createContext } from "svelte";
import { agentName } from "../../domain/agents";
import { stepOf } from "../../domain/changes/said";
import { turnOf, turnNumbers } from "../../domain/changes/turn";
import { rowOfEvent } from "../../domain/timeline/eventRow";
import { isError, shown, type Filter, type Shown } from "../../domain/timeline/filter";
import { TimelineFold, type Rows } from "../../domain/timeline/fold";
import type { QueuedPrompt } from "../../domain/timeline/journalFold";
import { stepFrom } from "../../domain/timeline/step";
import { openAsks, type OpenAsk } from "../../domain/timeline/openAsk";
import type { Row } from "../../domain/timeline/row";
import type {
  Answer,
  ChangedFile,
  QuestionId,
  Run,
  RunId,
  Seq,
  StoryId,
  StoryView,
} from "../../ipc/protocol";
import type { AppState } from "../../state/appState.svelte";
import type { StepName } from "../../state/route.svelte";
import type { RawTarget, StoryKept } from "./kept.svelte";
import { m } from "../../paraglide/messages";

/** The name of each kind of row in the raw view. */
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

/** The result of copying the resume command: not done yet, copied, nothing to copy, failed. */
export type Copied = "" | "yes" | "nothing" | "no";

export class Screen {
  readonly app: AppState;
  readonly id: StoryId;
  readonly #fold = new TimelineFold();
  /** The state that is restored when the story is shown again. */
  readonly kept: StoryKept;
  /** The first and last visible row, and their times. */
  inView = $state.raw<{ first: number; last: number; from: string | null; to: string | null } | null>(null);
  /** Events that are not loaded are being searched for, so nothing is dropped from memory. */
  isSeeking = $state(false);
  /** Whether the chart of turns should get the focus once it is loaded, and whether it has the focus. */
  wantsChart = $state(false);
  /** Whether the message of a commit should get the focus once the panel for it is loaded. */
  wantsFinish = false;
  isInChart = $state(false);
  /** The question whose answer is being sent. */
  sending = $state<QuestionId | null>(null);
  /** The rows of the stored scroll position are loaded, as far as they exist. */
  hasReturned = $state(false);

  constructor(app: AppState, id: StoryId, kept: StoryKept) {
    this.app = app;
    this.id = id;
    this.kept = kept;
  }

  readonly view: StoryView | undefined = $derived.by(() => this.app.feed.story(this.id));
  readonly runs: readonly Run[] = $derived.by(() => this.view?.runs ?? []);
  /** The rows of the timeline; null until it is loaded. */
  readonly rows: Rows | null = $derived.by(() => {
    const timeline = this.app.feed.timeline;
    return timeline?.story === this.id ? this.#fold.rows(timeline, this.runs) : null;
  });
  /** The prompts that wait; those that are not among `unshown` can be changed and taken back. */
  readonly waiting: readonly QueuedPrompt[] = $derived.by(() => [
    ...(this.rows?.journal.waiting ?? []),
    ...this.unshown,
  ]);
  /** The prompts that are recorded, and that the feed does not show yet. */
  readonly unshown: readonly QueuedPrompt[] = $derived.by(() =>
    this.kept.recorded.filter(({ id }) => !this.rows?.journal.prompts.has(id)),
  );
  readonly asks: readonly OpenAsk[] = $derived.by(() =>
    openAsks(this.id, this.app.feed.questions, this.rows),
  );
  readonly #walked: Shown | null = $derived.by(
    () => this.rows && shown(this.rows, this.kept.filter, this.kept.unfolded),
  );
  readonly shown: readonly Row[] = $derived.by(() => {
    const all = this.#walked?.rows ?? [];
    const asked = this.asks[0]?.row;
    // The row of the question in the card is left out.
    return asked ? all.filter((row) => row !== asked) : all;
  });
  readonly hasErrors: boolean = $derived.by(() => this.shown.some(isError));
  /** The time of the newest event, which is already on disk. */
  readonly newest: number | null = $derived.by(() => {
    const times = [...(this.rows ? (this.app.feed.timeline?.runs.values() ?? []) : [])].map((held) =>
      Date.parse(held.events.at(-1)?.at ?? ""),
    );
    return times.length === 0 ? null : Math.max(...times.filter((time) => !Number.isNaN(time)));
  });
  readonly agent: string = $derived.by(() => agentName(this.app.feed.agents, this.view?.story.agent ?? ""));

  /** The numbers of the turns that are loaded, the newest first. */
  readonly turns: readonly number[] = $derived.by(() => turnNumbers(this.rows?.rows ?? []));
  /** The number of the newest checkpoint: with it the changes may be others. */
  readonly checkpoint: number = $derived.by(() => this.rows?.journal.checkpoint ?? 0);

  /** How often something was said of the changes: comments, reviews, files that were reviewed. */
  readonly reviews: number = $derived.by(() => this.rows?.journal.reviews ?? 0);

  /** The number of subagents around a row. */
  depth(key: string): number {
    return this.#walked?.depths.get(key) ?? 0;
  }

  /** Whether the next prompt is written and not sent. */
  get hasWords(): boolean {
    return this.kept.words.trim() !== "";
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

  /** The model of a run, as the agent reported it at the start. */
  model(id: RunId | null): string | null {
    const run = this.run(id);
    return run?.model ?? (run && this.#fold.run(run.id)?.session?.model) ?? null;
  }

  /** Selects the row `by` places after the selected one. Returns its index. */
  step(by: number): number {
    return this.#select(stepFrom(this.shown, this.kept.selected, this.inView, by));
  }

  /** Selects the next row with an error, wrapping around. Returns its index, or -1 if there is none. */
  nextError(): number {
    const at = this.shown.findIndex((row) => row.key === this.kept.selected);
    const wrong = this.shown.flatMap((row, index) => (isError(row) ? [index] : []));
    return this.#select(wrong.find((index) => index > at) ?? wrong[0] ?? -1);
  }

  /** Shows the rows of one kind, at their end. */
  show(filter: Filter): void {
    if (filter === this.kept.filter) return;
    this.kept.filter = filter;
    this.kept.place = null;
  }

  /** Loads earlier events until the row of the stored scroll position exists. */
  async comeBack(): Promise<void> {
    const { place } = this.kept;
    if (this.hasReturned || this.isSeeking) return;
    const missing = () => place !== null && this.shown.every((row) => row.key !== place.key);
    if (missing()) await this.#readBack(() => (missing() ? (this.rows?.older.at(-1) ?? null) : null));
    this.hasReturned = true;
  }

  /** The row of the stored scroll position, and how far it is scrolled beyond the edge; null for the end of the timeline. */
  get begin(): { index: number; within: number } | null {
    const { place } = this.kept;
    if (place === null) return null;
    const own = this.shown.findIndex((row) => row.key === place.key);
    const index = own >= 0 ? own : this.shown.findLastIndex((row) => row.at <= place.at);
    return index < 0 ? null : { index, within: own >= 0 ? place.within : 0 };
  }

  /** Selects the row of a step. Returns its index, or -1 if there is no such step. */
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

  /** Selects the row of an event, loading earlier events if needed. Returns its index, or -1 if it does not exist. */
  async seek(run: RunId, seq: Seq | null, at: number): Promise<number> {
    if (this.isSeeking) return -1;
    await this.#readBack(() => this.#gapBefore(run, seq));
    const isFiltered = rowOfEvent(this.shown, run, seq, at) < 0 && this.kept.filter !== "all";
    if (isFiltered) this.show("all");
    return this.#select(rowOfEvent(this.shown, run, seq, at));
  }

  /** Loads earlier events of the run that `next` returns, repeatedly, until it returns null or there are none. */
  async #readBack(next: () => RunId | null): Promise<void> {
    this.isSeeking = true;
    try {
      for (let run = next(); run !== null && this.view !== undefined; run = next()) {
        const held = this.app.feed.timeline?.runs.get(run)?.events.length ?? 0;
        if (!(await this.app.feed.older(run, Math.max(500, held)))) break;
      }
      // The end is not visible any more, so the loaded events are not dropped.
      this.inView = null;
    } finally {
      this.isSeeking = false;
    }
  }

  /** The run whose earlier events must be loaded before this event can be shown; null if it can be. */
  #gapBefore(run: RunId, seq: Seq | null): RunId | null {
    const gap = this.rows?.older.at(-1);
    const order = (id: RunId) => this.runs.findIndex((each) => each.id === id);
    if (gap === undefined || order(gap) < order(run)) return null;
    const first = this.app.feed.timeline?.runs.get(run)?.first ?? 1;
    return gap === run && (seq === null || first <= seq) ? null : gap;
  }

  /** Whether the newest row is visible. */
  get atEnd(): boolean {
    return this.inView?.to === this.shown.at(-1)?.at;
  }

  get current(): Row | undefined {
    return this.shown.find((row) => row.key === this.kept.selected);
  }

  /** Shows the bytes of a row in the raw view. */
  showRaw(row: Row): void {
    if (row.run === null || row.pos === null) return;
    this.look({ run: row.run, ...row.pos, what: ROW_WORDS[row.kind] });
  }

  /** Shows what really changed of a file that a step names, in the turn of the step. */
  showChange(path: string, row: Row): void {
    const turn = turnOf(this.rows?.rows ?? [], row);
    this.kept.changes.choose(turn === null ? { of: "base" } : { of: "turn", turn });
    this.kept.changes.wanted = path;
    this.kept.tab = "changes";
  }

  /** Shows the newest step that says that it changed a file. Returns whether there is one. */
  async showStep(files: readonly ChangedFile[], file: ChangedFile): Promise<boolean> {
    if (this.isSeeking) return true;
    const { scope } = this.kept.changes;
    const find = () =>
      this.rows ? stepOf(this.rows, files, file, scope.of === "turn" ? scope.turn : null) : [];
    await this.#readBack(() => (find().length === 0 ? (this.rows?.older.at(-1) ?? null) : null));
    const around = [...find()];
    const step = around.pop();
    if (step === undefined) return false;
    this.show("all");
    this.kept.unfolded = new Set([...this.kept.unfolded, ...around.map(({ key }) => key)]);
    this.kept.selected = step.key;
    this.kept.place = { key: step.key, at: step.at, within: 0 };
    this.kept.tab = "timeline";
    return true;
  }

  look(target: RawTarget): void {
    this.kept.raw = target;
    this.kept.tab = "raw";
  }

  async answer(question: QuestionId, answer: Answer): Promise<void> {
    if (this.sending === question) return;
    this.sending = question;
    const consent = await this.app.ask({ op: "answer", question, answer }, this.id);
    // The feed brings the effect and removes the card; after a refusal the card stays.
    if (consent === null) this.sending = null;
    else this.kept.answering(question).done();
  }

  /** Has the gates run again. */
  runGates(): void {
    void this.app.ask({ op: "run_gates", story: this.id }, this.id);
  }

  #select(index: number): number {
    this.kept.selected = this.shown[index]?.key ?? this.kept.selected;
    return index;
  }
}

const [screen, setScreen] = createContext<Screen>();
export { screen, setScreen };
