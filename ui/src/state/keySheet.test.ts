import { expect, test } from "vitest";
import { sheetOf } from "./keySheet";

const run = () => undefined;

test("the sheet has every key of the screen and of the window, each thing once", () => {
  const window = [
    { keys: "Ctrl N", label: "New story", run },
    { keys: "Esc", label: "Nothing", run },
  ];
  const numbers = Array.from({ length: 9 }, (_, n) => ({
    keys: String(n + 1),
    label: "Select a story",
    run,
    unlisted: true,
  }));
  const board = [
    { keys: "J", label: "Next story", run },
    { keys: "Down", label: "Next story", run, unlisted: true },
    { keys: "S", label: "Stop", run, when: () => false, about: "A title" },
    { keys: "Esc", label: "Back", run },
    ...numbers,
  ];
  expect(sheetOf([window, board])).toEqual([
    {
      name: "On this screen",
      rows: [
        { label: "Next story", about: "", keys: ["J", "Down"], isRange: false, can: true },
        { label: "Stop", about: "A title", keys: ["S"], isRange: false, can: false },
        { label: "Back", about: "", keys: ["Esc"], isRange: false, can: true },
        { label: "Select a story", about: "", keys: ["1", "9"], isRange: true, can: true },
      ],
    },
    {
      name: "Everywhere",
      rows: [{ label: "New story", about: "", keys: ["Ctrl N"], isRange: false, can: true }],
    },
  ]);
  expect(sheetOf([window]).map((group) => group.name)).toEqual(["Everywhere"]);
});
