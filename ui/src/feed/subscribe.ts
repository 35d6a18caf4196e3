// Keeps the page's state up to date: each notice of the engine leads to a pull, one at a time. A hidden page does not pull; it requests a
// snapshot when it is shown. This module decides when to request what; `apply.ts` applies the answers.

import { faultOf, type Backend, type Unlisten } from "../ipc/backend";
import type { Fault, FeedBatch, FeedRequest, StoryId, Topic } from "../ipc/protocol";
import { apply, nothing, type FeedState, type Timeline, type TopicName } from "./apply";
import type { Rests } from "./rests";

/** Whether the page is visible: the real document, or a fake in tests. */
export type Visibility = { hidden(): boolean; onChange(hear: () => void): Unlisten };

export const documentVisibility: Visibility = {
  hidden: () => document.hidden,
  onChange(hear) {
    document.addEventListener("visibilitychange", hear);
    return () => {
      document.removeEventListener("visibilitychange", hear);
    };
  },
};

/** The delay before a failed pull is repeated, in milliseconds. It doubles with each failure, up to `most`. */
const RETRY = { first: 500, most: 10_000 };

/** The topics that every view needs. */
const BOARD: readonly Topic[] = [
  { name: "stories" },
  { name: "questions" },
  { name: "limits" },
  { name: "agents" },
];

export class Subscription {
  state: FeedState = nothing;
  readonly #backend: Backend;
  readonly #tell: (state: FeedState, problem: Fault | null) => void;
  readonly #visibility: Visibility;
  readonly #rests: Rests;
  readonly #ends: Unlisten[] = [];
  #story: StoryId | null = null;
  #wanted = false;
  #snapshot = true;
  #pulling = false;
  /** Whether a request is on its way, whose answer may lack what a notice is about. */
  #isAsked = false;
  #retry = RETRY.first;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    backend: Backend,
    tell: (state: FeedState, problem: Fault | null) => void,
    visibility: Visibility,
    rests: Rests,
  ) {
    this.#backend = backend;
    this.#tell = tell;
    this.#visibility = visibility;
    this.#rests = rests;
  }

  /** Starts listening, and pulls the first snapshot. */
  start(): void {
    this.#ends.push(
      this.#backend.onNotice((revision) => {
        this.#heard(revision);
      }),
    );
    this.#ends.push(
      this.#visibility.onChange(() => {
        this.#seen();
      }),
    );
    this.#want();
  }

  stop(): void {
    for (const end of this.#ends.splice(0)) end();
    clearTimeout(this.#timer);
    this.#wanted = false;
  }

  /** Sets the story whose timeline is shown. */
  show(story: StoryId | null): void {
    if (story === this.#story) return;
    this.#story = story;
    this.#rests.skip();
    this.#want();
  }

  /** Changes the state for events that were loaded by a query and not by the feed. */
  amend(change: (state: FeedState) => FeedState): void {
    this.state = change(this.state);
    this.#tell(this.state, null);
  }

  #heard(revision: number): void {
    if (revision > this.state.revision || this.#isAsked) this.#want();
  }

  #seen(): void {
    if (this.#visibility.hidden()) return;
    this.#snapshot = true;
    this.#rests.skip();
    this.#want();
  }

  #want(): void {
    this.#wanted = true;
    void this.#pull();
  }

  async #pull(): Promise<void> {
    if (this.#pulling) return;
    this.#pulling = true;
    while (this.#wanted && !this.#visibility.hidden()) {
      if (this.#rests.over) {
        await this.#rests.over;
        continue;
      }
      this.#wanted = false;
      const isSnapshot = this.#snapshot;
      this.#snapshot = false;
      const story = this.#story;
      const request = this.#request(isSnapshot);
      try {
        this.#isAsked = true;
        const batch = await this.#backend.pull(request);
        const came = performance.now();
        // Another story was shown meanwhile, so this batch is not used.
        if (story !== this.#story) this.#snapshot ||= isSnapshot;
        // A part of what is shown is missing, and is pulled at once.
        else if (!this.#fold(request, batch)) this.#wanted = true;
        else this.#rests.after(came);
        this.#retry = RETRY.first;
      } catch (thrown) {
        this.#snapshot ||= isSnapshot;
        this.#failed(faultOf(thrown));
        break;
      } finally {
        this.#isAsked = false;
      }
    }
    this.#pulling = false;
  }

  /** Applies a batch. Returns whether the page then has everything that it asked for. */
  #fold(request: FeedRequest, batch: FeedBatch): boolean {
    const { result, state } = apply(this.state, request, batch);
    if (result === "gap") {
      this.#snapshot = true;
      return false;
    }
    this.state = state;
    this.#tell(state, null);
    // A batch has only a part of a long timeline.
    return !batch.topics.some((part) => part.name === "timeline" && part.is_cut);
  }

  #failed(fault: Fault): void {
    this.#tell(this.state, fault);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#want();
    }, this.#retry);
    this.#retry = Math.min(this.#retry * 2, RETRY.most);
  }

  #request(isSnapshot: boolean): FeedRequest {
    const { epoch, since } = this.state;
    const topics = [...BOARD, ...(this.#story === null ? [] : [this.#timeline(this.#story, isSnapshot)])];
    const has = (name: TopicName) =>
      isSnapshot || (name === "timeline" && this.#held === null) ? 0 : (since[name] ?? 0);
    return { epoch, topics: topics.map((topic) => ({ topic, since: has(topic.name) })) };
  }

  /** The loaded timeline of the shown story. */
  get #held(): Timeline | null {
    const { timeline } = this.state;
    return timeline?.story === this.#story ? timeline : null;
  }

  #timeline(story: StoryId, isSnapshot: boolean): Topic {
    const held = isSnapshot ? null : this.#held;
    return {
      name: "timeline",
      story,
      held: [...(held?.runs ?? [])].map(([run, { last }]) => [run, last]),
      journal: held?.journal.at(-1)?.seq ?? 0,
      drafts: (held?.drafts ?? []).map(({ run, message, block, end, checksum }) => ({
        run,
        message,
        block,
        end,
        checksum,
      })),
    };
  }
}
