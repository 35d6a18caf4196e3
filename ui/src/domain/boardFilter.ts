// The board's filter. It contains words and kinds of stories (`is:running`). Pure.
// Groups and texts are prepared before, so a keystroke only compares texts.

import type { StoryView } from "../ipc/protocol";
import type { Group } from "./board";
import { isLive, needsPerson } from "./states";

/** The kinds by the word behind `is:`. */
export type Kind = "running" | "limited" | "needs-you" | "done" | "stopped" | "queued" | "draft" | "archived";

const IS: Readonly<Record<Kind, (view: StoryView) => boolean>> = {
  running: isRunning,
  limited: isHeld,
  "needs-you": (view) => needsPerson(view.story),
  done: ({ story }) => story.state === "done",
  stopped: ({ story }) => story.state === "stopped",
  queued: ({ story }) => story.state === "queued",
  draft: ({ story }) => story.state === "draft",
  archived: isArchived,
};

/** All kinds. */
export const KINDS = Object.keys(IS) as Kind[];

const PREFIX = "is:";

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
  return `${PREFIX}${kind}`;
}

/** What a filter consists of, in lower case, each once: kinds, words, and `is:` with a word that is no kind. */
export function partsOf(filter: string): { kinds: Kind[]; words: string[]; unknown: string[] } {
  const wanted = [...new Set(filter.toLowerCase().split(/\s+/).filter(Boolean))];
  const others = wanted.filter((word) => kindOf(word) === null);
  return {
    kinds: wanted.flatMap((word) => kindOf(word) ?? []),
    words: others.filter((word) => !word.startsWith(PREFIX)),
    unknown: others.filter((word) => word.startsWith(PREFIX)),
  };
}

/** The groups with only those stories that match every kind and every word. A group without any is left out. */
export function found(
  groups: readonly Group[],
  filter: string,
  textOf: (view: StoryView) => string,
): readonly Group[] {
  const { kinds, words, unknown } = partsOf(filter);
  if (unknown.some((word) => !isBegun(word))) return [];
  if (kinds.length + words.length === 0) return groups;
  const isFound = (view: StoryView) =>
    kinds.every((kind) => IS[kind](view)) && words.every((word) => textOf(view).includes(word));
  return groups
    .map((group) => ({ ...group, stories: group.stories.filter(isFound) }))
    .filter((group) => group.stories.length > 0);
}

/** Whether it is the beginning of a kind, which is still being typed: until then all stories stay. */
function isBegun(word: string): boolean {
  return KINDS.some((kind) => filterFor(kind).startsWith(word));
}

function kindOf(word: string): Kind | null {
  const name = word.startsWith(PREFIX) ? word.slice(PREFIX.length) : "";
  return Object.hasOwn(IS, name) ? (name as Kind) : null;
}
