import { expect, test } from "vitest";
import type { JsonValue } from "../../ipc/protocol";
import { besideOf, besidePlan, changeOf, choicesOf, planOf, ruleWords, wishOf } from "./ask";

const colours: JsonValue = {
  questions: [
    { header: "Colour", multiSelect: false, question: "Which colour?", options: [{ label: "Red", description: "warm" }, { label: "Blue" }] },
    { multiSelect: true, question: "Which sizes?", options: ["S", "L"] },
  ],
};

test("the agent's own questions are read with their options", () => {
  expect(choicesOf(colours)).toEqual([
    { question: "Which colour?", header: "Colour", several: false, options: [{ label: "Red", description: "warm" }, { label: "Blue", description: null }] },
    { question: "Which sizes?", header: null, several: true, options: [{ label: "S", description: null }, { label: "L", description: null }] },
  ]);
});

test("input of another shape gives no questions and no plan", () => {
  const odd: JsonValue[] = [null, 1, "x", [], {}, { questions: {} }, { questions: [1, { question: 2 }] }, { plan: 3 }];
  for (const input of odd) {
    expect(choicesOf(input)).toEqual([]);
    expect(planOf(input)).toBeNull();
  }
});

test("a plan is taken from the call when the question has none", () => {
  expect(planOf({}, { plan: "1. Write file\n2. Test" })).toBe("1. Write file\n2. Test");
});

test("a wish says what would happen as exactly as its input does", () => {
  expect(wishOf("Bash", { command: "rm -rf x", description: "d" })).toEqual({ is: "command", command: "rm -rf x" });
  expect(wishOf("Edit", { file_path: "/a", old_string: "x", new_string: "y" })).toMatchObject({ is: "change", path: "/a", diff: { added: 1, removed: 1 } });
  expect(wishOf("Write", { file_path: "/a", content: "1\n2" })).toMatchObject({ is: "change", diff: { added: 2, removed: 0 } });
  expect(wishOf("MultiEdit", { file_path: "/a", edits: [{ old_string: "a", new_string: "b" }, { old_string: "c", new_string: "d" }] })).toMatchObject({ diff: { added: 2, removed: 2 } });
  expect(wishOf("Read", { file_path: "/etc/passwd" })).toEqual({ is: "path", path: "/etc/passwd", verb: "Read" });
  expect(wishOf("WebFetch", { url: "https://a.example" })).toEqual({ is: "address", url: "https://a.example" });
  expect(wishOf("mcp__x", { q: [1] })).toEqual({ is: "input", text: '{\n  "q": [\n    1\n  ]\n}' });
});

test("what the card does not show of an input stands beside it", () => {
  const beside = (tool: string, input: JsonValue) => besideOf(wishOf(tool, input), input);
  expect(beside("Bash", { command: "ls", description: "d" })).toEqual([]);
  expect(beside("Bash", { command: "ls", dangerouslyDisableSandbox: true, timeout: 5 })).toEqual([["dangerouslyDisableSandbox", "true"], ["timeout", "5"]]);
  expect(beside("Edit", { file_path: "/a", old_string: "x", new_string: "y", replace_all: true })).toEqual([["replace_all", "true"]]);
  expect(beside("MultiEdit", { file_path: "/a", edits: [{ old_string: "a", new_string: "b" }] })).toEqual([]);
  expect(beside("MultiEdit", { file_path: "/a", edits: [{ old_string: "a", new_string: "b", replace_all: true }] })).toHaveLength(1);
  expect(beside("Grep", { path: "/etc", pattern: "root" })).toEqual([["pattern", "root"]]);
  expect(beside("Odd", { file_path: "/a", path: "/b" })).toEqual([["path", "/b"]]);
  expect(beside("mcp__x", { q: 1 })).toEqual([]);
});

test("what a plan's input holds beside its text stands beside it", () => {
  expect(besidePlan({ plan: "Move it.", planFilePath: "/p.md" })).toEqual([["planFilePath", "/p.md"]]);
  expect(besidePlan({ plan: { steps: 2 } })).toEqual([["plan", '{"steps":2}']]);
  expect(besidePlan("Move it.")).toEqual([]);
});

test("an edit has no made-up line numbers, and no line for the newline at its end", () => {
  expect(changeOf({ old_string: "a\n", new_string: "b\n" })?.lines.map(({ kind, old, new: now, text }) => [kind, old, now, text])).toEqual([["del", null, null, "a"], ["add", null, null, "b"]]);
  expect(changeOf({ content: "a\n" })?.lines.map(({ new: now, text }) => [now, text])).toEqual([[1, "a"]]);
  expect(changeOf({ old_string: "a\n", new_string: "a" })?.lines).toHaveLength(2);
});

test("why a rule asks is told in words, and a word that says nothing is left out", () => {
  expect([null, "", "other", "hook", "Reaches the network.", "novelty"].map((why) => ruleWords(why, "Claude"))).toEqual([
    null, null, null, "A hook of the agent's settings asks for it.", "Reaches the network.", "Claude's word for it is “novelty”.",
  ]);
});
