import { describe, expect, it } from "vitest";
import { match, search } from "./search";

const marked = (typed: string, text: string) => {
  const found = match(typed, text);
  return found && [found.kind, found.pieces.map(({ text, hit }) => (hit ? `[${text}]` : text)).join("")];
};

describe("match", () => {
  it.each([
    ["no", "Not now", ["beginning", "[No]t now"]],
    ["no", "Pause notifications", ["word", "Pause [no]tifications"]],
    ["no", "know nothing", ["word", "know [no]thing"]],
    ["map style", "Dark map style", ["word", "Dark [map style]"]],
    ["theme dark", "Dark theme", ["words", "[Dark] [theme]"]],
    ["res con", "Copy resume command", null],
    ["res com", "Copy resume command", ["words", "Copy [res]ume [com]mand"]],
    ["sume", "Copy resume command", ["within", "Copy re[sume] command"]],
    ["ns", "New story", ["initials", "[N]ew [s]tory"]],
    ["nest", "New story", ["initials", "[Ne]w [st]ory"]],
    ["crc", "Copy resume command", ["initials", "[C]opy [r]esume [c]ommand"]],
    ["N S", "New story", ["words", "[N]ew [s]tory"]],
    // Words between, or letters within words, are scattered.
    ["cc", "Copy resume command", null],
    ["stp", "Sort the old parcels", null],
    ["nwsty", "New story", null],
    ["yn", "New story", null],
    ["", "New story", ["beginning", "New story"]],
    ["  ", "New story", ["beginning", "New story"]],
  ])("matches %j in %j", (typed, text, right) => {
    expect(marked(typed, text)).toEqual(right);
  });
});

describe("search", () => {
  it("puts the best first and keeps the order of equals", () => {
    const texts = ["Snow", "Go north", "Next that needs you", "New outline", "Notify", "Not now"];
    expect(search("no", texts, (text) => text).map((each) => each.item)).toEqual([
      "Notify",
      "Not now",
      "Go north",
      "Snow",
      "New outline",
    ]);
    expect(search("", texts, (text) => text).map((each) => each.item)).toEqual(texts);
  });
});
