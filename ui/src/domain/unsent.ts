// What is left of a text that was sent while somebody went on writing. Pure.

/** What was written since: only what was sent is taken away. A text that was changed otherwise stays whole. */
export function unsentOf(now: string, sent: string): string {
  return now.startsWith(sent) ? now.slice(sent.length).trimStart() : now;
}
