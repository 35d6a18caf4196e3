// A person's answers to an agent's choices. Agents store answers by the text of the choice, so choices with equal texts have one answer: it
// is given at the first of them, from the options that all of them have. Options are identified by index, because two may have equal
// labels. Pure.
import type { Answer, Choice, Offered } from "../../ipc/protocol";
import { ALLOWED } from "./ask";
import { filledWords } from "./form";

/** The answer to one choice: options by index, free words, or both. */
export type Given = { options: readonly number[]; words: string };

export const NOTHING: Given = { options: [], words: "" };

/** A choice as it is shown. */
export type Shown = {
  choice: Choice;
  /** The index of the first choice with the same text; its own index if there is none before it. */
  first: number;
  /** The options that can be chosen, with their indices. */
  offered: { place: number; option: Offered }[];
  several: boolean;
  /** An option of this choice, or of another one with the same text, cannot be chosen, because not all of them have it. */
  hasLess: boolean;
  /** Two options have equal labels. The agent receives only the label. */
  hasTwins: boolean;
};

/** How each choice is shown. */
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

/** How many choices have an answer. */
export function countAnswered(choices: readonly Choice[], given: readonly Given[]): number {
  return choices.filter((_, k) => isGiven(givenTo(choices, given, k))).length;
}

/** The answer, in which each part names its choice. Labels are in the order of the options. */
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

/**
 * The free words that were written before the question was refused. They are sent with the refusal, so that nothing that a person wrote is
 * lost.
 */
export function wordsOf(choices: readonly Choice[], given: readonly Given[]): string {
  const written = choices.flatMap(({ question }, k) => {
    const words = firstOf(choices, k) === k ? (given[k] ?? NOTHING).words.trim() : "";
    return words === "" ? [] : [choices.length > 1 ? `${question} ${words}` : words];
  });
  return written.join("\n");
}

/** The answers as the timeline shows them: `Cache? No`. */
export function givenWords(answer: Answer): string[] {
  const { choices, labels, fields } = answer;
  if (fields) return filledWords(answer);
  const each = choices.map(({ text, labels: chosen, words }) =>
    [choices.length > 1 ? text : "", [...chosen, ...(words === null ? [] : [words])].join(", ")]
      .filter(Boolean)
      .join(" "),
  );
  // Earlier versions did not record which choice a label belongs to.
  return each.length > 0 || labels.length === 0 ? each : [labels.join(", ")];
}
