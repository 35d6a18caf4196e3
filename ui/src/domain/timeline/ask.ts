// What a question is about, read from the tool's input as the agent sent it. Nothing is trusted: a field
// that is missing or of another type leaves the whole input to be shown as it is.
import type { Answer, JsonValue } from "../../ipc/protocol";
import { diffOf, type Diff } from "./diff";

type Fields = Record<string, JsonValue>;

export type Option = { label: string; description: string | null };

/** One of the agent's own questions. */
export type Choice = { question: string; header: string | null; several: boolean; options: Option[] };

/** What a permission would let happen. */
export type Wish =
  | { is: "command"; command: string }
  | { is: "change"; path: string; diff: Diff }
  | { is: "path"; path: string; verb: string }
  | { is: "address"; url: string }
  | { is: "input"; text: string };

/** The agent's own questions in this input. Answers go by place, so none is read when one cannot be. */
export function choicesOf(input: JsonValue): Choice[] {
  const { questions } = fields(input);
  if (!Array.isArray(questions)) return [];
  const choices = questions.flatMap(choiceOf);
  return choices.length === questions.length ? choices : [];
}

function choiceOf(value: JsonValue): Choice[] {
  const { question, header, multiSelect, options } = fields(value);
  const text = textOf(question);
  if (text === null) return [];
  const offered = Array.isArray(options) ? options.flatMap(optionOf) : [];
  return [{ question: text, header: textOf(header), several: multiSelect === true, options: offered }];
}

function optionOf(value: JsonValue): Option[] {
  const label = textOf(value) ?? textOf(fields(value).label);
  return label === null ? [] : [{ label, description: textOf(fields(value).description) }];
}

/** The plan that waits for approval: Markdown; null where it is empty or missing. A question of its own may carry
    none; then its call does. */
export function planOf(...inputs: (JsonValue | undefined)[]): string | null {
  for (const input of inputs) {
    const plan = input === undefined ? null : textOf(fields(input).plan);
    if (plan !== null && plan.trim() !== "") return plan;
  }
  return null;
}

/** What would happen, as exactly as the input says it. */
export function wishOf(tool: string, input: JsonValue): Wish {
  const given = fields(input);
  const command = textOf(given.command);
  if (command !== null) return { is: "command", command };
  const path = textOf(given.file_path) ?? textOf(given.notebook_path) ?? textOf(given.path);
  const change = path === null ? null : changeOf(given);
  if (path !== null && change) return { is: "change", path, diff: change };
  const url = textOf(given.url);
  if (url !== null) return { is: "address", url };
  if (path !== null) return { is: "path", path, verb: tool };
  return { is: "input", text: JSON.stringify(input, null, 2) };
}

/** What an edit will do to its file, as far as its input says so. */
export function changeOf(input: JsonValue): Diff | null {
  const { old_string, new_string, content, edits } = fields(input);
  const [before, after] = [textOf(old_string), textOf(new_string)];
  if (before !== null && after !== null) return unplaced(diffOf(before, after));
  const whole = textOf(content);
  if (whole !== null) return diffOf("", whole);
  if (!Array.isArray(edits)) return null;
  const parts = edits.map((edit) => changeOf(edit)).filter((part) => part !== null);
  return {
    lines: parts.flatMap((part) => part.lines),
    added: parts.reduce((sum, part) => sum + part.added, 0),
    removed: parts.reduce((sum, part) => sum + part.removed, 0),
  };
}

/** Words with which agents say which of their rules was asked. */
const RULES: Record<string, string> = {
  rule: "A rule of the agent's settings asks for it.",
  mode: "The agent's permission mode asks for it.",
  hook: "A hook of the agent's settings asks for it.",
  classifier: "The agent's own check asks for it.",
  safetyCheck: "The agent's own safety check asks for it.",
  workingDir: "It is outside the agent's working folder.",
  sandboxOverride: "It would run outside the agent's sandbox.",
  subcommandResults: "A part of the command is not allowed by a rule.",
};

/** Why the agent's own rules do not settle it; a word that says nothing is left out, one that is not known is quoted. */
export function ruleWords(why: string | null, agent: string): string | null {
  if (why === null || why.trim() === "" || why === "other") return null;
  return RULES[why] ?? (/^\w+$/.test(why) ? `${agent}'s word for it is “${why}”.` : why);
}

/** An edit does not say where in the file it is, so its lines have no numbers. */
function unplaced(diff: Diff): Diff {
  return { ...diff, lines: diff.lines.map((line) => ({ ...line, old: null, new: null })) };
}

/** What the agent is allowed, without words: an allowance carries none. */
export const ALLOWED: Answer = { behavior: "allow", message: null, labels: [], choices: [] };

/** A denial, with why. */
export function denied(message: string): Answer {
  const text = message.trim();
  return { behavior: "deny", message: text === "" ? null : text, labels: [], choices: [] };
}

/** What else the input holds beside what the card shows of it: each field with its value. */
export function besideOf(wish: Wish, input: JsonValue): [string, string][] {
  if (wish.is === "input") return [];
  const given = fields(input);
  return fieldsWithout(given, ["description", ...shownFields(wish, given)]);
}

/** What a plan's input holds beside its text. */
export function besidePlan(input: JsonValue): [string, string][] {
  const given = fields(input);
  return fieldsWithout(given, textOf(given.plan) === null ? [] : ["plan"]);
}

function fieldsWithout(given: Fields, names: readonly string[]): [string, string][] {
  return Object.entries(given).filter(([name]) => !names.includes(name)).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]);
}

/** The fields that a wish shows whole. */
function shownFields(wish: Wish, given: Fields): string[] {
  const path = ["file_path", "notebook_path", "path"].filter((name) => textOf(given[name]) !== null).slice(0, 1);
  switch (wish.is) {
    case "command": return ["command"];
    case "address": return ["url"];
    case "path": return path;
    case "change": return [...path, ...changeFields(given)];
    case "input": return Object.keys(given);
  }
}

function changeFields(given: Fields): string[] {
  if (textOf(given.old_string) !== null && textOf(given.new_string) !== null) return ["old_string", "new_string"];
  if (textOf(given.content) !== null) return ["content"];
  const isPlain = (edit: JsonValue) => Object.keys(fields(edit)).every((name) => name === "old_string" || name === "new_string");
  return Array.isArray(given.edits) && given.edits.every(isPlain) ? ["edits"] : [];
}

function fields(value: JsonValue): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === "string" ? value : null;
}
