import { expect, test } from "vitest";
import { sheetOf } from "./keySheet";

const run = () => undefined;

test("the sheet has every key of the screen and of the window, each thing once", () => {
  const window = [
    { keys: "Ctrl N", does: "New story", run },
    { keys: "Esc", does: "Nothing", run },
  ];
  const numbers = Array.from({ length: 9 }, (_, n) => ({
    keys: String(n + 1),
    does: "Select a story",
    run,
    unlisted: true,
  }));
  const board = [
    { keys: "J", does: "Next story", run },
    { keys: "Down", does: "Next story", run, unlisted: true },
    { keys: "S", does: "Stop", run, when: () => false, about: "A title" },
    { keys: "Esc", does: "Back", run },
    ...numbers,
  ];
  expect(sheetOf([window, board])).toEqual([
    {
      name: "On this screen",
      rows: [
        { does: "Next story", about: "", keys: ["J", "Down"], isRange: false, can: true },
        { does: "Stop", about: "A title", keys: ["S"], isRange: false, can: false },
        { does: "Back", about: "", keys: ["Esc"], isRange: false, can: true },
        { does: "Select a story", about: "", keys: ["1", "9"], isRange: true, can: true },
      ],
    },
    {
      name: "Everywhere",
      rows: [{ does: "New story", about: "", keys: ["Ctrl N"], isRange: false, can: true }],
    },
  ]);
  expect(sheetOf([window]).map((group) => group.name)).toEqual(["Everywhere"]);
});
