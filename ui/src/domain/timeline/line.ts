// Rows that are a single line, and the mark of each row on the rail.
import { apiWords } from "../apiWords";
import { duration } from "../format";
import type { GlyphName } from "../states";
import type { GateResult, Row, RowBase } from "./row";
import { runEndLine } from "./runEnd";
import {
  busyWords,
  limitWords,
  noteWords,
  oddWords,
  retryWords,
  stateWords,
  taskWords,
  turnEndWords,
  type Line,
  type Scene,
} from "./words";
import { m } from "../../paraglide/messages";

/** The line of a row; null for rows with more than a line. */
export function lineOf(row: Row, scene: Scene): Line | null {
  const quiet = (rest: string): Line => ({ glyph: null, word: "", rest });
  switch (row.kind) {
    case "retry":
      return quiet(retryWords(row));
    case "api_error":
      return {
        glyph: "failed",
        word: m.line_error(),
        rest: withWords(apiWords(row.error, row.status), row.message),
      };
    case "limit":
      return limitWords(row.limit, scene);
    case "note":
      return noteWords(row.note, scene);
    case "state":
      return stateWords(row.facts, scene.now);
    case "turn_end":
      return turnEndWords(row.end);
    case "task":
      return quiet(taskWords(row.task));
    case "unrecognized":
      return quiet(oddWords(row.why, row.what, row.count));
    case "now":
      return quiet(busyWords(row.busy));
    case "run":
    case "turn":
    case "text":
    case "thought":
    case "call":
    case "gate":
    case "question":
    case "nudge":
    case "given_up":
    case "output":
    case "run_end":
      return null;
  }
}

/** Our text, followed by the provider's sentence if that says more. */
function withWords(ours: string, theirs: string): string {
  const sentence = `${ours.charAt(0).toUpperCase()}${ours.slice(1)}.`;
  return theirs.trim() === "" ? sentence : `${sentence} ${theirs.trim()}`;
}

/** A row's mark on the rail: a glyph, a square for a prompt, or a dot. */
export type RailMark = GlyphName | "prompt" | "dot";

const GATES: Record<GateResult, GlyphName> = {
  runs: "gate",
  passed: "done",
  failed: "failed",
  stopped: "stopped",
};

export function markOf(row: Row, scene: Scene): RailMark {
  if (row.kind === "turn") return "prompt";
  if (row.kind === "gate") return GATES[row.result];
  if (row.kind === "run_end") return runEndLine(row, scene).glyph ?? "dot";
  if ((row.kind === "call" || row.kind === "question") && row.ask?.state === "open") return "waiting";
  return lineOf(row, scene)?.glyph ?? "dot";
}

/** `Thought 6 s`; while it goes on, `Thinks`. */
export function thoughtLabel(row: Extract<Row, { kind: "thought" }>): string {
  if (row.open) return m.thought_open();
  const label =
    row.duration_ms === null
      ? m.thought()
      : m.thought_for({ time: duration(Math.max(1000, row.duration_ms)) });
  return row.text.trim() === "" ? m.thought_not_shown({ thought: label }) : label;
}

/** Whether the row has a position in a log. */
export function hasBytes(row: RowBase): boolean {
  return row.run !== null && row.pos !== null;
}
