// The state of a story's changes that is restored when they are shown again: the scope, how lines are set, what is folded, the place, and
// what was read.

import type { RowPlace } from "../../../domain/changes/place";
import type { FileState, Layout } from "../../../domain/changes/rows";
import type { Changes, ChangeScope } from "../../../ipc/protocol";
import { Scrolled } from "../../../parts/keptScroll";

export class ChangesKept {
  scope = $state.raw<ChangeScope>({ of: "base" });
  layout = $state<Layout>("unified");
  /** Whether changes of white space alone are shown. */
  whiteSpace = $state(true);
  /** Only the files that no tool call names are shown. */
  onlyUnsaid = $state(false);
  /** The paths of closed folders. */
  closed = $state.raw<ReadonlySet<string>>(new Set());
  /** The files that the person folded or unfolded. */
  folds = $state.raw<ReadonlyMap<string, boolean>>(new Map());
  /** The key of the first row of the change that the keys are at. */
  current = $state<string | null>(null);
  /** The path that is to be shown once the files are known, as a tool call names it. */
  wanted = $state<string | null>(null);
  /** The lines that are selected, by the keys of the rows where that began and where it is. */
  lines = $state.raw<{ readonly anchor: string; readonly head: string } | null>(null);
  /** All comments are listed in place of the lines. */
  isListed = $state(false);
  isFinding = $state(false);
  words = $state("");
  /** Whether the list of files is open where there is no room for it beside the lines. */
  isTreeOpen = $state(false);
  /** Not a signal, because the list scrolls by itself. */
  place: RowPlace | null = null;
  readonly tree = new Scrolled();
  /** The answer that is shown, and what was read of its files. */
  answer = $state.raw<Changes | null>(null);
  read = $state.raw<ReadonlyMap<string, FileState>>(new Map());

  /** Shows another scope, from its beginning. */
  choose(scope: ChangeScope): void {
    this.scope = scope;
    this.answer = null;
    this.read = new Map();
    this.current = null;
    this.lines = null;
    this.place = null;
    this.folds = new Map();
  }

  isFolded(path: string, byDefault: boolean): boolean {
    return this.folds.get(path) ?? byDefault;
  }

  fold(path: string, isFolded: boolean): void {
    this.folds = new Map(this.folds).set(path, isFolded);
  }

  toggleFolder(path: string): void {
    const closed = new Set(this.closed);
    if (!closed.delete(path)) closed.add(path);
    this.closed = closed;
  }
}
