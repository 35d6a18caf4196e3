// The open questions of a story. The engine's list is joined with what only the timeline has: the call that waits.
import type { Question, QuestionId, QuestionKind, StoryId } from "../../ipc/protocol";
import type { Rows } from "./fold";
import type { Ask, CallRow, QuestionRow } from "./row";
import { m } from "../../paraglide/messages";

/** The label of the button that says yes, by kind of question. */
export const YES: Record<QuestionKind, string> = {
  permission: m.answer_allow_once(),
  choice: m.answer_answer(),
  plan: m.answer_approve(),
  form: m.answer_accept(),
};

export type OpenAsk = { id: QuestionId; question: Question; ask: Ask; row: CallRow | QuestionRow | null };

/** The open questions, oldest first. */
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

/** A question from the engine's list alone, for when its event is not loaded. This is enough to answer it. */
function askOf({
  kind,
  tool,
  title,
  description,
  request_id: request,
  why,
  blocked_path,
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
    why,
    blocked_path,
    at,
    state: "open",
    message: null,
    answered_at: null,
  };
}
