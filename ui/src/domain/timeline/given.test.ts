import { expect, test } from "vitest";
import type { Choice } from "../../ipc/protocol";
import { ALLOWED, denied } from "./ask";
import { answersOf, countAnswered, givenWords, shownOf, wordsOf } from "./given";

const choice = (question: string, labels: string[] = [], several = false): Choice => ({
  question,
  header: null,
  several,
  options: labels.map((label) => ({ label, description: null })),
});
const colours = [choice("Which colour?", ["Red", "Blue"]), choice("Which sizes?", ["S", "L"], true)];

test("every answer stands under the question that it was given to", () => {
  const twice = [choice("Cache?", ["Yes", "No"]), choice("Retry?", ["Yes", "No"])];
  const answer = (...given: [number[], string][]) =>
    answersOf(
      twice,
      given.map(([options, words]) => ({ options, words })),
    ).choices.map(({ question, text, labels, words }) => [question, text, labels, words]);
  expect(answer([[], " only on disk "], [[0], ""])).toEqual([
    [0, "Cache?", [], "only on disk"],
    [1, "Retry?", ["Yes"], null],
  ]);
  expect(answer([[1], ""], [[0], "but keep the old file"])).toEqual([
    [0, "Cache?", ["No"], null],
    [1, "Retry?", ["Yes"], "but keep the old file"],
  ]);
  expect(answer([[], " "], [[1], ""])).toEqual([[1, "Retry?", ["No"], null]]);
});

test("labels stand in the order in which they are offered, and none that is not", () => {
  expect(
    answersOf(colours, [
      { options: [0], words: "" },
      { options: [1, 0, 9], words: "" },
    ]).choices.map(({ labels }) => labels),
  ).toEqual([["Red"], ["S", "L"]]);
});

test("a question is answered by a label, by words, or by both", () => {
  const count = (...given: [number[], string][]) =>
    countAnswered(
      colours,
      given.map(([options, words]) => ({ options, words })),
    );
  expect([
    count(),
    count([[0], ""]),
    count([[], "green"]),
    count([[0], ""], [[], "  "]),
    count([[], "x"], [[0], "y"]),
  ]).toEqual([0, 1, 1, 1, 2]);
  expect(countAnswered([choice("Name?")], [{ options: [], words: "Musher" }])).toBe(1);
});

test("what was written goes with a denial, under its question where there are several", () => {
  const one = [choice("Name?")];
  expect(wordsOf(one, [{ options: [], words: " not now " }])).toBe("not now");
  expect(
    wordsOf(colours, [
      { options: [0], words: "" },
      { options: [], words: "none" },
    ]),
  ).toBe("Which sizes? none");
  expect(denied(" why \n")).toEqual({ ...ALLOWED, behavior: "deny", message: "why" });
  expect(denied("  ").message).toBeNull();
});

test("the timeline says which answer went to which question", () => {
  const choices = [
    { question: 0, text: "Cache?", labels: ["No"], words: null },
    { question: 1, text: "Retry?", labels: ["Yes"], words: "twice" },
  ];
  expect(givenWords({ ...ALLOWED, choices })).toEqual(["Cache? No", "Retry? Yes, twice"]);
  expect(givenWords({ ...ALLOWED, choices: choices.slice(1) })).toEqual(["Yes, twice"]);
  expect(givenWords({ ...ALLOWED, labels: ["A", "B"] })).toEqual(["A, B"]);
  expect(givenWords(ALLOWED)).toEqual([]);
});

test("questions of equal text have one answer, of what each of them offers", () => {
  const twice = [choice("Keep?", ["A", "B"], true), choice("Sure?", ["B"]), choice("Keep?", ["B", "C"])];
  const [first, other, again] = shownOf(twice).map(({ first, offered, several, hasLess }) => ({
    first,
    offered: offered.map(({ place, option }) => [place, option.label]),
    several,
    hasLess,
  }));
  expect(first).toEqual({ first: 0, offered: [[1, "B"]], several: false, hasLess: true });
  expect(other).toEqual({ first: 1, offered: [[0, "B"]], several: false, hasLess: false });
  expect(again).toEqual({ first: 0, offered: [[0, "B"]], several: false, hasLess: true });
  const given = [
    { options: [1], words: "both" },
    { options: [], words: "yes" },
    { options: [1], words: "is not asked here" },
  ];
  expect(
    answersOf(twice, given).choices.map(({ question, labels, words }) => [question, labels, words]),
  ).toEqual([
    [0, ["B"], "both"],
    [1, [], "yes"],
    [2, ["B"], "both"],
  ]);
  expect(countAnswered(twice, given)).toBe(3);
  expect(wordsOf(twice, given)).toBe("Keep? both\nSure? yes");
});

test("options of equal labels are two places and one label", () => {
  const twins = [choice("Which?", ["A", "A", "B"], true)];
  expect(shownOf(twins)[0]).toMatchObject({ hasTwins: true, hasLess: false });
  expect(answersOf(twins, [{ options: [2, 0, 1], words: "" }]).choices[0]?.labels).toEqual(["A", "B"]);
});
