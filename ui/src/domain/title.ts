// The window's title: the most important state in few characters, then the program's name. Pure; `state/windowTitle` sets it.

import type { AgentName, StoryView } from "../ipc/protocol";
import { agentName } from "./agents";
import { countdownTo, timeOf } from "./countdown";
import { count } from "./format";
import { knowsReset } from "./limitedDisplay";
import { isLive, needsPerson } from "./states";
import { m } from "../paraglide/messages";

export const PROGRAM = "Musher";

/** What the title is made from. */
export type Known = {
  readonly stories: readonly StoryView[];
  readonly agents: readonly AgentName[];
  readonly now: number;
  /** The connection to the engine works; otherwise the data may be out of date. */
  readonly isFresh: boolean;
  /** The page is visible; a hidden page gets no updates. */
  readonly isShown: boolean;
};

/** `2 need you · Claude limited 12:41 · Musher` */
export function titleOf({ stories, agents, now, isFresh, isShown }: Known): string {
  // A hidden page gets no updates, so its title would become wrong.
  if (!isShown) return PROGRAM;
  if (!isFresh) return `${m.title_state_not_known()} · ${PROGRAM}`;
  const urgent = [fullDisk(stories), needs(stories), limits(stories, agents, now)].filter(Boolean);
  return [...(urgent.length > 0 ? urgent : [working(stories)]), PROGRAM].filter(Boolean).join(" · ");
}

function fullDisk(stories: readonly StoryView[]): string {
  return stories.some((view) => view.paused) ? m.title_disk_full() : "";
}

function needs(stories: readonly StoryView[]): string {
  const wanted = stories.filter((view) => needsPerson(view.story)).length;
  return wanted === 0 ? "" : m.title_needs_you({ count: wanted });
}

/** Which agents are limited, and until when the first of them is. */
function limits(stories: readonly StoryView[], agents: readonly AgentName[], now: number): string {
  const held = stories.filter((view) => view.story.state === "limited");
  const [first] = held.toSorted((a, b) => resetOf(a) - resetOf(b));
  if (!first) return "";
  const many = new Set(held.map((view) => view.story.agent)).size;
  const reset = countdownTo(knowsReset(first) ? first.story.until : null, now);
  const one = agentName(agents, first.story.agent);
  switch (reset.state) {
    case "unknown":
      return many > 1
        ? m.title_agents_limited({ agents: count(many) })
        : m.title_agent_limited({ agent: one });
    case "passed":
      return m.title_reset_passed({ agent: one });
    case "counts":
      return many > 1
        ? m.title_agents_limited_for({ agents: count(many), time: reset.text })
        : m.title_agent_limited_for({ agent: one, time: reset.text });
  }
}

/** A story without a known reset is sorted last. */
function resetOf(view: StoryView): number {
  return (knowsReset(view) ? timeOf(view.story.until) : null) ?? Number.MAX_VALUE;
}

function working(stories: readonly StoryView[]): string {
  const live = stories.filter((view) => isLive(view.story.state)).length;
  return live === 0 ? "" : m.title_working({ stories: count(live) });
}
