// What is answered to a question without words or choices, which decisions an agent offers, and what of a
// question's subject the machine reads.
import type { Answer, Decision, QuestionOption, Subject } from "../../ipc/protocol";

/** What is allowed: exactly what the machine will read, a line each; empty where the fields beside it say all. */
export function exactOf(subject: Subject): string {
  switch (subject.is) {
    case "command":
      return subject.text;
    case "change":
      return subject.files
        .flatMap(({ path, moved_to }) => (moved_to === undefined ? [path] : [path, moved_to]))
        .join("\n");
    case "path":
      return subject.path;
    case "address":
      return subject.url;
    case "query":
      return subject.text;
    case "plan":
      return subject.markdown;
    case "choices":
      return subject.questions.map(({ question }) => question).join("\n");
    case "form":
      return subject.fields.map(({ title }) => title).join("\n");
    case "todos":
      return subject.items.map(({ text }) => text).join("\n");
    case "other":
      return "";
  }
}

/** What the agent is allowed, without words: an allowance carries none. */
export const ALLOWED: Answer = { behavior: "allow", message: null, labels: [], choices: [] };

/** A denial, with why. */
export function denied(message: string): Answer {
  const text = message.trim();
  return { behavior: "deny", message: text === "" ? null : text, labels: [], choices: [] };
}

const PLAIN: readonly Decision[] = ["allow_once", "deny"];

/** Whether a plain yes or no is taken. An agent that lists no decisions takes both. */
export function takes(options: readonly QuestionOption[], plain: "allow_once" | "deny"): boolean {
  return options.length === 0 || options.some(({ does }) => does === plain);
}

/** The decisions beside a plain yes and no. */
export function furtherOf(options: readonly QuestionOption[]): QuestionOption[] {
  return options.filter(({ does }) => !PLAIN.includes(does));
}

/** Whether a decision is a yes. */
export function isYes({ does }: QuestionOption): boolean {
  return does === "allow_once" || does === "allow_session" || does === "allow_always";
}

/** A decision as an answer; words go with a no alone. */
export function decided(option: QuestionOption, message: string): Answer {
  return { ...(isYes(option) ? ALLOWED : denied(message)), option: option.id };
}
