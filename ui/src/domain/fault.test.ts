import { expect, it } from "vitest";
import { spoken } from "./fault";

it("makes a sentence of a fault, and leaves names as they are", () => {
  const table = [
    ["the story is running", "The story is running."],
    ["git could not check it out: no space", "Git could not check it out: no space."],
    ["Nothing runs.", "Nothing runs."],
    ["config.json cannot be read", "config.json cannot be read."],
    ["/srv/app is no folder", "/srv/app is no folder."],
    ['"x" is no agent', '"x" is no agent.'],
    ["", ""],
  ] as const;
  for (const [message, said] of table)
    expect(spoken({ code: "internal", message, hint: "h" })).toEqual({
      code: "internal",
      message: said,
      hint: "h",
    });
  expect(spoken(null)).toBeNull();
});
