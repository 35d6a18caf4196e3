// The line for the end of a run, with the state of the story that followed.
import { stopWords } from "../actors";
import { sentence } from "../format";
import type { RunEndRow } from "./row";
import { outcomeWords, stateWords, type Line, type Scene } from "./words";

/** `Done, not checked. Claude reported success.` or `Crashed. Claude was killed by signal 9.` */
export function runEndLine(row: RunEndRow, scene: Scene): Line {
  const ended = outcomeWords(row.outcome, scene);
  const { state } = row;
  const said = row.evidence.summary.trim();
  if (row.outcome.kind === "succeeded") {
    if (state?.state === "needs_you") {
      const needs = stateWords(state, scene.now);
      return { ...needs, word: `${needs.word}.` };
    }
    if (state?.state !== "done") return { glyph: null, word: "", rest: ended.rest };
    const { tone, word } = stateWords(state, scene.now);
    return { ...ended, tone, word: `${word}.` };
  }
  // The word already says who stopped it.
  if (row.outcome.kind === "stopped")
    return { ...ended, rest: `${sentence(stopWords(row.evidence.stop?.why ?? "interrupted"))}.` };
  if (row.outcome.kind === "failed" || row.outcome.kind === "start_failed")
    return { ...ended, rest: said ? `${ended.rest} ${said}` : ended.rest };
  return ended;
}
