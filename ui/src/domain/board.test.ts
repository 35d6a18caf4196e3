import { describe, expect, it } from "vitest";
import type { StoryState, StoryView } from "../ipc/protocol";
import { afternoon } from "../ipc/fake/afternoon";
import { storyView } from "../ipc/fake/shape";
import {
  arrange,
  arrangeArchived,
  markState,
  needAfter,
  needsInOrder,
  NEEDS_YOU,
  projectName,
  projectPath,
  type Group,
} from "./board";
import {
  headHeight,
  headInSight,
  neighbour,
  placeAt,
  placeRows,
  rowsInFrame,
  rowsInView,
  rowsParked,
  scrollOf,
  step,
  stepOut,
} from "./rows";

const titles = (groups: readonly Group[]) =>
  groups.map((group) => [group.name, ...group.stories.map((view) => view.story.title.split(" ")[0])]);

function view(id: number, state: StoryState, since = -id, project = "p"): StoryView {
  return storyView({ id, project, title: `s${id}`, state, branch: null, segments: [[state, since]] });
}

describe("what needs a person", () => {
  it("is visited oldest first and around the end, also when nobody is there", () => {
    const needs = needsInOrder([
      view(1, "waiting", -5),
      view(2, "done"),
      view(3, "needs_you", -9),
      view(4, "waiting", -1),
    ]);
    const order = needs.map((each) => each.story.title);
    expect(order).toEqual(["s3", "s1", "s4"]);
    const after = (n: number) => needAfter(needs, needs[n]?.story.id ?? null)?.story.title;
    expect([after(0), after(1), after(2), after(9)]).toEqual(["s1", "s4", "s3", "s3"]);
    expect(needAfter([], null)).toBeUndefined();
  });
});

describe("arrangeArchived", () => {
  it("has what was put away alone, by project, the latest first", () => {
    const views = [
      view(1, "archived", -9),
      view(2, "done"),
      view(3, "archived", -2),
      view(4, "archived", -1, "q"),
    ];
    expect(titles(arrangeArchived(views))).toEqual([
      ["p", "s3", "s1"],
      ["q", "s4"],
    ]);
    expect(titles(arrange(views))).toEqual([["p", "s2"]]);
  });
});

describe("arrange", () => {
  it("puts projects in which something goes on first, unless their order is held", () => {
    const stories = [
      view(1, "done", -9, "old"),
      view(2, "running", -8, "goes-on"),
      view(3, "done", -7, "quiet"),
      view(4, "gating", -6, "checks"),
      view(5, "waiting", -5, "quiet"),
      view(6, "done", -1, "just-ended"),
    ];
    const names = (held: string[] = []) => arrange(stories, new Map(), held).map((group) => group.name);
    // Then those where something happened last: what has just ended is not looked for below what ended long ago.
    expect(names()).toEqual(["Needs you", "goes-on", "checks", "just-ended", "quiet", "old"]);
    const before = arrange(stories.slice(0, 1).concat(view(2, "done", -8, "goes-on"))).map(
      (group) => group.id,
    );
    expect(names(before)).toEqual(["Needs you", "goes-on", "old", "checks", "just-ended", "quiet"]);
  });

  it("puts what needs a person first, oldest first, and keeps the projects in their order", () => {
    expect(titles(arrange(afternoon()))).toEqual([
      ["Needs you", "Parse", "Virtualise", "Move"],
      ["parcel-api", "Replace", "Retry", "Return"],
      ["fieldkit", "Fuzz", "Port"],
      ["atlas-web", "Dark", "Keyboard", "Drop", "Offline"],
    ]);
  });

  it("orders a project by state", () => {
    const states: StoryState[] = [
      "stopped",
      "done",
      "draft",
      "queued",
      "starting",
      "limited",
      "gating",
      "running",
      "archived",
    ];
    const [group] = arrange(states.map((state, n) => view(n + 1, state, -5)));
    expect(group?.stories.map((each) => each.story.state)).toEqual([
      "running",
      "gating",
      "limited",
      "starting",
      "queued",
      "draft",
      "done",
      "stopped",
    ]);
  });

  it("leaves no head where nothing needs a person", () => {
    expect(arrange([view(1, "running")]).map((group) => group.id)).not.toContain(NEEDS_YOU);
  });

  it("lets rows keep their places in a group that is held, new ones after them", () => {
    const before = [view(1, "running", -9), view(2, "running", -8)];
    const after = [view(1, "done", -9), view(2, "running", -8), view(3, "running", -7)];
    const id = before[0]?.story.project ?? "";
    const held = new Map([[id, before.map((each) => each.story.id)]]);
    expect(arrange(after)[0]?.stories.map((each) => each.story.title)).toEqual(["s2", "s3", "s1"]);
    expect(arrange(after, held)[0]?.stories.map((each) => each.story.title)).toEqual(["s1", "s2", "s3"]);
  });

  it("finds the name of a project on every system", () => {
    expect(["/home/a/src/parcel-api/.git", "C:\\src\\atlas\\.git", "/srv/plain"].map(projectName)).toEqual([
      "parcel-api",
      "atlas",
      "plain",
    ]);
  });

  it("finds the folder of a project wherever its git directory lies", () => {
    const folders = {
      "/src/shop/.git": "/src/shop",
      "C:\\src\\atlas\\.git": "C:\\src\\atlas",
      "/src/shop/.bare": "/src/shop",
      "/src/shop/.git/modules/lib": "/src/shop/lib",
      "/src/shop.git": "/src/shop.git",
      "/home/ann/.dotfiles": "/home/ann/.dotfiles",
    };
    expect(Object.keys(folders).map(projectPath)).toEqual(Object.values(folders));
  });
});

