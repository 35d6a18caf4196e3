// The texts that the board's filter searches. They are cached until the story changes, at most for a minute.

import type { StoryView } from "../ipc/protocol";
import { displayOf } from "./states";

const MINUTE = 60_000;

/** Caches the texts by story. */
export class SearchTexts {
  #minute = 0;
  #texts = new WeakMap<StoryView, string>();

  /** A story's text in lower case. Times in it are those of the current minute. */
  of(view: StoryView, now: number): string {
    const minute = Math.floor(now / MINUTE);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#texts = new WeakMap();
    }
    const made = this.#texts.get(view) ?? searchText(view, minute * MINUTE);
    this.#texts.set(view, made);
    return made;
  }
}

function searchText(view: StoryView, now: number): string {
  const { title, branch, project, agent, profile } = view.story;
  const words = [title, branch ?? "", project, agent, profile.model ?? "", displayOf(view, now).word];
  return words.join(" ").toLowerCase();
}
