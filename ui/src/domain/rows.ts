// The board as one column of rows with their places: heads of groups, stories, and the fold of what is
// too many. Pure; the view draws only those in sight.

import type { StoryId, StoryView } from "../ipc/protocol";
import { NEEDS_YOU, type Group } from "./board";

/** Heights in px at the usual text size; they grow with it. */
export type RowHeights = {
  readonly first: number;
  readonly group: number;
  readonly need: number;
  readonly story: number;
  readonly more: number;
};
/** The heights with room around each row; the tokens of the look say the same, and others where rows stand close. */
export const ROOMY: RowHeights = { first: 34, group: 28, need: 60, story: 36, more: 30 };
const END = 12;
/** Needs-you rows beyond this many fold into `4 more`. */
const UNFOLDED = 5;

type Place = {
  readonly key: string;
  readonly group: string;
  /** Its number among all rows, from 0. */
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
  /** The stories that can be selected, in their order on screen. */
  readonly stories: readonly StoryRow[];
  /** The height of everything, and of Needs you alone. */
  readonly height: number;
  readonly needsHeight: number;
};

/** Places the rows of these groups one under the other. */
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
      key: `group ${group.id}`,
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

/** The rows of a view to draw in this frame: those that are drawn already, and the first `most` of the others.
    The rest come with the next frames. */
export function rowsInFrame(
  inView: readonly BoardRow[],
  drawn: ReadonlySet<string>,
  most: number,
): BoardRow[] {
  let added = 0;
  return inView.filter((row) => drawn.has(row.key) || ++added <= most);
}

/** How many rows that a filter left out stay made. */
const PARKED = 120;

/** The rows that stay made although they are not drawn now, the latest first: a letter that is taken back brings
    them again, and making a row costs far more than hiding it. A row with an answer is always made anew. */
export function rowsParked(before: readonly BoardRow[], drawn: ReadonlySet<string>): BoardRow[] {
  return before.filter((row) => row.kind === "story" && !drawn.has(row.key)).slice(0, PARKED);
}

/** A row at the upper edge of what is in view, and how far it is scrolled beyond it, in px. */
export type RowPlace = {
  readonly key: string;
  readonly group: string;
  readonly within: number;
  readonly scroll: number;
};

/** Where a board that is scrolled so far is read; null at its start. */
export function placeAt(rows: Rows, scroll: number): RowPlace | null {
  const row = rows.all.findLast((each) => each.top <= scroll);
  return row && scroll > 0 ? { key: row.key, group: row.group, within: scroll - row.top, scroll } : null;
}

/** How far the board is scrolled to be read there again; a row that is in no or another group now leads nowhere. */
export function scrollOf(rows: Rows, place: RowPlace | null): number {
  if (place === null) return 0;
  const row = rows.all.find((each) => each.key === place.key && each.group === place.group);
  return row ? row.top + place.within : place.scroll;
}

/** The story so many rows further, within the ends; the first one when none is selected. */
export function step(rows: Rows, from: StoryId | null, by: number): StoryRow | undefined {
  const at = rows.stories.findIndex((row) => row.key === from);
  if (at < 0) return by > 0 ? rows.stories[0] : rows.stories.at(-1);
  return rows.stories[Math.max(0, Math.min(rows.stories.length - 1, at + by))];
}

/** For "Needs you" the set of closed groups is inverted: a group in it shows all of its stories. */
function unfolded(stories: readonly StoryView[], isOpen: boolean): readonly StoryView[] {
  return isOpen ? stories : stories.slice(0, UNFOLDED);
}
