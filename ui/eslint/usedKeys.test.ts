// A message that nobody calls is not kept, and the catalogue is written one way.

import { expect, it } from "vitest";
import catalogue from "../messages/en.json";

const SOURCES = import.meta.glob<string>(["../src/**/*.{ts,svelte}", "!../src/paraglide/**"], {
  query: "?raw",
  import: "default",
  eager: true,
});

const KEYS = Object.keys(catalogue);

/** The messages that are called in these sources: `m.board_needs_you`. */
function called(sources: readonly string[]): Set<string> {
  return new Set(
    sources.flatMap((text) => Array.from(text.matchAll(/\bm\.([a-z]\w*)/g), ([, key = ""]) => key)),
  );
}

/** What is in the catalogue and in no source. */
function unused(keys: readonly string[], sources: readonly string[]): string[] {
  const used = called(sources);
  return keys.filter((key) => !used.has(key));
}

it("has no message that nobody calls", () => {
  expect(unused(KEYS, Object.values(SOURCES))).toEqual([]);
});

it("would find one", () => {
  expect(unused(["board_head", "board_foot"], ["{m.board_head({ count })}", "// board_foot"])).toEqual([
    "board_foot",
  ]);
});

it("has keys in snake case, in their order", () => {
  expect(KEYS.filter((key) => !/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(key))).toEqual([]);
  expect(KEYS).toEqual(KEYS.toSorted());
});
