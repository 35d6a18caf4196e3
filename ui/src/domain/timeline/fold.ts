// The timeline of a story: the rows of its runs and of its journal, merged by time. The folds are kept between batches, so the cost of a
// batch is its own events and one pass over the rows.
import type { Timeline } from "../../feed/apply";
import type { Run, RunId, StoryId } from "../../ipc/protocol";
import { JournalFold } from "./journalFold";
import type { CallRow, GateResult, GateRow, NowRow, QuestionRow, Row, RowBase, RunRow } from "./row";
import { RunFold } from "./runFold";

/** The rows of a timeline. Every change makes a new object. */
export type Rows = {
  readonly rows: readonly Row[];
  readonly journal: JournalFold;
  /** The rows of the subagent of a call. */
  readonly below: (run: RunId | null, call: string) => readonly Row[];
  /** The row that shows a question. */
  readonly asking: (run: RunId, request: string) => CallRow | QuestionRow | null;
  /** Runs whose first events are not loaded, oldest first. `rows` begins at the newest of these runs. */
  readonly older: readonly RunId[];
};

/** The limit that ended a run is searched for in this many rows before its end. */
const LAST_WORDS = 4;

export class TimelineFold {
  #story: StoryId | null = null;
  #journal = new JournalFold();
  #runs = new Map<RunId, RunFold>();
  #settled: { of: readonly Run[]; rows: readonly Row[]; older: readonly RunId[] } | null = null;

