// The timeline of a story: the rows of its runs and of its journal, merged by time. It keeps one fold per
// source between batches, so a batch costs what it brings and one walk over the rows.
import type { Timeline } from "../../feed/apply";
import type { Run, RunId, StoryId } from "../../ipc/protocol";
import { JournalFold } from "./journalFold";
import type { GateResult, GateRow, NowRow, Row, RowBase, RunRow, TurnRow } from "./row";
import { RunFold } from "./runFold";

/** What a view shows. A new object after every change. */
export type Rows = {
  readonly rows: readonly Row[];
  readonly journal: JournalFold;
  /** The rows of a call's subagent. */
  readonly below: (run: RunId | null, call: string) => readonly Row[];
  /** Runs whose first events are not here yet, oldest first. */
  readonly older: readonly RunId[];
};

export class TimelineFold {
  #story: StoryId | null = null;
  #journal = new JournalFold();
  #runs = new Map<RunId, RunFold>();
  #turns = new WeakMap<TurnRow, TurnRow>();

  /** The rows after the newest batch. `runs` are the story's, oldest first. */
  rows(timeline: Timeline, runs: readonly Run[]): Rows {
    this.#take(timeline);
    const older = runs.filter((run) => (this.#runs.get(run.id)?.first ?? 0) > 1).map((run) => run.id);
    const agents = runs.filter((run) => run.kind === "agent");
    const lists = runs.map((run) => this.#rowsOf(run, agents.indexOf(run) + 1, timeline));
    const merged = merge(this.#journal.rows, lists.reduce(merge, []));
    const rows = this.#numbered(merged, older.length === 0);
    rows.push(...this.#now(timeline, runs), ...this.#waiting());
    return { rows, journal: this.#journal, below: this.#below, older };
  }

  /** What is known of a run beside its rows. */
  run(id: RunId): RunFold | undefined {
    return this.#runs.get(id);
  }

  #take(timeline: Timeline): void {
    if (timeline.story !== this.#story || this.#isRewound(timeline)) {
      this.#story = timeline.story;
      this.#journal = new JournalFold();
      this.#runs = new Map();
    }
    this.#journal.take(timeline.journal);
    for (const [run, held] of timeline.runs) {
      const known = this.#runs.get(run);
      // Older events were put before those that are folded: the run is folded again from its beginning.
      const fold = known && (known.first === 0 || known.first === held.first) ? known : new RunFold(run);
      this.#runs.set(run, fold);
      fold.take(held.events);
    }
  }

  /** A snapshot may begin again with less than was folded. */
  #isRewound(timeline: Timeline): boolean {
    if ((timeline.journal.at(-1)?.seq ?? 0) < this.#journal.last) return true;
    const ids = [...this.#runs.keys()];
    return ids.some((id) => (timeline.runs.get(id)?.last ?? 0) < (this.#runs.get(id)?.last ?? 0));
  }

  #rowsOf(run: Run, attempt: number, timeline: Timeline): Row[] {
    const fold = this.#runs.get(run.id);
    const base: RowBase = { key: `run:${run.id}`, at: run.started_at, run: run.id, pos: null };
    const start = this.#journal.starts.get(run.id);
    if (run.kind === "gate" || run.kind === "setup") {
      const row: GateRow = { ...base, kind: "gate", gate: start?.spec.gate ?? null, result: gateResult(run), lines: fold?.printed() ?? [] };
      return [row];
    }
    const head: RunRow = { ...base, kind: "run", attempt, resumed: start?.resumed ?? null };
    const own = timeline.drafts.filter((draft) => draft.run === run.id);
    const drafts = fold && run.state !== "ended" ? fold.drafts(own) : [];
    return [head, ...present(fold?.rows ?? []), ...drafts];
  }

  /** What the agent does while nothing else shows it. */
  #now(timeline: Timeline, runs: readonly Run[]): NowRow[] {
    const live = runs.findLast((run) => run.kind === "agent" && run.state === "running");
    const fold = live && this.#runs.get(live.id);
    if (!live || !fold?.status || timeline.drafts.length > 0) return [];
    return [{ key: `now:${live.id}`, at: fold.at, run: live.id, pos: null, kind: "now", status: fold.status }];
  }

  #waiting(): TurnRow[] {
    const waiting = [...this.#journal.prompts.values()].filter((prompt) => prompt.fate === "waits");
    return waiting.map(({ id, text, by, at }) => ({
      key: `prompt:${id}`,
      at,
      run: null,
      pos: null,
      kind: "turn",
      text,
      by,
      number: null,
      pending: true,
      tokens: null,
      end: null,
    }));
  }

  /** Turns count over all runs; a number that would be a guess is left out. */
  #numbered(rows: readonly Row[], isWhole: boolean): Row[] {
    let turns = 0;
    return rows.map((row) => {
      if (row.kind !== "turn") return row;
      turns += 1;
      return this.#turn(row, isWhole ? turns : null);
    });
  }

  /** The same object for the same turn, so that it is not drawn again. */
  #turn(row: TurnRow, number: number | null): TurnRow {
    const by = this.#journal.sender(row.text);
    const known = this.#turns.get(row);
    if (known?.number === number && known.by === by) return known;
    const made = { ...row, number, by };
    this.#turns.set(row, made);
    return made;
  }

  readonly #below = (run: RunId | null, call: string): readonly Row[] =>
    run === null ? [] : present(this.#runs.get(run)?.below(call) ?? []);
}

function gateResult(run: Run): GateResult {
  if (run.state !== "ended") return "runs";
  if (run.outcome === "succeeded" || run.outcome === "stopped") return run.outcome === "stopped" ? "stopped" : "passed";
  return "failed";
}

function present(rows: readonly (Row | null)[]): Row[] {
  return rows.filter((row) => row !== null);
}

/** Two lists into one by time; each keeps its own order, and at the same time the first goes first. */
export function merge(a: readonly Row[], b: readonly Row[]): Row[] {
  const merged: Row[] = [];
  let i = 0;
  let j = 0;
  for (;;) {
    const x = a[i];
    const y = b[j];
    if (x === undefined || y === undefined) break;
    if (x.at <= y.at) {
      merged.push(x);
      i++;
    } else {
      merged.push(y);
      j++;
    }
  }
  return merged.concat(a.slice(i), b.slice(j));
}
