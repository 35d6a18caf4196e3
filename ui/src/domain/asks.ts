// The board's text for a question: who asks, and for what, in the agent's words. Pure.

import type { Field, Question, StoryView } from "../ipc/protocol";
import { m } from "../paraglide/messages";

export type Ask = {
  /** `Claude asks to run` */
  who: string;
  /** The command, path or address; empty if the question is prose. */
  what: string;
  /** The rest of the sentence. */
  rest: string;
  /** `what` does not show everything: the change to a file or the input of a tool is missing. */
  isPart: boolean;
};

/** The text of a question for the board. `agent` is the name of the agent that asks, `dir` the story's folder. */
export function askOf(question: Question, agent: string, dir: string): Ask {
  const { kind, subject } = question;
  switch (kind) {
    case "permission":
      return {
        who: asksTo(question, agent),
        what: lineOf(question),
        rest: "",
        isPart: isPart(question, dir),
      };
    case "choice":
      return {
        who: m.asks({ agent }),
        what: "",
        rest:
          subject.is === "choices"
            ? subject.questions.map((each) => each.question).join(" ")
            : lineOf(question),
        isPart: false,
      };
    case "form":
      return {
        who: m.asks_through({ tool: question.tool, agent }),
        what: "",
        rest: question.title,
        isPart: true,
      };
    case "plan":
      return {
        who: m.asks_has_plan({ agent }),
        what: "",
        rest: subject.is === "plan" ? firstLine(subject.markdown) : lineOf(question),
        isPart: true,
      };
  }
}

/** The oldest open question of this story. */
export function openQuestion(questions: readonly Question[], view: StoryView): Question | undefined {
  return questions.find((question) => question.story === view.story.id && question.state === "open");
}

/** The subject of a question as one line. */
function lineOf({ subject, beside = [], title }: Pick<Question, "subject" | "beside" | "title">): string {
  switch (subject.is) {
    case "command":
      return subject.text;
    case "change":
      return subject.files.map(({ path }) => path).join(", ");
    case "path":
      return subject.path;
    case "address":
      return subject.url;
    case "query":
      return subject.text;
    case "choices":
    case "form":
    case "plan":
    case "todos":
      return title;
    // Such a subject consists of its fields only.
    case "other":
      return beside.length > 0 ? beside.map(fieldText).join(", ") : subject.words;
  }
}

const fieldText = ({ name, value }: Field) => `${name}: ${value}`;

/** Whether the line does not show everything that would be allowed. */
function isPart({ subject, beside = [] }: Pick<Question, "subject" | "beside">, dir: string): boolean {
  const more = beside.filter(({ aside = false }) => !aside);
  switch (subject.is) {
    case "command":
      return more.length > 0 || (subject.cwd !== null && subject.cwd !== dir);
    case "query":
      return more.length > 0 || subject.within !== null;
    case "path":
    case "address":
      return more.length > 0;
    // With several fields in one line, the text of one could imitate another field.
    case "other":
      return beside.length > 1;
    case "change":
    case "choices":
    case "form":
    case "plan":
    case "todos":
      return true;
  }
}

/** The words for what a tool of each kind asks for. If the kind says too little, the tool is named. */
function asksTo({ tool, tool_kind, subject }: Question, agent: string): string {
  if (subject.is === "other") return m.asks_to_use({ agent, tool });
  switch (tool_kind) {
    case "command":
      return m.asks_to_run({ agent });
    case "read":
      return m.asks_to_read({ agent });
    case "search":
      return m.asks_to_search({ agent });
    case "edit":
      return m.asks_to_write({ agent });
    case "web":
      return subject.is === "address" ? m.asks_to_open({ agent }) : m.asks_to_search_web({ agent });
    case "agent":
    case "plan":
    case "ask":
    case "mcp":
    case "other":
      return m.asks_to_use({ agent, tool });
  }
}

function firstLine(text: string): string {
  return (
    text
      .split("\n")
      .find((line) => line.trim() !== "")
      ?.replace(/^#+\s*/, "") ?? ""
  );
}
