// How much of a long text is rendered at once. The rest is counted and rendered on request, because rendering thousands of lines would
// block the window. Pure.

/** The number of characters that is rendered at first. */
export const FIRST = 16_000;
/** The factor by which this grows with each request. */
export const TIMES = 4;
/** A text that is longer by at most this factor is rendered completely. */
const SLACK = 1.25;
/** How much of the end of a text is shown while it is being written: lines and characters. */
const LINES = 12;
const CHARACTERS = 2000;

/** Where to cut a text for this much room: after a line, if possible. */
export function cutAt(text: string, room: number): number {
  if (text.length <= room * SLACK) return text.length;
  const line = text.lastIndexOf("\n", room - 1) + 1;
  if (line > room / 2) return line;
  // Surrogate pairs are not split.
  return /[\ud800-\udbff]/.test(text[room - 1] ?? "") ? room - 1 : room;
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