describe("figures", () => {
  it("set the mark as the tray does", () => {
    expect(
      [
        [],
        [view(1, "limited")],
        [view(1, "limited"), view(2, "running")],
        [view(1, "running"), view(2, "needs_you")],
      ].map(markState),
    ).toEqual(["idle", "limited", "running", "waiting"]);
  });
});

describe("steps from a story that is folded away", () => {
  const groups = arrange([
    ...[...Array(7).keys()].map((n) => view(n + 1, "needs_you")),
    view(20, "running", -20, "q"),
    view(21, "running", -10, "q"),
    view(30, "done", -5, "r"),
  ]);
  const [needs, q, r] = groups;
  if (!needs || !q || !r) throw new Error("there are three groups");
  const stepped = (closed: string[], folded: Group, by: number) =>
    stepOut(placeRows(groups, new Set(closed)), groups, folded, by)?.view.story.title;
  const titleOf = (group: Group, n: number) => group.stories[n]?.story.title;

  it("go to what is shown after the group or before it", () => {
    expect(stepped([q.id], q, 1)).toBe(titleOf(r, 0));
    expect(stepped([q.id], q, -1)).toBe(titleOf(needs, 4));
    expect(stepped([], needs, 1)).toBe(titleOf(q, 0));
    expect(stepped([], needs, -1)).toBe(titleOf(needs, 4));
    expect(stepped([r.id], r, 1)).toBeUndefined();
  });
});

