// What a person wrote and did not send, kept on this machine by name, so that it is found again after another
// view, a restart or a crash of the window. What is empty is not kept, and what is very old is let go.

/** Before each name, so that nothing else that is kept here is taken for one. */
const BEFORE = "draft:";
/** What was not touched for so long is let go, in milliseconds: 60 days. */
const OLD = 60 * 86_400_000;

/** Whose it is: of a story, of a question, or the goal of a new story. */
export type DraftName = { readonly of: "story" | "question" | "new-story"; readonly id?: string };

type Draft = { readonly at: number; readonly is: unknown };

/** What is kept under a name; undefined for nothing. */
export function keptDraft(name: DraftName): unknown {
  return read(keyOf(name))?.is;
}

/** Keeps this under a name; undefined takes it away. */
export function keepDraft(name: DraftName, is: unknown): void {
  try {
    if (is === undefined) localStorage.removeItem(keyOf(name));
    else localStorage.setItem(keyOf(name), JSON.stringify({ at: Date.now(), is } satisfies Draft));
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

function keyOf({ of, id }: DraftName): string {
  return BEFORE + (id === undefined ? of : `${of} ${id}`);
}

function read(key: string): Draft | undefined {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? "");
    const isDraft = typeof found === "object" && found !== null && "at" in found && "is" in found;
    return isDraft && typeof found.at === "number" ? { at: found.at, is: found.is } : undefined;
  } catch {
    return undefined;
  }
}
