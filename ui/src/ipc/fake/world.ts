// The state of the fake engine, with the revisions of the feed. It answers pulls as the engine does: with what is newer than requested, or
// with everything for a page that has nothing.

import type {
  Draft,
  Envelope,
  Event,
  FeedBatch,
  HeldTimeline,
  JournalEvent,
  Limit,
  PullRequest,
  Question,
  RunBatch,
  RunId,
  StoryId,
  StoryView,
  TimelineBatch,
  Topic,
  TopicBatch,
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
    const seq = events.length + 1;
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
    return (this.#runs.get(run) ?? []).slice(after, after + most);
  }

  pull(request: PullRequest): FeedBatch {
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
        return [{ name: "timeline", is_all, is_cut: false, ...this.#timeline(topic) }];
    }
  }

  #timeline(request: HeldTimeline): Omit<TimelineBatch, "is_all" | "is_cut"> {
    const { story } = request;
    const have = new Map(request.held);
    const runs = this.view(story)?.story.runs ?? [];
    return {
      story,
      runs: runs.flatMap((run) => this.#runBatch(run, have.get(run))),
      journal: this.#journal.filter((entry) => entry.story === story && entry.seq > request.journal),
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
    if (events.length <= from) return [];
    return [{ run, from, to: events.length, events: events.slice(from), tails: [] }];
  }
}