describe("rows", () => {
  const rows = (closed: string[] = [], count = 8) =>
    placeRows(
      arrange(
        [...Array(count).keys()].map((n) => view(n + 1, "needs_you")).concat(view(99, "running", -1, "q")),
      ),
      new Set(closed),
    );

  it("fold what is more than five under Needs you", () => {
    const { all, stories } = rows();
    expect(all.filter((row) => row.kind === "need")).toHaveLength(5);
    expect(all.find((row) => row.kind === "more")).toMatchObject({ count: 3, isOpen: false });
    expect(stories).toHaveLength(6);
    expect(rows([NEEDS_YOU]).stories).toHaveLength(9);
    expect(rows([], 5).all.some((row) => row.kind === "more")).toBe(false);
  });

  it("stand under each other without holes", () => {
    const { all, height, needsHeight } = rows();
    all.forEach((row, n) => {
      expect(row.top).toBe(n === 0 ? 0 : (all[n - 1]?.top ?? 0) + (all[n - 1]?.height ?? 0));
    });
    expect(needsHeight).toBe(34 + 5 * 60 + 30);
    expect(height).toBe(needsHeight + 28 + 36 + 12);
  });

  it("close with their group", () => {
    const q = rows().all.find((row) => row.kind === "group" && row.group !== NEEDS_YOU);
    expect(rows([q?.group ?? ""]).stories.some((row) => row.kind === "story")).toBe(false);
  });

  it("are stepped through within the ends", () => {
    const all = rows();
    const keys = all.stories.map((row) => row.key);
    expect(step(all, null, 1)?.key).toBe(keys[0]);
    expect(step(all, keys[5] ?? null, 1)?.key).toBe(keys[5]);
    expect(step(all, keys[0] ?? null, -1)?.key).toBe(keys[0]);
  });

  it("are found again where they were read, though others came before them", () => {
    const stories = (from: number) => [...Array(60).keys()].map((n) => view(from + n, "done"));
    const before = placeRows(arrange(stories(100)), new Set());
    const place = placeAt(before, 28 + 10 * 36 + 7);
    expect(placeAt(before, 0)).toBeNull();
    const after = placeRows(arrange([...stories(40), ...stories(100)]), new Set());
    const row = after.all.find((each) => each.key === place?.key);
    expect(scrollOf(after, place)).toBe((row?.top ?? 0) + 7);
    expect(scrollOf(before, place)).toBe(28 + 10 * 36 + 7);
    expect([scrollOf(after, null), scrollOf(rows(), place)]).toEqual([0, 28 + 10 * 36 + 7]);
  });

  it("are drawn only near what is in sight", () => {
    const many = placeRows(arrange([...Array(600).keys()].map((n) => view(n + 1, "done"))), new Set());
    const shown = rowsInView(many, 10_000, 700);
    expect(shown.length).toBeLessThan(40);
    expect(shown.some((row) => row.top <= 10_000 && row.top + row.height > 10_000)).toBe(true);
  });

  it("keeps rows of stories that a filter left out, the latest first, and none that takes an answer", () => {
    const stories = [view(1, "waiting"), ...[...Array(200).keys()].map((n) => view(n + 2, "done"))];
    const all = placeRows(arrange(stories), new Set()).all;
    const left = all.filter((row) => row.kind === "story");
    expect(rowsParked(all, new Set())).toEqual(left.slice(0, 120));
    expect(rowsParked(all, new Set(all.map((row) => row.key)))).toEqual([]);
    expect(rowsParked(all, new Set([left[0]?.key ?? ""]))[0]).toBe(left[1]);
  });

  it("draws many new rows over several frames, from the top, and keeps those that are drawn", () => {
    const stories = Array.from({ length: 30 }, (_, n) => view(n + 1, "running"));
    const inView = rowsInView(placeRows(arrange(stories), new Set()), 0, 700);
    const counts: number[] = [];
    let drawn: ReadonlySet<string> = new Set();
    while (drawn.size < inView.length && counts.length < 9) {
      const rows = rowsInFrame(inView, drawn, 6);
      expect(rows.map((row) => row.key)).toEqual(inView.slice(0, rows.length).map((row) => row.key));
      drawn = new Set(rows.map((row) => row.key));
      counts.push(rows.length);
    }
    expect(counts).toEqual([6, 12, 18, 24, inView.length]);
    expect(rowsInFrame(inView, drawn, 6)).toEqual(inView);
    // Rows that are gone from the view make no room: what is new counts alone.
    expect(rowsInFrame(inView.slice(5), new Set(inView.slice(0, 7).map((row) => row.key)), 3)).toEqual(
      inView.slice(5, 10),
    );
  });
});

describe("a row that goes away, and a head that stays", () => {
  const views = [1, 2, 3].map((id) => view(id, "done", -id, id === 3 ? "q" : "p"));
  const ids = views.map((each) => each.story.id);

  it("gives the selection to the row after it, else to the one before", () => {
    const left = (gone: number) =>
      placeRows(arrange(views.filter((each) => each.story.title !== `s${gone}`)), new Set());
    const next = (gone: number) => neighbour(ids, ids[gone - 1] ?? "", left(gone))?.view.story.title;
    expect([next(1), next(2), next(3)]).toEqual(["s2", "s3", "s2"]);
    expect(neighbour([], ids[0] ?? "", left(1))).toBeUndefined();
    expect(neighbour(ids, ids[0] ?? "", placeRows([], new Set()))).toBeUndefined();
  });

  it("stays at the edge until the next one pushes it out", () => {
    const rows = placeRows(arrange(views), new Set());
    const at = (scroll: number) => {
      const head = headInSight(rows, scroll);
      return head && [head.row.head.name, head.pushed];
    };
    // Each head is 28 px high, each row 36.
    expect([at(0), at(1), at(71), at(72), at(90), at(101)]).toEqual([
      null,
      ["p", 0],
      ["p", 0],
      ["p", 0],
      ["p", 18],
      ["q", 0],
    ]);
    expect(rows.stories.map((row) => headHeight(rows, row))).toEqual([28, 28, 28]);
  });
});
