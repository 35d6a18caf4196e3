// What the board's filter finds: the groups with only the stories that have every word of it. A story's
// text is made once for as long as the story stays the same, so that a letter costs comparisons.

import type { StoryView } from "../ipc/protocol";
import type { Group } from "./board";
import { displayOf } from "./states";

const MINUTE = 60_000;

/** The texts of stories that a filter looks through. */
export class SearchTexts {
  #minute = 0;
  #texts = new WeakMap<StoryView, string>();

  /** A story's text in lower case. The word of its state is that of the minute. */
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

/** The groups with the stories in whose text each word of the filter occurs; a group without any is left out. */
export function found(
  groups: readonly Group[],
  filter: string,
  textOf: (view: StoryView) => string,
): readonly Group[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return groups;
  const has = (view: StoryView) => words.every((word) => textOf(view).includes(word));
  return groups
    .map((group) => ({ ...group, stories: group.stories.filter(has) }))
    .filter((group) => group.stories.length > 0);
}

function searchText(view: StoryView, now: number): string {
  const { title, branch, project, agent, profile } = view.story;
  const words = [title, branch ?? "", project, agent, profile.model ?? "", displayOf(view, now).word];
  return words.join(" ").toLowerCase();
}
