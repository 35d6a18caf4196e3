// What a person wrote and did not send, kept on this machine by name, so that it is found again after another
// view, a restart or a crash of the window. What is empty is not kept, and what is very old is let go.

/** Before each name, so that nothing else that is kept here is taken for one. */
const BEFORE = "draft:";
/** What was not touched for so long is let go, in milliseconds: 60 days. */
const OLD = 60 * 86_400_000;

type Draft = { readonly at: number; readonly is: unknown };

/** What is kept under a name; undefined for nothing. */
export function keptDraft(name: string): unknown {
  return read(BEFORE + name)?.is;
}

/** Keeps this under a name; undefined takes it away. */
export function keepDraft(name: string, is: unknown): void {
  try {
    if (is === undefined) localStorage.removeItem(BEFORE + name);
    else localStorage.setItem(BEFORE + name, JSON.stringify({ at: Date.now(), is } satisfies Draft));
  } catch {
    // There is no room: it is kept for as long as the window is open.
  }
}

/** Lets go of what is very old, and of what cannot be read. */
export function letOldDraftsGo(now: number): void {
  const names = Array.from({ length: localStorage.length }, (_, n) => localStorage.key(n) ?? "");
  for (const name of names.filter((each) => each.startsWith(BEFORE))) {
    const draft = read(name);
    if (!draft || now - draft.at > OLD) localStorage.removeItem(name);
  }
}

function read(key: string): Draft | undefined {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? "null");
    const isDraft = typeof found === "object" && found !== null && "at" in found && "is" in found;
    return isDraft && typeof found.at === "number" ? { at: found.at, is: found.is } : undefined;
  } catch {
    return undefined;
  }
}
