// What is said aloud when stories change their state: one sentence each, what needs a person first.

import type { StoryId, StoryView } from "../ipc/protocol";
import { displayOf, needsPerson, spokenReason } from "./states";

/** The state of each story when it was last looked at. */
export type Seen = ReadonlyMap<StoryId, string>;

export type News = { readonly urgent: string[]; readonly calm: string[]; readonly seen: Seen };

/** What changed since; a story seen for the first time is no news unless all the others were seen. */
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
