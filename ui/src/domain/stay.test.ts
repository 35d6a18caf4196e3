import { expect, it } from "vitest";
import { storyView } from "../ipc/fake/shape";
import type { StoryState } from "../ipc/protocol";
import { arrange } from "./board";
import { placeRows, type Rows } from "./rows";
import { shiftOf, shiftOfRow } from "./stay";

type Shape = readonly [id: number, state: StoryState][];

function rows(shape: Shape, closed: string[] = []): Rows {
  const views = shape.map(([id, state]) =>
    storyView({ id, project: "p", title: `t${id}`, state, branch: null, segments: [[state, -100 - id]] }),
  );
  return placeRows(arrange(views), new Set(closed));
}
const keyOf = (rows: Rows, title: string) =>
  rows.stories.find((row) => row.view.story.title === title)?.key ?? null;

const WORKING: Shape = [
  [1, "running"],
  [2, "running"],
  [3, "running"],
  [4, "running"],
  [5, "running"],
];
const before = rows(WORKING);
/** The oldest story, which is the first, asks: it leaves its project for the new group above. */
const asked = rows([...WORKING.slice(0, 4), [5, "waiting"]]);
const sight = { rows: before, scroll: 64, view: 200 };

it("scrolls by as much as what is in sight moved", () => {
  // A head, a row that asks, and one row less above the others.
  expect(shiftOf(sight, asked, [])).toBe(34 + 60 - 36);
  expect(shiftOf({ ...sight, scroll: 0 }, asked, [])).toBe(0);
  expect(shiftOf(sight, before, [])).toBe(0);
});

it("keeps the wanted row where it is, and takes the next one if it left its group or was not in sight", () => {
  // When the first ends it becomes the last.
  const stopped = rows([
    [1, "running"],
    [2, "running"],
    [3, "running"],
    [4, "running"],
    [5, "stopped"],
  ]);
  expect(shiftOf({ ...sight, scroll: 1 }, stopped, [keyOf(before, "t5")])).toBe(4 * 36);
  expect(shiftOf({ ...sight, scroll: 1 }, stopped, [])).toBe(-36);
  expect(
    shiftOf({ ...sight, scroll: 30 }, asked, [keyOf(before, "t5"), null, "group:/home/ada/src/p/.git"]),
  ).toBe(34 + 60 - 36);
  expect(shiftOf({ ...sight, scroll: 100, view: 36 }, stopped, [keyOf(before, "t5")])).toBe(-36);
});

it("finds one row again, also at the beginning of the board", () => {
  expect(shiftOfRow({ ...sight, scroll: 0 }, asked, keyOf(before, "t2"))).toBe(34 + 60 - 36);
  expect(shiftOfRow({ ...sight, scroll: 30 }, asked, keyOf(before, "t5"))).toBe(0);
  expect(shiftOfRow(sight, asked, null)).toBe(0);
});
