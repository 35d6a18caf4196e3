// What the board says when a filter finds nothing: which stories there are none of, by the kinds and words of the filter. Pure.

import { filterFor, KINDS, partsOf, type Kind } from "./boardFilter";
import { m } from "../paraglide/messages";

const NONE: Readonly<Record<Kind, () => string>> = {
  running: m.board_none_running,
  limited: m.board_none_limited,
  "needs-you": m.board_none_needs_you,
  done: m.board_none_done,
  stopped: m.board_none_stopped,
  queued: m.board_none_queued,
  draft: m.board_none_draft,
  archived: m.board_none_archived,
};

const NONE_WITH: Readonly<Record<Kind, (inputs: { words: string }) => string>> = {
  running: m.board_none_running_with,
  limited: m.board_none_limited_with,
  "needs-you": m.board_none_needs_you_with,
  done: m.board_none_done_with,
  stopped: m.board_none_stopped_with,
  queued: m.board_none_queued_with,
  draft: m.board_none_draft_with,
  archived: m.board_none_archived_with,
};

/** The sentence for a filter that no story matches. */
export function noneFound(filter: string): string {
  const { kinds, words, unknown } = partsOf(filter);
  const [wrong] = unknown;
  if (wrong !== undefined)
    return m.board_none_of_unknown({ filter: wrong, filters: KINDS.map(filterFor).join(", ") });
  const text = words.join(" ");
  const [kind, other] = kinds;
  if (kind === undefined) return m.board_none_with({ words: text });
  if (other !== undefined) return m.board_none_of_all({ filter: filter.trim() });
  return text === "" ? NONE[kind]() : NONE_WITH[kind]({ words: text });
}
