// Applies batches of the feed to the page's state. Pure: the same batches give the same state, however they were split. `subscribe.ts`
// pulls the batches and decides what to request after a gap.

import type {
  AgentName,
  Draft,
  Envelope,
  FeedBatch,
  Limit,
  FeedRequest,
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

/** The events of one run that the page has, with the consecutive numbers from `first` to `last`. */
export type RunEvents = { readonly first: Seq; readonly last: Seq; readonly events: readonly Envelope[] };

/** The loaded part of a story's timeline. */
export type Timeline = {
  readonly story: StoryId;
  readonly runs: ReadonlyMap<RunId, RunEvents>;
  readonly journal: readonly Envelope[];
  /** Texts that are being streamed, each complete so far. */
  readonly drafts: readonly Draft[];
};

/** The name of a topic that the page can request. */
export type TopicName = Topic["name"];

/** Everything that the feed has sent. */
export type FeedState = {
  readonly epoch: number;
  readonly revision: number;
  /** The engine's time at the last batch; null before the first. */
  readonly now: Timestamp | null;
  /** The revision of each requested topic that the page has. */
  readonly since: Readonly<Partial<Record<TopicName, number>>>;
  readonly stories: ReadonlyMap<StoryId, StoryView>;
  readonly questions: readonly Question[];
  readonly limits: readonly Limit[];
  /** Every agent that the engine knows. */
  readonly agents: readonly AgentName[];
  readonly timeline: Timeline | null;
};

/** The result of applying a batch. After a gap the state is unchanged, and a snapshot must be requested. */
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

/** Applies the batch that answered this request. */
export function apply(state: FeedState, request: FeedRequest, batch: FeedBatch): Applied {
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
    // The part continues a revision that the page does not have, so it cannot be applied.
    const isContinued = (asked.get(part.name) ?? 0) <= (base.since[part.name] ?? 0);
    const folded = isContinued || isWhole(part) ? fold(next, part) : "gap";
    if (folded === "gap") return { result: "gap", state };
    next = folded;
  }
  return { result: "applied", state: next };
}

/** Whether a part is complete, so that it needs no earlier one. */
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

/** Adds older events, which a query loaded, before those of a run. They are ignored if they do not end where the loaded ones begin. */
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
 * Drops the oldest events of runs with more than twice `most` events and keeps `most` of them, so that the memory for a long run is
 * bounded. They can be loaded again. Returns the same state if nothing was dropped.
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

/** A complete draft: the text that the page has, and the part that continues it. */
function extend(held: readonly Draft[], part: Draft): Draft | "gap" {
  if (part.from === 0) return part;
  const before = find(held, part);
  if (before?.end !== part.from) return "gap";
  return { ...part, from: 0, text: before.text + part.text };
}

/** The batch with complete texts: for some texts the page already has the beginning as a draft, and the batch has only the rest. */
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

/** The numbers of a story's journal entries have gaps, because entries of other stories are in between. */
function appendJournal(held: readonly Envelope[], part: readonly Envelope[]): readonly Envelope[] {
  const last = held.at(-1)?.seq ?? 0;
  const fresh = part.filter((entry) => entry.seq > last);
  return fresh.length === 0 ? held : [...held, ...fresh];
}
