// What came while the board is shown, until its rows were in sight: stories, and stories that need a person. A row that comes at the end of
// a held order, in a closed group or beyond an edge would not be noticed.

import type { StoryView } from "../../ipc/protocol";

/** A story's need by its beginning: one that asks again is new. */
export function needKey({ story }: StoryView): string {
  return `${story.id} ${story.since}`;
}

export class Newcomers {
  #known: ReadonlySet<string> | null = null;
  #unseen = $state.raw<ReadonlySet<string>>(new Set());

  get unseen(): ReadonlySet<string> {
    return this.#unseen;
  }

  /** The keys of all, and of those whose rows are in sight. What is there at the first call is not new. */
  look(all: readonly string[], inSight: ReadonlySet<string>): void {
    const known = this.#known ?? new Set(all);
    const came = all.filter((key) => !known.has(key));
    this.#known = new Set(all);
    const unseen = [...this.#unseen, ...came].filter((key) => this.#known?.has(key) && !inSight.has(key));
    if (unseen.length > 0 || this.#unseen.size > 0) this.#unseen = new Set(unseen);
  }
}
