// The stories that came while the board is shown, until their rows were in sight: a row that comes at the end of a held order, in a closed
// group or below the edge would not be noticed.

import type { StoryId } from "../../ipc/protocol";

export class Newcomers {
  #known: ReadonlySet<StoryId> | null = null;
  #unseen = $state.raw<ReadonlySet<StoryId>>(new Set());

  get unseen(): ReadonlySet<StoryId> {
    return this.#unseen;
  }

  /** All stories, and those whose rows are in sight. What is there at the first call is not new. */
  look(stories: readonly StoryId[], inSight: ReadonlySet<StoryId>): void {
    const known = this.#known ?? new Set(stories);
    const came = stories.filter((id) => !known.has(id));
    this.#known = new Set(stories);
    const unseen = [...this.#unseen, ...came].filter((id) => this.#known?.has(id) && !inSight.has(id));
    if (unseen.length > 0 || this.#unseen.size > 0) this.#unseen = new Set(unseen);
  }
}
