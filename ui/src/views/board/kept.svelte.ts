// What the board is left with and found with again: the filter, the closed groups, the open sheet, and the
// place in it. The selection is the window's, because a story that is opened is the selected one.

import type { RowPlace } from "../../domain/rows";

export class BoardKept {
  filter = $state("");
  /** Whether the selected story is shown whole in a sheet below its row. */
  isPeeking = $state(false);
  closed = $state.raw<ReadonlySet<string>>(new Set());
  /** The first row in view; null at the start. Not a signal: the board scrolls itself. */
  place: RowPlace | null = null;
}
