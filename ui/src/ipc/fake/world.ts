// The state of the fake engine, with the revisions of the feed. It answers pulls as the engine does: with what is newer than requested, or
// with everything for a page that has nothing.

import {
  KEPT_EVENTS,
  type Draft,
  type Envelope,
  type Event,
  type FeedBatch,
  type HeldTimeline,
  type JournalEvent,
  type Limit,
  type FeedRequest,
  type Question,
  type RunBatch,
  type RunId,
  type StoryId,
  type StoryView,
  type Topic,
  type TopicBatch,
} from "../protocol";
import { AGENTS, START } from "./shape";

/** A page that has no events of a run gets at most this many of its newest. */
const NEWEST = 2000;

export class World {
  readonly epoch = 7;
  revision = 1;
  readonly #views = new Map<StoryId, { view: StoryView; revision: number }>();
  readonly #runs = new Map<RunId, Envelope[]>();
  readonly #journal: Envelope[] = [];
  #questions: readonly Question[] = [];
  #questionsAt = 1;
  #limits: readonly Limit[] = [];
  #drafts: readonly Draft[] = [];
  #notice: (revision: number) => void = () => undefined;
  readonly #steady = performance.now();

  /** The fake present, in milliseconds. */
  get now(): number {
    return START + (performance.now() - this.#steady);
  }

  get questions(): readonly Question[] {
    return this.#questions;
  }

  get limits(): readonly Limit[] {
    return this.#limits;
  }

  listen(notice: (revision: number) => void): void {
    this.#notice = notice;
  }

  /** Increases the revision and notifies the page. */
  commit(): void {
    this.#notice(this.revision);
  }

  view(id: StoryId): StoryView | undefined {
    return this.#views.get(id)?.view;
  }

  views(): StoryView[] {
    return [...this.#views.values()].map(({ view }) => view);
  }

  put(view: StoryView): void {
    this.revision += 1;
    this.#views.set(view.story.id, { view, revision: this.revision });
  }

  setQuestions(questions: readonly Question[]): void {
    this.revision += 1;
    this.#questions = questions;
    this.#questionsAt = this.revision;
  }

  setLimits(limits: readonly Limit[]): void {
    this.#limits = limits;
  }

  setDrafts(drafts: readonly Draft[]): void {
    this.revision += 1;
    this.#drafts = drafts;
  }

  /** Adds an event to a run. */
  event(story: StoryId, run: RunId, event: Event, at = this.now): void {
    const events = this.#runs.get(run) ?? [];
    if (events.length === 0) this.#runs.set(run, events);
    const seq = (events.at(-1)?.seq ?? 0) + 1;
    const pos = { stream: "stdout", offset: seq * 512, len: 500, index: 0 } as const;
    events.push({ story, run, seq, pos, at: new Date(at).toISOString(), source: "run", event });
    this.revision += 1;
  }

  /** Adds an entry to the journal. */
  entry(story: StoryId, run: RunId | null, event: JournalEvent, at = this.now): void {
    const seq = this.#journal.length + 1;
    this.#journal.push({
      story,
      run,
      seq,
      pos: null,
      at: new Date(at).toISOString(),
      source: "journal",
      event,
    });
    this.revision += 1;
  }

  events(run: RunId, after: number, most: number): Envelope[] {
    return newerThan(this.#runs.get(run) ?? [], after).slice(0, most);
  }

  /** Keeps only the events of a run that stay when its logs are deleted. */
  deleteLogs(run: RunId): void {
    const events = this.#runs.get(run) ?? [];
    this.#runs.set(
      run,
      events.filter(({ source, event }) => source === "run" && KEPT_EVENTS.includes(event.type)),
    );
    this.revision += 1;
  }

  pull(request: FeedRequest): FeedBatch {
    const isKnown = request.epoch === this.epoch;
    return {
      epoch: this.epoch,
      revision: this.revision,
      now: new Date(this.now).toISOString(),
      topics: request.topics.flatMap(({ topic, since }) => this.#topic(topic, isKnown ? since : 0)),
    };
  }

  #topic(topic: Topic, since: number): TopicBatch[] {
    const is_all = since === 0;
    switch (topic.name) {
      case "stories": {
        const changed = [...this.#views.values()].filter((each) => is_all || each.revision > since);
        if (changed.length === 0 && !is_all) return [];
        return [{ name: "stories", is_all, stories: changed.map(({ view }) => view) }];
      }
      case "questions":
        if (!is_all && this.#questionsAt <= since) return [];
        return [{ name: "questions", questions: [...this.#questions] }];
      case "limits":
        return is_all ? [{ name: "limits", limits: [...this.#limits] }] : [];
      case "agents":
        return is_all ? [{ name: "agents", agents: [...AGENTS] }] : [];
      case "timeline":
        return [this.#timeline(topic, is_all)];
    }
  }

  #timeline(request: HeldTimeline, isAll: boolean): Extract<TopicBatch, { name: "timeline" }> {
    const { story } = request;
    const runs = this.view(story)?.story.runs ?? [];
    const own = this.#journal.filter((entry) => entry.story === story);
    const isReplaced = newerThan(own, request.journal).some(({ event }) => event.type === "logs_deleted");
    const is_all = isAll || isReplaced;
    const have = new Map(is_all ? [] : request.held);
    return {
      name: "timeline",
      is_all,
      is_cut: false,
      story,
      runs: runs.flatMap((run) => this.#runBatch(run, have.get(run))),
      journal: is_all ? own : newerThan(own, request.journal),
      drafts: this.#drafts
        .filter((draft) => runs.includes(draft.run))
        .map((draft) => {
          const held = request.drafts.find(
            (each) => each.run === draft.run && each.message === draft.message && each.block === draft.block,
          );
          const from = Math.min(held?.end ?? 0, draft.text.length);
          return { ...draft, from, end: draft.text.length, text: draft.text.slice(from) };
        }),
    };
  }

  #runBatch(run: RunId, have: number | undefined): RunBatch[] {
    const events = this.#runs.get(run) ?? [];
    const from = have ?? Math.max(0, events.length - NEWEST);
    const newer = newerThan(events, from);
    const last = newer.at(-1);
    return last ? [{ run, from, to: last.seq, events: newer, tails: [] }] : [];
  }
}

/** The entries or events after a number. */
function newerThan(list: readonly Envelope[], seq: number): Envelope[] {
  const from = list.findLastIndex((each) => each.seq <= seq) + 1;
  return list.slice(from);
}
