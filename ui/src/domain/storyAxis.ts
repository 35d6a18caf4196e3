// The time axis of one story: from its beginning to its end or to now, and on to a limit's reset. All charts of a story use it. Pure.

import type { StoryView } from "../ipc/protocol";
import { axisOf, type Axis } from "./axis";
import { timeOf } from "./countdown";

/** The shortest range that is drawn, in milliseconds. */
const SHORTEST = 2_000;

export type StoryAxis = Axis & {
  /** When the story began, and its end or now. */
  readonly first: number;
  readonly last: number;
  /** It is active, so its axis ends at now. */
  readonly isLive: boolean;
};

export function storyAxis(view: StoryView, now: number, width: number): StoryAxis {
  const { story, spans, runs } = view;
  const begin = [spans[0]?.from ?? story.created_at, runs[0]?.started_at ?? story.created_at].map((at) =>
    Date.parse(at),
  );
  const first = Math.min(...begin);
  const isLive = !["done", "stopped", "archived", "draft"].includes(story.state);
  const last = isLive
    ? now
    : Math.max(Date.parse(story.since), ...runs.map((run) => Date.parse(run.ended_at ?? run.started_at)));
  const until = story.state === "limited" ? (timeOf(story.until) ?? 0) : 0;
  return {
    ...axisOf(last, Math.max(SHORTEST, last - first), Math.max(0, until - last), Math.max(1, width)),
    first,
    last,
    isLive,
  };
}
