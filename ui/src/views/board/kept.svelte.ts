// The state of the board that is restored on return: the filter, the closed groups, the open sheet, and the scroll position. The selection
// is part of the window's state, because an opened story is the selected one.

import type { RowPlace } from "../../domain/rows";
import type { StoryId } from "../../ipc/protocol";

export class BoardKept {
  filter = $state("");
  /** Whether the sheet with the selected story's full texts is open. */
  isPeeking = $state(false);
  closed = $state.raw<ReadonlySet<string>>(new Set());
  /** The first visible row; null at the beginning. Not a signal: the board scrolls by itself. */
  place: RowPlace | null = null;
  /** The order of the rows when the selected story was one of them, and whether they were those of the archive. Not a signal. */
  before: { readonly ids: readonly StoryId[]; readonly ofArchive: boolean } | null = null;
}
