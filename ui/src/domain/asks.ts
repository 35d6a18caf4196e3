// What a question asks, in the agent's own words, and what can be answered to it. Pure.

import type { JsonValue, Question, StoryView } from "../ipc/protocol";
import { toolName } from "./activity";
import { agentName } from "./limits";

/** Where the inputs of tools keep what they are about, in the order of what says most. */
const SUBJECTS = ["command", "file_path", "path", "notebook_path", "url", "pattern", "query", "plan", "description"];

export type Ask = {
  /** `Claude asks to run` */
  who: string;
  /** The command, the path, the address; empty where words are asked for. */
  what: string;
  /** The rest of the sentence. */
  rest: string;
  /** There is more to it than `what` says: the change to a file, the input of a tool. */
  isPart: boolean;
};

/** The line of a question on the board. */
export function askOf(question: Question, agentId: string): Ask {
  const agent = agentName(agentId);
  switch (question.kind) {
    case "permission":
      return { who: `${agent} asks to ${verbOf(question)}`, what: subjectOf(question.request), rest: "", isPart: isPart(question.request) };
    case "choice":
      return { who: `${agent} asks`, what: "", rest: choiceText(question.request), isPart: false };
    case "plan":
      return { who: `${agent} has a plan`, what: "", rest: firstLine(subjectOf(question.subject ?? question.request)), isPart: true };
  }
}

/** The question of this story that has waited longest. */
export function openQuestion(questions: readonly Question[], view: StoryView): Question | undefined {
  return questions.find((question) => question.story === view.story.id && question.state === "open");
}

/** What a tool's input is about, in one line. */
export function subjectOf(request: JsonValue): string {
  if (typeof request !== "object" || request === null || Array.isArray(request)) return plain(request);
  for (const key of SUBJECTS) {
    const value = request[key];
    if (typeof value === "string" && value !== "") return value;
  }
  return JSON.stringify(request);
}

/** What an input may hold beside its subject without changing what is allowed. */
const ASIDES = ["description", "timeout", "limit", "offset"];

function isPart(request: JsonValue): boolean {
  if (typeof request !== "object" || request === null || Array.isArray(request)) return false;
  const [subject] = SUBJECTS.filter((key) => typeof request[key] === "string" && request[key] !== "");
  return subject !== undefined && Object.keys(request).some((key) => key !== subject && !ASIDES.includes(key));
}

function verbOf({ tool, tool_kind, request }: Question): string {
  switch (tool_kind) {
    case "command": return "run";
    case "read": return "read";
    case "search": return "search";
    case "edit": return "write";
    case "web": return subjectOf(request).includes("://") ? "open" : "search the web for";
    case "agent": case "plan": case "ask": case "mcp": case "other": return `use ${toolName(tool)}:`;
  }
}

function choiceText(request: JsonValue): string {
  if (typeof request === "object" && request !== null && !Array.isArray(request) && Array.isArray(request["questions"])) {
    const texts = request["questions"].flatMap((each) => (typeof each === "object" && each !== null && !Array.isArray(each) ? [plain(each["question"] ?? "")] : []));
    return texts.join(" ");
  }
  return subjectOf(request);
}

function firstLine(text: string): string {
  return text.split("\n").find((line) => line.trim() !== "")?.replace(/^#+\s*/, "") ?? "";
}

function plain(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
