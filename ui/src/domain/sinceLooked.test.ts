import { expect, test } from "vitest";
import type { SinceLooked } from "../ipc/protocol";
import { sinceLookedParts, sinceLookedWhen } from "./sinceLooked";

const NOTHING: SinceLooked = {
  looked: "2026-11-30T14:02:00.000Z",
  files: 0,
  commands: 0,
  questions: 0,
  gates_passed: 0,
  gates_failed: 0,
  tokens: { input: 0, output: 0, cache_read: 0, cache_write: 0 },
  cost: { micros: 0, basis: "reported" },
  is_partial: false,
};

test("what came is said part by part, and nothing if nothing came", () => {
  expect(sinceLookedParts(NOTHING)).toEqual([]);
  const some = {
    ...NOTHING,
    files: 4,
    commands: 1,
    gates_failed: 1,
    cost: { micros: 410_000, basis: "reported" as const },
  };
  expect(sinceLookedParts(some)).toEqual(["4 files", "1 command", "1 gate failed", "$0.41"]);
});

test("what is not known is said, and is no news by itself", () => {
  const unknown = { ...NOTHING, files: null, commands: null, questions: null };
  expect(sinceLookedParts(unknown)).toEqual([]);
  expect(
    sinceLookedParts({
      ...unknown,
      gates_passed: 1,
      is_partial: true,
      cost: { micros: 0, basis: "lower_bound" },
    }),
  ).toEqual([
    "files not known",
    "commands not known",
    "questions not known",
    "1 gate passed",
    "cost not known",
  ]);
});

test("since when is said, also if they never looked", () => {
  expect(sinceLookedWhen(NOTHING, Date.parse("2026-11-30T18:00:00.000Z"))).toMatch(
    /^Since you looked, \d\d:02$/,
  );
  expect(sinceLookedWhen({ ...NOTHING, looked: null }, 0)).toBe("Since the beginning");
});
