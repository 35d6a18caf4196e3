// What is restored when the panel *Finish* of a story is shown again: the message that was written, and the chosen way to merge.

import type { StoryId } from "../../../ipc/protocol";
import { keepDraft, keptDraft, type DraftName } from "../../../state/drafts";

/** How the branch goes into its base. */
export type Way = "fast_forward" | "merge" | "squash";

export class FinishKept {
  #words = $state<string | null>(null);
  /** The way that the user chose; null while it is the usual one. */
  way = $state<Way | null>(null);
  readonly #name: DraftName;

  constructor(story: StoryId) {
    this.#name = { of: "commit", id: story };
    const draft = keptDraft(this.#name);
    if (typeof draft === "string") this.#words = draft;
  }

  /** The message that the user wrote; null while it is the proposed one. */
  get words(): string | null {
    return this.#words;
  }
  set words(words: string | null) {
    this.#words = words;
    keepDraft(this.#name, words ?? undefined);
  }
}
