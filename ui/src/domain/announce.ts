// Texts for the live region (screen readers): one sentence for each story whose state changed; those that need a person are urgent.

import type { StoryId, StoryView } from "../ipc/protocol";
import { displayOf, needsPerson, spokenReason } from "./states";

/** The state and reason of each story at the last call. */
export type Seen = ReadonlyMap<StoryId, string>;

export type News = { readonly urgent: string[]; readonly calm: string[]; readonly seen: Seen };

/** The stories whose state changed since `seen`. At the first call (`seen` is null) nothing is news; later a new story is news, too. */
export function newsOf(seen: Seen | null, stories: readonly StoryView[], now: number): News {
  const news = { urgent: [] as string[], calm: [] as string[], seen: new Map<StoryId, string>() };
  for (const view of stories) {
    const mark = `${view.story.state} ${view.story.reason ?? ""}`;
    news.seen.set(view.story.id, mark);
    if (seen === null || seen.get(view.story.id) === mark) continue;
    const display = displayOf(view, now);
    const isUrgent = needsPerson(view.story);
    const sentence = `${view.story.title}: ${display.word}${isUrgent && spokenReason(display) ? `, ${spokenReason(display)}` : ""}`;
    (isUrgent ? news.urgent : news.calm).push(/[.?!]$/.test(sentence) ? sentence : `${sentence}.`);
  }
  return news;
}
