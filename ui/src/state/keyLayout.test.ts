import { describe, expect, it, test } from "vitest";
import { isForeignNow, namesOf } from "./keyLayout";

const named = (key: string, code: string, part: KeyboardEventInit = {}, isForeign = false) =>
  namesOf(new KeyboardEvent("keydown", { key, code, ...part }), isForeign);

test.each<[key: string, part: KeyboardEventInit, name: string]>([
  ["k", { ctrlKey: true }, "Ctrl K"],
  ["k", { metaKey: true }, "Ctrl K"],
  ["A", { shiftKey: true }, "Shift A"],
  ["?", { shiftKey: true }, "?"],
  ["Escape", {}, "Esc"],
  ["Enter", { ctrlKey: true, shiftKey: true }, "Ctrl Shift Enter"],
  [" ", {}, "Space"],
  ["ArrowDown", {}, "Down"],
  ["Process", {}, "Process"],
])("%s with %o is written as bindings write it", (key, part, name) => {
  expect(named(key, "", part)).toEqual([name]);
});

describe("a layout of Latin letters", () => {
  it.each([
    ["Dvorak", "j", "KeyC", ["J"]],
    ["Dvorak", ".", "KeyE", ["."]],
    ["Dvorak", "/", "BracketLeft", ["/"]],
    ["AZERTY", "a", "KeyQ", ["A"]],
    ["AZERTY", "/", "Period", ["/"]],
    ["German", "ö", "Semicolon", ["Ö"]],
    ["German", "-", "Slash", ["-"]],
    ["Turkish", "ı", "KeyI", ["I"]],
  ])("%s is read by what is written: %s at %s", (_, key, code, names) => {
    expect(named(key, code)).toEqual(names);
  });

  it("has its numbers with Shift and without", () => {
    expect(named("&", "Digit1")).toEqual(["&", "1"]);
    expect(named("é", "Digit2", { ctrlKey: true })).toEqual(["Ctrl É", "Ctrl 2"]);
    expect(named("!", "Digit1", { shiftKey: true })).toEqual(["!"]);
    expect(named("-", "Digit6", { ctrlKey: true })[0]).toBe("Ctrl -");
  });
});

describe("a layout of other letters", () => {
  it.each([
    ["Russian", "л", "KeyK", { ctrlKey: true }, "Ctrl K"],
    ["Russian", "т", "KeyN", { ctrlKey: true }, "Ctrl N"],
    ["Russian", "О", "KeyJ", { shiftKey: true }, "Shift J"],
    ["Russian", "ю", "Period", { ctrlKey: true }, "Ctrl ."],
    ["Greek", "ν", "KeyN", {}, "N"],
    ["Hebrew", "מ", "KeyN", {}, "N"],
    ["Hebrew", "ת", "Comma", { ctrlKey: true }, "Ctrl ,"],
    ["Persian", "۱", "Digit1", {}, "1"],
  ])("%s is read by where the key lies: %s at %s", (_, key, code, part, name) => {
    expect(named(key, code, part)).toEqual([name]);
  });

  it("has its signs elsewhere: as they are written, or else where they lie", () => {
    expect(named(".", "Slash", {}, true)).toEqual([".", "/"]);
    expect(named("/", "KeyQ", {}, true)).toEqual(["/", "Q"]);
    expect(named(".", "Slash")).toEqual(["."]);
  });

  it("is known by its last letter", () => {
    const now = (key: string, before: boolean) => isForeignNow(new KeyboardEvent("keydown", { key }), before);
    expect([now("л", false), now(".", true), now("Enter", true), now("7", true)]).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect([now("k", true), now(".", false), now("é", true)]).toEqual([false, false, false]);
  });
});
