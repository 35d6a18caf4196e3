// Folds the batches of the feed into what the page knows. Pure: the same batches give the same
// state whether they came live or at once. It does not pull; `subscribe.ts` does, and decides what
// to ask for when a gap is found.

import type {
  AgentName,
  Draft,
  Envelope,
  FeedBatch,
  Limit,
  PullRequest,
  Question,
  RunBatch,
  RunId,
  Seq,
  StoryId,
  StoryView,
  Timestamp,
  TimelineBatch,
  Topic,
  TopicBatch,
} from "../ipc/protocol";

/** The events of one run that the page has: `events` are the numbers `first` to `last`, dense. */
export type RunEvents = { readonly first: Seq; readonly last: Seq; readonly events: readonly Envelope[] };

/** What the page has of one story's timeline. */
export type Timeline = {
  readonly story: StoryId;
  readonly runs: ReadonlyMap<RunId, RunEvents>;
  readonly journal: readonly Envelope[];
  /** Text being streamed, each at its full length. */
  readonly drafts: readonly Draft[];
};

/** Something that the page can ask for by its name. */
export type TopicName = Topic["name"];

/** Everything that came through the feed. */
export type FeedState = {
  readonly epoch: number;
  readonly revision: number;
  /** The machine's clock at the last batch; null before the first. */
  readonly now: Timestamp | null;
  /** The revision that the page has of each topic that it asked for. */
  readonly since: Readonly<Partial<Record<TopicName, number>>>;
  readonly stories: ReadonlyMap<StoryId, StoryView>;
  readonly questions: readonly Question[];
  readonly limits: readonly Limit[];
  /** Every agent that the engine knows. */
  readonly agents: readonly AgentName[];
  readonly timeline: Timeline | null;
};

/** What became of a batch; after a gap the state is as before, and a snapshot is needed. */
export type Applied = { readonly result: "applied" | "duplicate" | "gap"; readonly state: FeedState };

export const nothing: FeedState = {
  epoch: 0,
  revision: 0,
  now: null,
  since: {},
  stories: new Map(),
  questions: [],
  limits: [],
  agents: [],
  timeline: null,
};

/** Folds in the batch that answered this request. */
export function apply(state: FeedState, request: PullRequest, batch: FeedBatch): Applied {
  const base = batch.epoch === state.epoch ? state : nothing;
  const asked = new Map(request.topics.map(({ topic, since }) => [topic.name, since]));
  const isSame = base === state;
  const isOld = isSame && batch.revision < state.revision;
  const isEmpty = isSame && batch.revision === state.revision && batch.topics.length === 0;
  if (isOld || isEmpty) return { result: "duplicate", state };
  let next: FeedState = {
    ...base,
    epoch: batch.epoch,
    revision: batch.revision,
    now: batch.now,
    since: { ...base.since, ...Object.fromEntries([...asked.keys()].map((name) => [name, batch.revision])) },
    timeline: asked.has("timeline") ? base.timeline : null,
  };
  for (const part of batch.topics) {
    // What follows something that is not here cannot be joined.
    const isContinued = (asked.get(part.name) ?? 0) <= (base.since[part.name] ?? 0);
    const folded = isContinued || isWhole(part) ? fold(next, part) : "gap";
    if (folded === "gap") return { result: "gap", state };
    next = folded;
  }
  return { result: "applied", state: next };
}

/** Whether a part stands by itself. */
function isWhole(part: TopicBatch): boolean {
  return "is_all" in part ? part.is_all : true;
}

function fold(state: FeedState, part: TopicBatch): FeedState | "gap" {
  switch (part.name) {
    case "stories":
      return { ...state, stories: upsert(part.is_all ? new Map() : state.stories, part.stories) };
    case "questions":
      return { ...state, questions: part.questions };
    case "limits":
      return { ...state, limits: part.limits };
    case "agents":
      return { ...state, agents: part.agents };
    case "timeline": {
      const timeline = applyTimeline(state.timeline, part);
      return timeline === "gap" ? "gap" : { ...state, timeline };
    }
  }
}

/** Puts older events, paged in by `Backend.events`, before those of a run that the page has. */
export function prepend(state: FeedState, run: RunId, older: readonly Envelope[]): FeedState {
  const timeline = state.timeline;
  const held = timeline?.runs.get(run);
  if (!timeline || !held) return state;
  const before = older.filter((event) => event.seq < held.first);
  const first = before[0]?.seq;
  if (first === undefined || first + before.length !== held.first) return state;
  const runs = new Map(timeline.runs);
  runs.set(run, { first, last: held.last, events: [...before, ...held.events] });
  return { ...state, timeline: { ...timeline, runs } };
}

