// Batches by their topics, for tests: what one brings of each, and a request for everything.

import type {
  AgentName,
  FeedBatch,
  Limit,
  PullRequest,
  Question,
  StoryId,
  StoryView,
  TimelineBatch,
  Topic,
  TopicBatch,
} from "../protocol";

/** What a batch brings, by topic. */
export type Parts = {
  readonly stories?: readonly StoryView[];
  readonly questions?: readonly Question[];
  readonly limits?: readonly Limit[];
  readonly agents?: readonly AgentName[];
  readonly timeline?: Omit<TimelineBatch, "story" | "is_all" | "is_cut">;
};

/** These parts as topics; the timeline is of this story. Stories and timeline are all there is, or what is newer. */
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

/** Asks for all of what the board shows. */
export const BOARD: PullRequest = {
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

/** The batch with its stories changed. */
export function withStories(batch: FeedBatch, change: (stories: StoryView[]) => StoryView[]): FeedBatch {
  const topics = batch.topics.map((part) =>
    part.name === "stories" ? { ...part, stories: change(part.stories) } : part,
  );
  return { ...batch, topics };
}
