// Every message of the catalogue is used, by the page or by Rust, and the catalogue is formatted consistently.

import { expect, it } from "vitest";
import catalogue from "../messages/en.json";
import { CONFIG_FIELDS } from "../src/ipc/protocol";
import RUST from "../../src-tauri/crates/words/src/messages.rs?raw";

const SOURCES = import.meta.glob<string>(["../src/**/*.{ts,svelte}", "!../src/paraglide/**"], {
  query: "?raw",
  import: "default",
  eager: true,
});

/** The messages that name what can be set in config.json: the page makes their keys of the engine's list. */
const SETTINGS = Object.entries(CONFIG_FIELDS).flatMap(([section, fields]) =>
  fields.map(({ name }) => `config_${section}_${name}`),
);

const KEYS = Object.keys(catalogue);

/** The messages that a source of the page calls, such as `m.board_needs_you`. */
function called(source: string): string[] {
  return Array.from(source.matchAll(/\bm\.([a-z]\w*)/g), ([, key = ""]) => key);
}

/** The messages that Rust shows, from the list in the crate `words`, such as `"tray_gate" => TrayGate`. */
function listed(list: string): string[] {
  return Array.from(list.matchAll(/^ {4}"(\w+)" => [A-Z]/gm), ([, key = ""]) => key);
}

/** Messages that neither a source of the page nor the list of Rust uses. */
function unused(keys: readonly string[], sources: readonly string[], list: string): string[] {
  const used = new Set([...sources.flatMap(called), ...listed(list), ...SETTINGS]);
  return keys.filter((key) => !used.has(key));
}

it("has no message that nobody uses", () => {
  expect(unused(KEYS, Object.values(SOURCES), RUST)).toEqual([]);
});

it("would find one", () => {
  const sources = ["{m.board_head({ count })}", "// board_foot"];
  const list = '    "tray_gate" => TrayGate,\n    // "tray_held" => TrayHeld,\n';
  const keys = ["board_head", "board_foot", "tray_gate", "tray_held"];
  expect(unused(keys, sources, list)).toEqual(["board_foot", "tray_held"]);
});

it("has every message that Rust shows", () => {
  const keys = listed(RUST);
  expect(keys.length).toBeGreaterThan(10);
  expect(keys.filter((key) => !KEYS.includes(key))).toEqual([]);
});

it("has keys in snake case, in their order", () => {
  expect(KEYS.filter((key) => !/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(key))).toEqual([]);
  expect(KEYS).toEqual(KEYS.toSorted());
});
