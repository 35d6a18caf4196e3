// The questions of a story that wait for an answer, with what the timeline knows of them beside what the
// engine lists: the agent's reason, the blocked path, the call that waits.
import type { Question, QuestionId, QuestionKind, StoryId } from "../../ipc/protocol";
import type { Rows } from "./fold";
import type { Ask, CallRow, QuestionRow } from "./row";
import { m } from "../../paraglide/messages";

/** The word of a yes to a question of each kind. */
export const YES: Record<QuestionKind, string> = {
  permission: m.answer_allow_once(),
  choice: m.answer_answer(),
  plan: m.answer_approve(),
  form: m.answer_accept(),
};

export type OpenAsk = { id: QuestionId; question: Question; ask: Ask; row: CallRow | QuestionRow | null };

/** The open ones, the one that has waited longest first. */
export function openAsks(
  story: StoryId,
  questions: readonly Question[],
  rows: Pick<Rows, "asking"> | null,
): OpenAsk[] {
  const open = questions.filter((each) => each.story === story && each.state === "open");
  return open.toSorted((a, b) => (a.at < b.at ? -1 : 1)).map((question) => joined(question, rows));
}

function joined(question: Question, rows: Pick<Rows, "asking"> | null): OpenAsk {
  const { id, run, request_id } = question;
  const known = rows?.asking(run, request_id) ?? null;
  const ask = known?.ask
    ? { ...known.ask, description: known.ask.description ?? question.description }
    : askOf(question);
  return { id, question, ask, row: known };
}

/** What the engine's list alone says: enough to answer when the event is not loaded. */
function askOf({
  kind,
  tool,
  title,
  description,
  request_id: request,
  subject,
  beside = [],
  options = [],
  at,
}: Question): Ask {
  return {
    request,
    kind,
    tool,
    title,
    description,
    subject,
    beside,
    options,
    why: null,
    blocked_path: null,
    at,
    state: "open",
    message: null,
    answered_at: null,
  };
}
