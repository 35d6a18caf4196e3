// What is left of a text if the person continued writing while it was being sent. Pure.

/** The text without the part that was sent. If it no longer begins with that part, it is kept completely. */
export function unsentOf(now: string, sent: string): string {
  return now.startsWith(sent) ? now.slice(sent.length).trimStart() : now;
}
