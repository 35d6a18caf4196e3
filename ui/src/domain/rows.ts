// The rows of the board with their positions: heads of groups, stories, and the row that folds the rest of "Needs you". Pure; the view
// draws only the visible rows.

import type { StoryId, StoryView } from "../ipc/protocol";
import { NEEDS_YOU, type Group } from "./board";

/** Heights in px at the usual text size. They scale with the text size. */
export type RowHeights = {
  readonly first: number;
  readonly group: number;
  readonly need: number;
  readonly story: number;
  readonly more: number;
};
/** The heights with the usual density. The design tokens in CSS have the same values, and smaller ones for the compact density. */
export const ROOMY: RowHeights = { first: 34, group: 28, need: 60, story: 36, more: 30 };
const END = 12;
/** "Needs you" shows this many rows; further ones are folded into one row such as `4 more`. */
const UNFOLDED = 5;

type Place = {
  readonly key: string;
  readonly group: string;
  /** Its index among all rows. */
  readonly index: number;
  readonly top: number;
  readonly height: number;
};

export type GroupRow = Place & { readonly kind: "group"; readonly head: Group; readonly isClosed: boolean };
export type StoryRow = Place & { readonly kind: "need" | "story"; readonly view: StoryView };
export type MoreRow = Place & { readonly kind: "more"; readonly count: number; readonly isOpen: boolean };
export type BoardRow = GroupRow | StoryRow | MoreRow;

export type Rows = {
  readonly all: readonly BoardRow[];
  /** The rows that can be selected, in order. */
  readonly stories: readonly StoryRow[];
  /** The height of all rows, and of the group "Needs you". */
  readonly height: number;
  readonly needsHeight: number;
};

/** The key of a group's head. */
export function groupKey(group: string): `group:${string}` {
  return `group:${group}`;
}

/** Places the rows of these groups below each other. */
export function placeRows(
  groups: readonly Group[],
  closed: ReadonlySet<string>,
  scale = 1,
  heights = ROOMY,
): Rows {
  const all: BoardRow[] = [];
  let top = 0;
  let needsHeight = 0;
  const put = (height: number, make: (place: Pick<Place, "index" | "top" | "height">) => BoardRow) => {
    all.push(make({ index: all.length, top, height: height * scale }));
    top += height * scale;
  };
  for (const group of groups) {
    const isNeeds = group.id === NEEDS_YOU;
    const isClosed = closed.has(group.id);
    put(isNeeds ? heights.first : heights.group, (place) => ({
      kind: "group",
      key: groupKey(group.id),
      group: group.id,
      head: group,
      isClosed,
      ...place,
    }));
    const shown = isNeeds ? unfolded(group.stories, isClosed) : isClosed ? [] : group.stories;
    for (const view of shown) {
      put(isNeeds ? heights.need : heights.story, (place) => ({
        kind: isNeeds ? "need" : "story",
        key: view.story.id,
        group: group.id,
        view,
        ...place,
      }));
    }
    const count = group.stories.length - UNFOLDED;
    if (isNeeds && count > 0)
      put(heights.more, (place) => ({
        kind: "more",
        key: "more",
        group: group.id,
        count,
        isOpen: isClosed,
        ...place,
      }));
    if (isNeeds) needsHeight = top;
  }
  const stories = all.filter((row): row is StoryRow => row.kind === "need" || row.kind === "story");
  return { all, stories, height: top + END * scale, needsHeight };
}

/** How far around what is in sight rows are made while a filter is typed, in px: a row's height. */
export const BEYOND_WHILE_TYPING = 40;

/** The rows that a window of this height shows, and a few around it. */
export function rowsInView(rows: Rows, scroll: number, view: number, beyond = 200): BoardRow[] {
  return rows.all.filter((row) => row.top + row.height > scroll - beyond && row.top < scroll + view + beyond);
}

/** How many rows are added in one frame while the board is scrolled: as many as take about a frame. */
export const ADDED_IN_FRAME = 6;
/** How many rows are added in one frame while a filter is typed: so few that the next letter hardly waits. */
export const ADDED_WHILE_TYPING = 3;