  /** The rows after the newest batch. `runs` are all runs of the story, oldest first. */
  rows(timeline: Timeline, runs: readonly Run[]): Rows {
    const isNew = this.#take(timeline);
    // Most batches only continue a draft, so the other rows are not merged again.
    if (isNew || this.#settled?.of !== runs) this.#settled = this.#settle(runs);
    const { rows, older } = this.#settled;
    const tail = [...this.#drafts(timeline, runs), ...this.#now(timeline, runs)];
    return {
      rows: tail.length === 0 ? rows : rows.concat(tail),
      journal: this.#journal,
      below: this.#below,
      asking: this.#asking,
      older,
    };
  }

  /** The fold of a run. */
  run(id: RunId): RunFold | undefined {
    return this.#runs.get(id);
  }

  #take(timeline: Timeline): boolean {
    if (timeline.story !== this.#story || this.#isRewound(timeline)) {
      this.#story = timeline.story;
      this.#journal = new JournalFold();
      this.#runs = new Map();
      this.#settled = null;
    }
    const { deletions } = this.#journal;
    let isNew = this.#journal.take(timeline.journal);
    // The events of deleted logs are gone from the timeline, so their rows go, too.
    if (this.#journal.deletions !== deletions) this.#runs = new Map();
    for (const [run, held] of timeline.runs) {
      const known = this.#runs.get(run);
      // Events were added before the folded ones, so the run is folded again from its beginning.
      const fold = known && (known.first === 0 || known.first === held.first) ? known : new RunFold(run);
      this.#runs.set(run, fold);
      isNew = fold.take(held.events) || isNew;
    }
    return isNew;
  }

  /** The rows of all runs and of the journal, without drafts, merged by time. */
  #settle(runs: readonly Run[]): { of: readonly Run[]; rows: readonly Row[]; older: readonly RunId[] } {
    const older = runs.filter((run) => (this.#runs.get(run.id)?.first ?? 0) > 1).map((run) => run.id);
    const agents = runs.filter((run) => run.kind === "agent");
    this.#attribute(runs);
    const lists = runs.map((run) => this.#rowsOf(run, agents.indexOf(run) + 1));
    const rows = merge(this.#journal.rows, lists.reduce(merge, []));
    return { of: runs, rows: this.#afterGap(rows, older.at(-1)), older };
  }

  /** Rows before a gap of events that are not loaded are not shown, because the gap would be invisible. */
  #afterGap(rows: Row[], run: RunId | undefined): readonly Row[] {
    const first = run === undefined ? undefined : this.#runs.get(run)?.rows[0];
    return first === undefined ? rows : rows.slice(Math.max(0, rows.indexOf(first)));
  }

  /** Whether the timeline has less than was folded, as it can after a new snapshot. */
  #isRewound(timeline: Timeline): boolean {
    if ((timeline.journal.at(-1)?.seq ?? 0) < this.#journal.last) return true;
    const ids = [...this.#runs.keys()];
    return ids.some((id) => (timeline.runs.get(id)?.last ?? 0) < (this.#runs.get(id)?.last ?? 0));
  }

  #rowsOf(run: Run, attempt: number): Row[] {
    const fold = this.#runs.get(run.id);
    if (run.state === "ended") fold?.end();
    const base: RowBase = { key: `run:${run.id}`, at: run.started_at, run: run.id, pos: null };
    const start = this.#journal.starts.get(run.id);
    if (run.kind === "gate" || run.kind === "setup") {
      const row: GateRow = {
        ...base,
        kind: "gate",
        gate: start?.spec.gate ?? null,
        result: gateResult(run),
        why: gateResult(run) === "failed" ? (this.#journal.ends.get(run.id)?.end.evidence.summary ?? "") : "",
        lines: fold?.printed() ?? [],
      };
      return [row];
    }
    const head: RunRow = { ...base, kind: "run", attempt, resumed: start?.resumed ?? null };
    return [head as Row].concat(this.#news(run.id, fold?.rows ?? []));
  }

  /** If a limit ended a run, the row of the run's end describes it. The row of the limit just before that is removed. */
  #news(run: RunId, rows: readonly Row[]): readonly Row[] {
    if (this.#journal.ends.get(run)?.end.outcome.kind !== "limited") return rows;
    const at = rows.findLastIndex((row) => row.kind === "limit" && row.limit.status === "rejected");
    return at >= 0 && at >= rows.length - LAST_WORDS ? rows.toSpliced(at, 1) : rows;
  }

  #drafts(timeline: Timeline, runs: readonly Run[]): Row[] {
    const live = runs.filter((run) => run.state !== "ended");
    return live.flatMap(
      (run) => this.#runs.get(run.id)?.drafts(timeline.drafts.filter((draft) => draft.run === run.id)) ?? [],
    );
  }

  /** What the agent is doing, if no draft shows it. */
  #now(timeline: Timeline, runs: readonly Run[]): NowRow[] {
    const live = runs.findLast((run) => run.kind === "agent" && run.state === "running");
    const fold = live && this.#runs.get(live.id);
    if (!live || !fold?.busy || timeline.drafts.length > 0) return [];
    return [{ key: `now:${live.id}`, at: fold.at, run: live.id, pos: null, kind: "now", busy: fold.busy }];
  }

  /** Turns count over all runs, as the engine counts them. */
  #attribute(runs: readonly Run[]): void {
    let earlier = 0;
    for (const run of runs) {
      this.#runs.get(run.id)?.attribute(earlier, this.#journal.senders(run.id));
      earlier += run.turns;
    }
  }

  readonly #asking = (run: RunId, request: string): CallRow | QuestionRow | null =>
    this.#runs.get(run)?.asking(request) ?? null;

  readonly #below = (run: RunId | null, call: string): readonly Row[] =>
    run === null ? [] : (this.#runs.get(run)?.below(call) ?? []);
}

function gateResult(run: Run): GateResult {
  if (run.state !== "ended") return "runs";
  if (run.outcome === "succeeded") return "passed";
  return run.outcome === "stopped" ? "stopped" : "failed";
}

/** Merges two lists by time. Each keeps its order; at equal times rows of `a` come first. */
export function merge(a: readonly Row[], b: readonly Row[]): Row[] {
  const [end, begin] = [a.at(-1), b[0]];
  if (!end || !begin || end.at <= begin.at) return a.concat(b);
  const parts: (readonly Row[])[] = [];
  let taken = 0;
  let from = 0;
  // `a` is the shorter list: `b` is split where rows of `a` belong, by binary search.
  for (let index = 0; index < a.length; index++) {
    const until = firstAtOrAfter(b, a[index]?.at ?? "", taken);
    if (until === taken) continue;
    parts.push(a.slice(from, index), b.slice(taken, until));
    [taken, from] = [until, index];
  }
  parts.push(a.slice(from), b.slice(taken));
  return ([] as Row[]).concat(...parts);
}

/** The index of the first row from `low` on that is not before this time. */
function firstAtOrAfter(rows: readonly Row[], at: string, low: number): number {
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.at ?? "") < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
