// How much of a long text is rendered at once. The rest is counted and rendered on request, because rendering thousands of lines would
// block the window. Pure.

/** The number of characters that is rendered at first. */
export const FIRST = 16_000;
/** The factor by which this grows with each request. */
export const TIMES = 4;
/** A line takes as much room at least: as a row of a table it is several elements, however short it is. */
const LINE = 80;
/** So much more is laid out as well, rather than being folded. */
const SLACK = 1.25;
/** How much of the end of a text is shown while it is being written: lines and characters. */
const LINES = 12;
const CHARACTERS = 2000;

/** Where to cut a text for this much room: after a line, if possible. */
export function cutAt(text: string, room: number): number {
  let [at, size] = [0, 0];
  /** The end of the last line for which there is room, and what was taken up to there. */
  let [cut, taken] = [0, 0];
  while (at < text.length && size <= room * SLACK) {
    const end = text.indexOf("\n", at) + 1 || text.length;
    size += Math.max(LINE, end - at);
    at = end;
    if (size <= room) [cut, taken] = [end, size];
  }
  if (size <= room * SLACK) return text.length;
  if (taken > room / 2) return cut;
  const within = cut + room - taken;
  // Halves of a pair stay together.
  return /[\ud800-\udbff]/.test(text[within - 1] ?? "") ? within - 1 : within;
}

/** How many lines a text has. */
export function countLines(text: string): number {
  let lines = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < text.length - 1; at = text.indexOf("\n", at + 1))
    lines += 1;
  return lines;
}

/** The last lines of a text. */
export function endOf(text: string): string {
  return text.slice(-CHARACTERS).split("\n").slice(-LINES).join("\n");
}
