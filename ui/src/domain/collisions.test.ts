import { expect, test } from "vitest";
import type { SharedFile, SharedKind, StoryView } from "../ipc/protocol";
import { storyId, storyView } from "../ipc/fake/shape";
import { colliding, collisionLines, collisionNote, collisionWords } from "./collisions";
import { fold, summaries } from "./timeline/shortRows";
import { Recorder } from "./timeline/recorder";

const story = (id: number, title: string, state: StoryView["story"]["state"] = "running") =>
  storyView({ id, project: "p", title, state, branch: null, segments: [[state, -1]] });
const file = (path: string, kind: SharedKind = "lines"): SharedFile => ({ path, kind });
const DARK = story(2, "Dark map");
const LOGIN = story(3, "Login");
const GONE = story(4, "Put away", "archived");
const find = (id: string) => [DARK, LOGIN, GONE].find((view) => view.story.id === id);
const view = (...with_: [number, SharedFile[], number?][]): StoryView => ({
  ...story(1, "Own"),
  collisions: with_.map(([id, some, more = 0]) => ({ with: storyId(id), files: { some, more } })),
});

test("what a story conflicts with is said in words, and an archived story is left out", () => {
  const words = (of: StoryView) => collisionWords(colliding(of, find));
  expect(words(view())).toBe("");
  expect(words(view([4, [file("a")]]))).toBe("");
  expect(words(view([9, [file("a")]]))).toBe("");
  expect(words(view([2, [file("a")]]))).toBe("same lines as Dark map");
  expect(words(view([2, [file("a", "binary")]]))).toBe("conflicts with Dark map");
  expect(words(view([2, [file("a", "removed")]], [3, [file("a")]]))).toBe(
    "same lines as Dark map and 1 more",
  );
  expect(words(view([3, [file("a", "binary")]], [2, [file("b", "other")]]))).toBe(
    "conflicts with Login and 1 more",
  );
});

test("the files are named that conflict", () => {
  const all = colliding(
    view([2, [file("a.rs"), file("b.rs", "merges")], 2], [3, [file("c", "binary")]]),
    find,
  );
  expect(collisionLines(all)).toEqual(["same lines as Dark map: a.rs and 2 more", "conflicts with Login: c"]);
});

test("a story is told in its timeline", () => {
  const files = { some: [file("a.rs"), file("b.rs", "merges")], more: 0 };
  const recorded = new Recorder().notes(
    { type: "collision_found", with: storyId(2), title: "Dark map", files },
    {
      type: "collision_found",
      with: storyId(3),
      title: "Login",
      files: { some: [file("x", "binary")], more: 0 },
    },
  );
  const { rows } = fold(recorded).journal;
  expect(summaries(rows)).toEqual(["note collision", "note collision"]);
  const told = rows.flatMap((row) =>
    row.kind === "note" && row.note.what === "collision" ? [row.note] : [],
  );
  expect(told.map(({ title, files: shared }) => collisionNote(title, shared))).toEqual([
    "Changes the same lines as “Dark map”: a.rs",
    "Conflicts with “Login”: x",
  ]);
  expect(collisionNote("x", { some: [], more: 0 })).toBe("Conflicts with “x”: ");
});
