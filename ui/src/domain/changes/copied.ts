// The text of selected lines. Pure.

/** A selected line: its text, if all of it is selected, and what is seen of the selected part. */
export type Cell = { readonly exact: string | null; readonly seen: string };

/** The lines as they are in the files: without numbers and signs, and with hidden characters where lines are whole. */
export function copiedText(cells: readonly Cell[]): string {
  return cells.map(({ exact, seen }) => exact ?? seen).join("\n");
}
