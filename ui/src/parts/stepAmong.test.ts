import { expect, it } from "vitest";
import { stepAmong } from "./stepAmong";

const press = (key: string, change: KeyboardEventInit = {}) =>
  new KeyboardEvent("keydown", { key, ...change });
const notSecond = (index: number) => index !== 1;

const CASES: readonly [key: string, from: number, to: number | null, isOpen?: (index: number) => boolean][] =
  [
    ["ArrowRight", 0, 1],
    ["ArrowDown", 1, 2],
    ["ArrowRight", 3, 0],
    ["ArrowRight", -1, 0],
    ["ArrowLeft", 0, 3],
    ["ArrowUp", 2, 1],
    ["ArrowLeft", -1, 3],
    ["Home", 2, 0],
    ["End", 0, 3],
    ["ArrowRight", 0, 2, notSecond],
    ["ArrowLeft", 2, 0, notSecond],
    ["End", 0, 2, (index) => index < 3],
    ["ArrowRight", 0, null, () => false],
    ["Enter", 0, null],
    ["a", 0, null],
  ];

it.each(CASES)("%s from %d leads to %s", (key, from, to, isOpen) => {
  expect(stepAmong(press(key), 4, from, isOpen)).toBe(to);
});

it("leaves keys with Ctrl, Alt and Shift to the window", () => {
  for (const change of [{ altKey: true }, { ctrlKey: true }, { shiftKey: true }, { metaKey: true }])
    expect(stepAmong(press("ArrowLeft", change), 4, 0)).toBeNull();
  expect(stepAmong(press("ArrowLeft"), 0, -1)).toBeNull();
});