/**
 * Lets go of the oldest events of runs that have more than twice `most`, so that a run of any length costs
 * a page no more than that. They can be paged in again. Gives the same state when there is nothing to do.
 */
export function trim(state: FeedState, most: number): FeedState {
  const timeline = state.timeline;
  const long = [...(timeline?.runs ?? [])].filter(([, held]) => held.events.length > 2 * most);
  if (!timeline || long.length === 0) return state;
  const runs = new Map(timeline.runs);
  for (const [run, { last, events }] of long)
    runs.set(run, { first: last - most + 1, last, events: events.slice(-most) });
  return { ...state, timeline: { ...timeline, runs } };
}

function upsert(
  stories: ReadonlyMap<StoryId, StoryView>,
  changed: readonly StoryView[],
): ReadonlyMap<StoryId, StoryView> {
  if (changed.length === 0) return stories;
  const next = new Map(stories);
  for (const view of changed) next.set(view.story.id, view);
  return next;
}

function applyTimeline(held: Timeline | null, batch: TimelineBatch): Timeline | "gap" {
  const { story } = batch;
  const base =
    !batch.is_all && held?.story === story
      ? held
      : { story, runs: new Map<RunId, RunEvents>(), journal: [], drafts: [] };
  const runs = new Map(base.runs);
  for (const part of batch.runs) {
    const whole = complete(part, base.drafts);
    const next = whole === "gap" ? whole : append(runs.get(part.run), whole);
    if (next === "gap") return "gap";
    runs.set(part.run, next);
  }
  const drafts = batch.drafts.map((part) => extend(base.drafts, part));
  if (drafts.includes("gap")) return "gap";
  return {
    story,
    runs,
    journal: appendJournal(base.journal, batch.journal),
    drafts: drafts.filter((draft) => draft !== "gap"),
  };
}

function append(held: RunEvents | undefined, part: RunBatch): RunEvents | "gap" {
  if (!held) return { first: part.from + 1, last: part.to, events: part.events };
  if (part.from > held.last) return "gap";
  if (part.to <= held.last) return held;
  const fresh = part.events.filter((event) => event.seq > held.last);
  return { first: held.first, last: part.to, events: [...held.events, ...fresh] };
}

/** A draft at its full length: what the page has of it, and the part that continues it. */
function extend(held: readonly Draft[], part: Draft): Draft | "gap" {
  if (part.from === 0) return part;
  const before = find(held, part);
  if (before?.end !== part.from) return "gap";
  return { ...part, from: 0, text: before.text + part.text };
}

/** The batch with its texts whole: the page has the beginning of some as a draft, and only the rest came. */
function complete(part: RunBatch, drafts: readonly Draft[]): RunBatch | "gap" {
  if (part.tails.length === 0) return part;
  const from = new Map(part.tails.map((tail) => [tail.seq, tail.from]));
  const events: Envelope[] = [];
  for (const envelope of part.events) {
    const end = from.get(envelope.seq);
    const whole = end === undefined ? envelope : withBeginning(envelope, drafts, end);
    if (whole === "gap") return "gap";
    events.push(whole);
  }
  return { ...part, events, tails: [] };
}

function withBeginning(envelope: Envelope, drafts: readonly Draft[], end: number): Envelope | "gap" {
  if (envelope.source !== "run" || envelope.run === null) return "gap";
  const { run, event } = envelope;
  if (event.type !== "text" && event.type !== "thought") return "gap";
  const draft = find(drafts, { run, message: event.message, block: event.block });
  if (draft?.end !== end) return "gap";
  return { ...envelope, event: { ...event, text: draft.text + event.text } };
}

function find(
  drafts: readonly Draft[],
  { run, message, block }: Pick<Draft, "run" | "message" | "block">,
): Draft | undefined {
  return drafts.find((each) => each.run === run && each.message === message && each.block === block);
}

/** The numbers of a story's journal entries have holes: other stories' entries lie between them. */
function appendJournal(held: readonly Envelope[], part: readonly Envelope[]): readonly Envelope[] {
  const last = held.at(-1)?.seq ?? 0;
  const fresh = part.filter((entry) => entry.seq > last);
  return fresh.length === 0 ? held : [...held, ...fresh];
}
