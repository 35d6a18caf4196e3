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

/** Everything that came through the feed. */
export type FeedState = {
  readonly epoch: number;
  readonly revision: number;
  /** The machine's clock at the last batch; null before the first. */
  readonly now: Timestamp | null;
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
  stories: new Map(),
  questions: [],
  limits: [],
  agents: [],
  timeline: null,
};

/** Folds in the batch that answered this request. */
export function apply(state: FeedState, request: PullRequest, batch: FeedBatch): Applied {
  const snapshot = batch.epoch !== state.epoch || request.revision === 0;
  if (!snapshot && request.revision > state.revision) return { result: "gap", state };
  const timeline = applyTimeline(snapshot ? null : state.timeline, request, batch.timeline);
  if (timeline === "gap") return { result: "gap", state };
  const isNewer = snapshot || batch.revision > state.revision;
  if (!isNewer && timeline === state.timeline) return { result: "duplicate", state };
  const base = snapshot ? nothing : state;
  return {
    result: "applied",
    state: {
      epoch: batch.epoch,
      revision: isNewer ? batch.revision : state.revision,
      now: batch.now,
      stories: isNewer ? upsert(base.stories, batch.stories) : base.stories,
      questions: (isNewer && batch.questions) || base.questions,
      limits: (isNewer && batch.limits) || base.limits,
      agents: (isNewer && batch.agents) || base.agents,
      timeline,
    },
  };
}

/**
 * Whether the engine has more events of the story on screen than the page: a batch carries a part of
 * a long timeline, and the rest is pulled without waiting for a notice.
 */
export function isBehind(state: FeedState): boolean {
  const timeline = state.timeline;
  const view = timeline && state.stories.get(timeline.story);
  return view?.runs.some((run) => (timeline?.runs.get(run.id)?.last ?? 0) < run.events) ?? false;
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

function applyTimeline(
  held: Timeline | null,
  request: PullRequest,
  batch: TimelineBatch | null,
): Timeline | null | "gap" {
  const story = request.story;
  if (story === null) return null;
  const same = held?.story === story ? held : null;
  if (!batch) return same;
  const base = same ?? { story, runs: new Map<RunId, RunEvents>(), journal: [], drafts: [] };
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
