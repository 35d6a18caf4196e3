// Unsent texts, stored on this machine by name, so that they are still there after another view, a restart or a crash of the window. Empty
// texts are not stored, and very old ones are deleted.

/** The prefix of each key, to tell drafts from other stored values. */
const BEFORE = "draft:";
/** A draft that was not changed for this long is deleted, in milliseconds: 60 days. */
const OLD = 60 * 86_400_000;

/**
 * What a draft belongs to: the next or the waiting prompts of a story, its title, a question, a comment on
 * changes, a commit, a pull request, or a new story.
 */
export type DraftName = {
  readonly of:
    "story" | "prompts" | "title" | "question" | "comment" | "commit" | "pull-request" | "new-story";
  readonly id?: string;
};

type Draft = { readonly at: number; readonly is: unknown };

/** The stored draft; undefined if there is none. */
export function keptDraft(name: DraftName): unknown {
  return read(keyOf(name))?.is;
}

/** Stores a draft; undefined deletes it. */
export function keepDraft(name: DraftName, is: unknown): void {
  try {
    if (is === undefined) localStorage.removeItem(keyOf(name));
    else localStorage.setItem(keyOf(name), JSON.stringify({ at: Date.now(), is } satisfies Draft));
  } catch {
    // The storage is full: the text lasts only while the window is open.
  }
}

/** Deletes drafts that are very old or cannot be parsed. */
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
