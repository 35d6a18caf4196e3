// What a person gives to an agent's own questions, and the answer made of it. Agents keep answers by the
// question's text, so two questions of equal text have one answer: it is given at the first of them, and only
// what both offer can be chosen. Options are chosen by place, because two may have equal labels. Pure.
import type { Answer, Choice, Offered } from "../../ipc/protocol";
import { ALLOWED } from "./ask";
import { filledWords } from "./form";

/** What a person gave to one question: options by their place in it, words of their own, or both. */
export type Given = { options: readonly number[]; words: string };

export const NOTHING: Given = { options: [], words: "" };

/** One question as it is shown. */
export type Shown = {
  choice: Choice;
  /** The place of the question whose answer this one shares, its own if it shares none before it. */
  first: number;
  /** The options that can be chosen, with their places. */
  offered: { place: number; option: Offered }[];
  several: boolean;
  /** Options of this question that a question of equal text does not offer. */
  hasLess: boolean;
  /** Two options have equal labels: the agent gets the label alone. */
  hasTwins: boolean;
};

/** How each question is shown, in their order. */
export function shownOf(choices: readonly Choice[]): Shown[] {
  return choices.map((choice, k) => {
    const alike = choices.filter(({ question }) => question === choice.question);
    const offered = choice.options.flatMap((option, place) =>
      alike.every((each) => hasLabel(each.options, option.label)) ? [{ place, option }] : [],
    );
    const labels = offered.map(({ option }) => option.label);
    return {
      choice,
      first: firstOf(choices, k),
      offered,
      several: alike.every((each) => each.several),
      hasLess: alike.some((each) => each.options.some(({ label }) => !labels.includes(label))),
      hasTwins: new Set(labels).size < labels.length,
    };
  });
}

const hasLabel = (options: readonly Offered[], label: string) =>
  options.some((option) => option.label === label);

function firstOf(choices: readonly Choice[], k: number): number {
  return choices.findIndex(({ question }) => question === choices[k]?.question);
}

const isGiven = ({ options, words }: Given) => options.length > 0 || words.trim() !== "";
const givenTo = (choices: readonly Choice[], given: readonly Given[], k: number) =>
  given[firstOf(choices, k)] ?? NOTHING;

/** How many of the questions have an answer, chosen or written. */
export function countAnswered(choices: readonly Choice[], given: readonly Given[]): number {
  return choices.filter((_, k) => isGiven(givenTo(choices, given, k))).length;
}

/** The answers, each with the question that it was given to. Labels stand in the order in which they are offered. */
export function answersOf(choices: readonly Choice[], given: readonly Given[]): Answer {
  const chosen = choices.flatMap(({ question }, k) => {
    const one = givenTo(choices, given, k);
    if (!isGiven(one)) return [];
    const words = one.words.trim();
    const options = choices[firstOf(choices, k)]?.options ?? [];
    const labels = [...new Set(options.flatMap(({ label }, n) => (one.options.includes(n) ? [label] : [])))];
    return [{ question: k, text: question, labels, words: words === "" ? null : words }];
  });
  return { ...ALLOWED, choices: chosen };
}

/** What was written to questions that are denied now: nothing that a person wrote is dropped. */
export function wordsOf(choices: readonly Choice[], given: readonly Given[]): string {
  const written = choices.flatMap(({ question }, k) => {
    const words = firstOf(choices, k) === k ? (given[k] ?? NOTHING).words.trim() : "";
    return words === "" ? [] : [choices.length > 1 ? `${question} ${words}` : words];
  });
  return written.join("\n");
}

/** What was answered to each question, as the timeline shows it: `Cache? No`. */
export function givenWords(answer: Answer): string[] {
  const { choices, labels, fields } = answer;
  if (fields) return filledWords(answer);
  const each = choices.map(({ text, labels: chosen, words }) =>
    [choices.length > 1 ? text : "", [...chosen, ...(words === null ? [] : [words])].join(", ")]
      .filter(Boolean)
      .join(" "),
  );
  // Records of earlier versions do not say which question a label belongs to.
  return each.length > 0 || labels.length === 0 ? each : [labels.join(", ")];
}
