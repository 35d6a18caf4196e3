// Short texts of rows, for tests.

import { TimelineFold, type Rows } from "./fold";
import type { Recorder } from "./recorder";
import type { Row } from "./row";

export const fold = (recorder: Recorder): Rows => new TimelineFold().rows(recorder.timeline(), recorder.runs);

/** Each row as its kind and its main values. */
export function summaries(rows: readonly Row[]): string[] {
  return rows.map((row) => {
    switch (row.kind) {
      case "turn":
        return `turn ${row.number ?? "?"} ${row.by}: ${row.text}`;
      case "text":
        return `${row.open ? "draft" : "text"}: ${row.text}`;
      case "thought":
        return `thought: ${row.text}`;
      case "call":
        return `call ${row.tool} ${row.title}${row.result ? (row.result.ok ? " ok" : " failed") : ""}`;
      case "note":
        return `note ${row.note.what}`;
      case "state":
        return `state ${row.facts.state}`;
      case "retry":
        return `retry ${row.count} ${row.then}`;
      case "turn_end":
        return `turn_end: ${row.text}`;
      case "run":
      case "run_end":
      case "gate":
      case "question":
      case "task":
      case "api_error":
      case "limit":
      case "nudge":
      case "given_up":
      case "unrecognized":
      case "output":
      case "now":
        return row.kind;
    }
  });
}
