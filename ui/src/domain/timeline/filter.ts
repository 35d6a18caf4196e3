// Which rows are shown: those of the chosen kind, and the steps of subagents that are unfolded. Heads of runs and turns are shown if a row
// below them is, so that every row has its head.
import type { Row } from "./row";
import type { Rows } from "./fold";

export type Filter = "all" | "text" | "tools" | "errors";

/** The rows to show. `depths` has the nesting depth of those within a subagent. */
export type Shown = { rows: readonly Row[]; depths: ReadonlyMap<string, number> };

const NONE: ReadonlyMap<string, number> = new Map();

/** The rows to show. `unfolded` has the keys of the calls whose steps are shown. */
export function shown(rows: Rows, filter: Filter, unfolded: ReadonlySet<string>): Shown {
  if (filter === "all" && unfolded.size === 0) return { rows: rows.rows, depths: NONE };
  const into = { rows: [] as Row[], depths: new Map<string, number>() };
  walk(rows, rows.rows, { filter, unfolded, depth: 0, into });
  return filter === "all" ? into : { ...into, rows: withoutEmptyHeads(into.rows, filter) };
}

type Walk = {
  filter: Filter;
  unfolded: ReadonlySet<string>;
  depth: number;
  into: { rows: Row[]; depths: Map<string, number> };
};

function walk(rows: Rows, list: readonly Row[], walking: Walk): void {
  const { filter, unfolded, depth, into } = walking;
  for (const row of list) {
    const isMatch = matches(row, filter);
    if (isMatch) into.rows.push(row);
    if (isMatch && depth > 0) into.depths.set(row.key, depth);
    if (row.kind !== "call" || row.steps === 0) continue;
    // Errors are also searched for within subagents; otherwise their steps are shown only if the call is unfolded.
    if (filter === "errors" || (isMatch && unfolded.has(row.key))) {
      walk(rows, rows.below(row.run, row.call), { ...walking, depth: depth + 1 });
    }
  }
}

function matches(row: Row, filter: Filter): boolean {
  if (filter === "all" || isHead(row)) return true;
  if (filter === "errors") return isError(row);
  if (filter === "tools") return TOOLS.includes(row.kind);
  return (
    TEXT.includes(row.kind) || (row.kind === "call" && row.ask !== null && row.ask.kind !== "permission")
  );
}

const TOOLS: readonly Row["kind"][] = ["call", "task", "gate", "output", "question"];
const TEXT: readonly Row["kind"][] = ["text", "thought", "nudge", "turn_end", "question", "given_up"];

function isHead(row: Row): boolean {
  return row.kind === "run" || row.kind === "turn";
}

/** Whether this row reports an error. */
export function isError(row: Row): boolean {
  switch (row.kind) {
    case "call":
      return row.result !== null && !row.result.ok && !row.result.denied && !row.result.cut;
    case "gate":
      return row.result === "failed";
    case "task":
      return row.task.status === "failed";
    case "api_error":
    case "retry":
    case "given_up":
    case "unrecognized":
      return true;
    case "turn_end":
      return row.end.turn !== "completed" && row.end.turn !== "interrupted";
    case "run_end":
      return row.outcome.kind !== "succeeded" && row.outcome.kind !== "stopped";
    case "state":
      return row.facts.state === "needs_you";
    case "limit":
      return row.limit.status === "rejected";
    case "note":
      return isBadNote(row.note);
    case "run":
    case "turn":
    case "text":
    case "thought":
    case "question":
    case "nudge":
    case "output":
    case "now":
      return false;
  }
}

function isBadNote(note: Extract<Row, { kind: "note" }>["note"]): boolean {
  if (note.what === "notice") return note.level !== "info";
  return (
    note.what === "refused" ||
    note.what === "incomplete" ||
    (note.what === "task_ended" && note.task.status === "failed")
  );
}

function withoutEmptyHeads(rows: readonly Row[], filter: Filter): Row[] {
  const kept: Row[] = [];
  let heads: Row[] = [];
  for (const row of rows) {
    if (row.kind === "run") heads = [row];
    else if (row.kind === "turn" && filter !== "text")
      heads = [...heads.filter(({ kind }) => kind === "run"), row];
    else {
      kept.push(...heads, row);
      heads = [];
    }
  }
  return kept;
}
