// Makes batches and requests for tests, by topic.

import type {
  AgentName,
  FeedBatch,
  Limit,
  FeedRequest,
  Question,
  StoryId,
  StoryView,
  TimelineBatch,
  Topic,
  TopicBatch,
} from "../protocol";

/** The contents of a batch, by topic. */
export type Parts = {
  readonly stories?: readonly StoryView[];
  readonly questions?: readonly Question[];
  readonly limits?: readonly Limit[];
  readonly agents?: readonly AgentName[];
  readonly timeline?: Omit<TimelineBatch, "story" | "is_all" | "is_cut">;
};

/**
 * Converts the parts to topics; the timeline is that of `story`. `is_all` is whether stories and timeline are complete or only what is
 * newer.
 */
export function topicsOf(parts: Parts, story: StoryId, is_all: boolean): TopicBatch[] {
  const { stories, questions, limits, agents, timeline } = parts;
  const topics: (TopicBatch | null)[] = [
    stories ? { name: "stories", is_all, stories: [...stories] } : null,
    questions ? { name: "questions", questions: [...questions] } : null,
    limits ? { name: "limits", limits: [...limits] } : null,
    agents ? { name: "agents", agents: [...agents] } : null,
    timeline ? { name: "timeline", story, is_all, is_cut: false, ...timeline } : null,
  ];
  return topics.filter((topic) => topic !== null);
}

/** A request for everything that the board shows. */
export const BOARD: FeedRequest = {
  epoch: 0,
  topics: (["stories", "questions", "limits", "agents"] as const).map((name) => ({
    since: 0,
    topic: { name } satisfies Topic,
  })),
};

/** The stories of a batch. */
export function storiesOf(batch: FeedBatch): StoryView[] {
  return batch.topics.flatMap((part) => (part.name === "stories" ? part.stories : []));
}

/** The batch with changed stories. */
export function withStories(batch: FeedBatch, change: (stories: StoryView[]) => StoryView[]): FeedBatch {
  const topics = batch.topics.map((part) =>
    part.name === "stories" ? { ...part, stories: change(part.stories) } : part,
  );
  return { ...batch, topics };
}
