// The state of the feed as signals. Maps and arrays are replaced and never modified, so a row is not redrawn if its story is still the same
// object.

import { nothing, prepend, trim, type FeedState, type Timeline } from "../feed/apply";
import { Rests } from "../feed/rests";
import { documentVisibility, Subscription } from "../feed/subscribe";
import type { Backend } from "../ipc/backend";
import type { AgentName, Fault, Limit, Question, RunId, StoryId, StoryView } from "../ipc/protocol";
import { afterFrame } from "../parts/afterFrame";

/** How many events of a run are kept while its end is shown. */
const KEPT = 5_000;

export class Feed {
  #state = $state.raw<FeedState>(nothing);
  #problem = $state.raw<Fault | null>(null);
  /** How often events were dropped. A list of rows then starts anew, at its end. */
  trims = $state(0);
  readonly #subscription: Subscription;
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
    const hear = (state: FeedState, problem: Fault | null) => {
      this.#state = state;
      this.#problem = problem;
    };
    this.#subscription = new Subscription(backend, hear, documentVisibility, new Rests(afterFrame));
  }

  readonly stories: StoryView[] = $derived([...this.#state.stories.values()]);
  readonly questions: readonly Question[] = $derived(this.#state.questions);
  readonly limits: readonly Limit[] = $derived(this.#state.limits);
  readonly agents: readonly AgentName[] = $derived(this.#state.agents);
  readonly timeline: Timeline | null = $derived(this.#state.timeline);
  /** The engine's time at the last batch, in milliseconds; null before the first. */
  readonly machineTime: number | null = $derived(
    this.#state.now === null ? null : Date.parse(this.#state.now),
  );
  readonly isLoaded: boolean = $derived(this.#state.epoch !== 0);
  /** Why the last pull failed; null after a successful one. */
  get problem(): Fault | null {
    return this.#problem;
  }

  story(id: StoryId): StoryView | undefined {
    return this.#state.stories.get(id);
  }

  start(): void {
    this.#subscription.start();
  }

  stop(): void {
    this.#subscription.stop();
  }

  /** Sets the shown story: the feed includes its timeline, and it sends no notifications. */
  show(story: StoryId | null): void {
    this.#subscription.show(story);
    void this.#backend.shown(story);
  }

  /** Drops old events. Not to be called while the user reads them. */
  trim(): void {
    const { state } = this.#subscription;
    const trimmed = trim(state, KEPT);
    if (trimmed === state) return;
    this.#subscription.amend(() => trimmed);
    this.trims += 1;
  }

  /** Loads events of a run before the loaded ones. Returns false if there are none. */
  async older(run: RunId, most = 500): Promise<boolean> {
    const first = this.#state.timeline?.runs.get(run)?.first ?? 1;
    if (first <= 1) return false;
    const after = Math.max(0, first - 1 - most);
    const events = await this.#backend.query({ of: "events", run, after, most: first - 1 - after });
    this.#subscription.amend((state) => prepend(state, run, events));
    return events.length > 0;
  }
}
