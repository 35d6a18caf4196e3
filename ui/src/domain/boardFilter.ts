// What stands in the board's filter: words, and kinds of stories as the foot counts them (`is:running`). Pure.

import type { StoryView } from "../ipc/protocol";
import { isLive, needsPerson } from "./states";

/** The kinds by the word behind `is:`. */
export type Kind = "running" | "limited" | "needs-you";

const IS: Readonly<Record<Kind, (view: StoryView) => boolean>> = {
  running: isRunning,
  limited: isHeld,
  "needs-you": (view) => needsPerson(view.story),
};

/** Whether something goes on in it without a person. */
export function isRunning({ story }: StoryView): boolean {
  return isLive(story.state) && !needsPerson(story);
}

/** Whether a limit holds it. */
export function isHeld({ story }: StoryView): boolean {
  return story.state === "limited";
}

/** What is written for a kind. */
export function filterFor(kind: Kind): string {
  return `is:${kind}`;
}

/** The words that are looked for, in small letters, and the stories of the kinds that are named. */
export function wantedBy(
  filter: string,
  stories: readonly StoryView[],
): { words: string[]; stories: readonly StoryView[] } {
  const all = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const kinds = all.flatMap((word) => kindOf(word) ?? []);
  return {
    words: all.filter((word) => kindOf(word) === null),
    stories: kinds.reduce<readonly StoryView[]>((left, kind) => left.filter(IS[kind]), stories),
  };
}

function kindOf(word: string): Kind | null {
  const name = word.startsWith("is:") ? word.slice(3) : "";
  return name in IS && Object.hasOwn(IS, name) ? (name as Kind) : null;
}
