// Keeps the rows in sight where they are: when rows above them come or go, the board is scrolled by as much as they moved. A filter shows
// what it finds from the first row on; when it is removed, the selected row stays where it is.

import { groupKey, type Rows } from "../../domain/rows";
import { shiftOf, shiftOfRow } from "../../domain/stay";

/** What the board shows now. */
type Shown = {
  readonly rows: Rows;
  readonly scroll: number;
  readonly view: number;
  readonly filter: string;
  readonly selected: string | null;
};

export class StillRows {
  /** Whether rows take their places at once: an animated row would seem to move, because the board is scrolled at once. */
  is = $state(false);
  /** The key of the row under the pointer. Not a signal: it only counts when rows change. */
  pointed: string | null = null;
  #turned: string | null = null;
  #before: Shown | null = null;

  /** A group is being closed or opened: its head stays where it is. */
  turn(group: string): void {
    this.#turned = groupKey(group);
  }

  /** By how much the board must be scrolled now that it shows this. */
  follow(shown: Shown): number {
    const before = this.#before;
    this.#before = shown;
    const turned = this.#turned;
    this.#turned = null;
    if (before === null || before.rows === shown.rows) return 0;
    const sight = { ...before, scroll: shown.scroll };
    if (before.filter === shown.filter)
      return shiftOf(sight, shown.rows, [turned, this.pointed, shown.selected]);
    return shown.filter === "" ? shiftOfRow(sight, shown.rows, shown.selected) : -shown.scroll;
  }
}