/** The rows to draw in this frame: those that are already drawn, and the first `most` of the others. The rest follow in the next frames. */
export function rowsInFrame(
  inView: readonly BoardRow[],
  drawn: ReadonlySet<string>,
  most: number,
): BoardRow[] {
  let added = 0;
  return inView.filter((row) => drawn.has(row.key) || ++added <= most);
}

/** How many filtered-out rows are kept in the document. */
const PARKED = 120;

/**
 * Rows that are hidden but kept in the document, the latest first: if the filter is changed back they reappear, and creating a row costs
 * far more than hiding it. Rows with buttons that answer are never kept.
 */
export function rowsParked(before: readonly BoardRow[], drawn: ReadonlySet<string>): BoardRow[] {
  return before.filter((row) => row.kind === "story" && !drawn.has(row.key)).slice(0, PARKED);
}

/** The row at the upper edge, and how many px of it are scrolled out of view. */
export type RowPlace = {
  readonly key: string;
  readonly group: string;
  readonly within: number;
  readonly scroll: number;
};

/** The place of a board that is scrolled by `scroll` px; null at its beginning. */
export function placeAt(rows: Rows, scroll: number): RowPlace | null {
  const row = rows.all.findLast((each) => each.top <= scroll);
  return row && scroll > 0 ? { key: row.key, group: row.group, within: scroll - row.top, scroll } : null;
}

/** The scroll offset that shows the same place again. If the row is gone or is in another group, the offset that was stored. */
export function scrollOf(rows: Rows, place: RowPlace | null): number {
  if (place === null) return 0;
  const row = rows.all.find((each) => each.key === place.key && each.group === place.group);
  return row ? row.top + place.within : place.scroll;
}

/**
 * The story `by` rows further, but not beyond the first or last. If none is selected, the first when moving down, the last when moving up.
 */
export function step(rows: Rows, from: StoryId | null, by: number): StoryRow | undefined {
  const at = rows.stories.findIndex((row) => row.key === from);
  if (at < 0) return by > 0 ? rows.stories[0] : rows.stories.at(-1);
  return rows.stories[Math.max(0, Math.min(rows.stories.length - 1, at + by))];
}

/** The next row for a selected story that is folded away in its group: the first after the group, or the last shown before its place. */
export function stepOut(
  rows: Rows,
  groups: readonly Group[],
  folded: Group,
  by: number,
): StoryRow | undefined {
  const placeOf = (group: string) => groups.findIndex(({ id }) => id === group);
  const at = placeOf(folded.id);
  return by > 0
    ? rows.stories.find((row) => placeOf(row.group) > at)
    : rows.stories.findLast((row) => placeOf(row.group) <= at);
}

/** The row to select when `story` is none any more: the one that came after it, else the one before it. */
export function neighbour(before: readonly StoryId[], story: StoryId, rows: Rows): StoryRow | undefined {
  const at = before.indexOf(story);
  if (at < 0) return undefined;
  const others = [...before.slice(at + 1), ...before.slice(0, at).toReversed()];
  return others.flatMap((id) => rows.stories.find((row) => row.key === id) ?? [])[0];
}

/** The least height of the visible rows, in px at the usual text size, with which a head stays above them. */
export const STAYS_FROM = 160;

/** The height of the head of a row's group, which stays in sight above the row. */
export function headHeight(rows: Rows, row: BoardRow): number {
  return rows.all.find((each) => each.kind === "group" && each.group === row.group)?.height ?? 0;
}

/** The head that stays at the upper edge while its rows are scrolled, and how far the next group pushes it out, in px. */
export function headInSight(rows: Rows, scroll: number): { row: GroupRow; pushed: number } | null {
  const heads = rows.all.filter((row): row is GroupRow => row.kind === "group");
  const at = heads.findLastIndex((row) => row.top < scroll);
  const row = heads[at];
  if (!row) return null;
  const next = heads[at + 1]?.top ?? Infinity;
  return { row, pushed: Math.max(0, scroll + row.height - next) };
}

/** Whether "Needs you" has more stories than it shows folded. */
export function folds(needs: Group): boolean {
  return needs.stories.length > UNFOLDED;
}

/** For "Needs you" the set of closed groups is inverted: if it is in the set, all of its stories are shown. */
function unfolded(stories: readonly StoryView[], isOpen: boolean): readonly StoryView[] {
  return isOpen ? stories : stories.slice(0, UNFOLDED);
}
