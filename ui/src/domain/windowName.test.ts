import { expect, test } from "vitest";
import { lasting } from "../ipc/fake/shape";
import type { WindowName } from "../ipc/protocol";
import { byLength, windowOf, windowText } from "./windowName";

const plain = (text: string) => text.replaceAll("\u202f", " ");
const called = (label: string, more: Partial<WindowName> = {}): WindowName => ({
  label,
  length_ms: null,
  model: null,
  is_extra: false,
  ...more,
});

test.each<[WindowName, string, string]>([
  [lasting(5), "5 h", "5 h window of Claude"],
  [lasting(168), "7 d", "7 d window of Claude"],
  [lasting(24), "1 d", "1 d window of Claude"],
  [lasting(36), "36 h", "36 h window of Claude"],
  [lasting(1.5), "90 min", "90 min window of Claude"],
  [lasting(0.025), "90 s", "90 s window of Claude"],
  [{ ...lasting(168), model: "Opus" }, "7 d Opus", "7 d window of Opus"],
  [called("requests per day", { length_ms: 86_400_000 }), "requests per day", "requests per day of Claude"],
  [called("extra usage", { is_extra: true }), "extra usage", "extra usage of Claude"],
  [called("limit", { model: "Spark" }), "limit Spark", "limit of Spark"],
  [called(""), "limit", "limit of Claude"],
])("%o is called by what says most", (name, text, sentence) => {
  expect([plain(windowText(name)), plain(windowOf(name, "Claude"))]).toEqual([text, sentence]);
});

test("a window that is not known is a limit", () => {
  expect(windowOf(null, "Claude")).toBe("limit of Claude");
});

test("the shortest stands first, then by name, those of unknown length last", () => {
  const names = [called("z"), called("a"), { ...lasting(168), model: "Opus" }, lasting(168), lasting(5)];
  expect(names.toSorted(byLength).map((name) => plain(windowText(name)))).toEqual([
    "5 h",
    "7 d",
    "7 d Opus",
    "a",
    "z",
  ]);
});
