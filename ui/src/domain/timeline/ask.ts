// Answers to a question that need neither text nor choices, the decisions that an agent offers, and the exact text of a question's subject.
import type { Answer, Decision, QuestionOption, Subject } from "../../ipc/protocol";

/** The subject as text, nothing shortened: a command, path, address, query or plan itself; of a change the paths; of choices, forms
 * and to-dos one line per item. Empty for any other tool, whose input is shown as fields. */
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

/** A plain yes. It has no message, because an allowance has none. */
export const ALLOWED: Answer = { behavior: "allow", message: null, labels: [], choices: [] };

/** A refusal, with its reason. */
export function denied(message: string): Answer {
  const text = message.trim();
  return { behavior: "deny", message: text === "" ? null : text, labels: [], choices: [] };
}

const PLAIN: readonly Decision[] = ["allow_once", "deny"];

/** Whether a plain yes or no is accepted. An agent that lists no decisions accepts both. */
export function takes(options: readonly QuestionOption[], plain: "allow_once" | "deny"): boolean {
  return options.length === 0 || options.some(({ does }) => does === plain);
}

/** The decisions other than a plain yes and no. */
export function furtherOf(options: readonly QuestionOption[]): QuestionOption[] {
  return options.filter(({ does }) => !PLAIN.includes(does));
}

/** Whether a decision is a yes. */
export function isYes({ does }: QuestionOption): boolean {
  return does === "allow_once" || does === "allow_session" || does === "allow_always";
}

/** A decision as an answer. Only a refusal has a message. */
export function decided(option: QuestionOption, message: string): Answer {
  return { ...(isYes(option) ? ALLOWED : denied(message)), option: option.id };
}
