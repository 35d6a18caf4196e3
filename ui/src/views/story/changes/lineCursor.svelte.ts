// The lines that the arrow keys, or the pointer, have selected among the shown changes: a comment is on them.

import type { ChangeRow } from "../../../domain/changes/rows";
import type { ChangesKept } from "./changesKept.svelte";

/** What the cursor needs of the screen. */
type Shown = { readonly rows: readonly ChangeRow[]; readonly at: number; readonly top: number };

export class LineCursor {
  readonly #shown: Shown;
  readonly #kept: ChangesKept;

  constructor(shown: Shown, kept: ChangesKept) {
    this.#shown = shown;
    this.#kept = kept;
  }

  /** The indices of the first and the last selected row; null if none is. */
  readonly selected: { readonly from: number; readonly to: number } | null = $derived.by(() => {
    const { lines } = this.#kept;
    if (lines === null) return null;
    const [anchor, head] = [this.#indexOf(lines.anchor), this.#indexOf(lines.head)];
    return anchor < 0 || head < 0 ? null : { from: Math.min(anchor, head), to: Math.max(anchor, head) };
  });

  has(index: number): boolean {
    const { selected } = this;
    return selected !== null && index >= selected.from && index <= selected.to;
  }

  /** Goes to the next line, or the one before; `extends` selects up to it, within one file. Returns the index of its row, or -1. */
  step(by: 1 | -1, extend: boolean): number {
    const { rows, at, top } = this.#shown;
    const { lines } = this.#kept;
    const head = lines === null ? -1 : this.#indexOf(lines.head);
    const start = head >= 0 ? head : at >= 0 ? at - (by > 0 && isLine(rows[at]) ? 1 : 0) : top - 1;
    let next = start + by;
    while (next >= 0 && next < rows.length && !isLine(rows[next])) next += by;
    const row = rows[next];
    if (row === undefined || (extend && head >= 0 && rows[head]?.file !== row.file)) return -1;
    this.#kept.lines = {
      anchor: extend && lines !== null && head >= 0 ? lines.anchor : row.key,
      head: row.key,
    };
    return next;
  }

  /** Selects the lines between two rows, which are of one file. */
  select(anchor: number, head: number): void {
    const { rows } = this.#shown;
    const [first, last] = [rows[anchor], rows[head]];
    if (!isLine(first) || !isLine(last) || first?.file !== last?.file) return;
    this.#kept.lines = { anchor: first?.key ?? "", head: last?.key ?? "" };
  }

  clear(): void {
    this.#kept.lines = null;
  }

  /** The rows that a comment would be on now: the selected ones, those of the change that the keys are at, or the upper one. */
  get rows(): readonly ChangeRow[] {
    const { rows, at, top } = this.#shown;
    const { selected } = this;
    if (selected !== null) return rows.slice(selected.from, selected.to + 1).filter(isLine);
    const first = at >= 0 ? at : top;
    return rows.slice(first, first + 1);
  }

  #indexOf(key: string): number {
    return this.#shown.rows.findIndex((row) => row.key === key);
  }
}

export function isLine(row: ChangeRow | undefined): boolean {
  return row?.kind === "line" || row?.kind === "pair";
}
