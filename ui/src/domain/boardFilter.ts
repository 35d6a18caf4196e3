// The board's filter. It contains words and kinds of stories (`is:running`), which are the kinds that the bar below the board counts. Pure.
// Groups and texts are prepared before, so a keystroke only compares texts.

import type { StoryView } from "../ipc/protocol";
import type { Group } from "./board";
import { isLive, needsPerson } from "./states";

/** The kinds by the word behind `is:`. */
export type Kind = "running" | "limited" | "needs-you" | "archived";

const IS: Readonly<Record<Kind, (view: StoryView) => boolean>> = {
  running: isRunning,
  limited: isHeld,
  "needs-you": (view) => needsPerson(view.story),
  archived: isArchived,
};

/** Whether something is running in it that needs no person. */
export function isRunning({ story }: StoryView): boolean {
  return isLive(story.state) && !needsPerson(story);
}

/** Whether a limit stopped it. */
export function isHeld({ story }: StoryView): boolean {
  return story.state === "limited";
}

/** Whether it was put away; the board shows it only when it is asked for. */
export function isArchived({ story }: StoryView): boolean {
  return story.state === "archived";
}

/** Whether a filter asks for what was put away. */
export function wantsArchived(filter: string): boolean {
  return filter.toLowerCase().split(/\s+/).includes(filterFor("archived"));
}

/** What is written for a kind. */
export function filterFor(kind: Kind): string {
  return `is:${kind}`;
}

/** The groups with only those stories that match every kind and every word. A group without any is left out. */
export function found(
  groups: readonly Group[],
  filter: string,
  textOf: (view: StoryView) => string,
): readonly Group[] {
  const wanted = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return groups;
  const kinds = wanted.flatMap((word) => kindOf(word) ?? []);
  const words = wanted.filter((word) => kindOf(word) === null);
  const isFound = (view: StoryView) =>
    kinds.every((kind) => IS[kind](view)) && words.every((word) => textOf(view).includes(word));
  return groups
    .map((group) => ({ ...group, stories: group.stories.filter(isFound) }))
    .filter((group) => group.stories.length > 0);
}

function kindOf(word: string): Kind | null {
  const name = word.startsWith("is:") ? word.slice(3) : "";
  return name in IS && Object.hasOwn(IS, name) ? (name as Kind) : null;
}
