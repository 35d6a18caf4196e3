// What is restored of a pull request that is being written: its base, its title, its text, and whether it begins as a draft.

import type { StoryId } from "../../../ipc/protocol";
import { keepDraft, keptDraft, type DraftName } from "../../../state/drafts";

export class RequestKept {
  #base = $state<string | null>(null);
  #title = $state<string | null>(null);
  #text = $state<string | null>(null);
  #draft = $state(false);
  readonly #name: DraftName;

  constructor(story: StoryId) {
    this.#name = { of: "pull-request", id: story };
    const kept = keptDraft(this.#name);
    if (typeof kept !== "object" || kept === null) return;
    if ("base" in kept && typeof kept.base === "string") this.#base = kept.base;
    if ("title" in kept && typeof kept.title === "string") this.#title = kept.title;
    if ("text" in kept && typeof kept.text === "string") this.#text = kept.text;
    this.#draft = "draft" in kept && kept.draft === true;
  }

  /** The branch that the user wrote, into which it is to be merged; null while it is the proposed one. */
  get base(): string | null {
    return this.#base;
  }
  set base(base: string) {
    this.#base = base;
    this.#keep();
  }
  /** The title that the user wrote; null while it is the proposed one. */
  get title(): string | null {
    return this.#title;
  }
  set title(title: string) {
    this.#title = title;
    this.#keep();
  }
  /** The text that the user wrote; null while it is the proposed one. */
  get text(): string | null {
    return this.#text;
  }
  set text(text: string) {
    this.#text = text;
    this.#keep();
  }
  get draft(): boolean {
    return this.#draft;
  }
  set draft(draft: boolean) {
    this.#draft = draft;
    this.#keep();
  }

  /** It was begun. */
  clear(): void {
    [this.#base, this.#title, this.#text, this.#draft] = [null, null, null, false];
    keepDraft(this.#name, undefined);
  }

  #keep(): void {
    const [base, title, text, draft] = [this.#base, this.#title, this.#text, this.#draft];
    keepDraft(this.#name, { base, title, text, draft });
  }
}
