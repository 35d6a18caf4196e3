// Keeps the page's state in step with the engine: a notice leads to one pull, at most one is on its
// way, a hidden page does not pull and takes a snapshot when it is shown. It decides when to ask and
// for what; `apply.ts` decides what the answer means.

import { faultOf, type Backend, type Unlisten } from "../ipc/backend";
import type { Fault, PullRequest, StoryId } from "../ipc/protocol";
import { apply, isBehind, nothing, type FeedState } from "./apply";

/** Whether the page can be seen; a real document, or a test's. */
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

/** How long a pull that failed waits for the next try, in milliseconds: it doubles up to the second. */
const RETRY = { first: 500, most: 10_000 };

export class Subscription {
  state: FeedState = nothing;
  readonly #backend: Backend;
  readonly #tell: (state: FeedState, problem: Fault | null) => void;
  readonly #visibility: Visibility;
  readonly #ends: Unlisten[] = [];
  #story: StoryId | null = null;
  #wanted = false;
  #snapshot = true;
  #pulling = false;
  #retry = RETRY.first;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    backend: Backend,
    tell: (state: FeedState, problem: Fault | null) => void,
    visibility: Visibility = documentVisibility,
  ) {
    this.#backend = backend;
    this.#tell = tell;
    this.#visibility = visibility;
  }

  /** Listens, and takes the first snapshot. */
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

  /** Says which story's timeline is on screen. */
  show(story: StoryId | null): void {
    if (story === this.#story) return;
    this.#story = story;
    this.#want();
  }

  /** Replaces the state, for events that were paged in beside the feed. */
  amend(change: (state: FeedState) => FeedState): void {
    this.state = change(this.state);
    this.#tell(this.state, null);
  }

  #heard(revision: number): void {
    if (revision > this.state.revision || this.#pulling) this.#want();
  }

  #seen(): void {
    if (this.#visibility.hidden()) return;
    this.#snapshot = true;
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
      this.#wanted = false;
      const request = this.#request();
      try {
        this.#fold(request, await this.#backend.pull(request));
        this.#retry = RETRY.first;
      } catch (thrown) {
        this.#snapshot ||= request.revision === 0;
        this.#failed(faultOf(thrown));
        break;
      }
    }
    this.#pulling = false;
  }

  #fold(request: PullRequest, batch: Parameters<typeof apply>[2]): void {
    // Another story came on screen meanwhile: what was asked for the old one is of no use.
    if (request.story !== this.#story) {
      this.#snapshot ||= request.revision === 0;
      return;
    }
    const { result, state } = apply(this.state, request, batch);
    if (result === "gap") {
      this.#snapshot = true;
      this.#wanted = true;
      return;
    }
    const brought = (batch.timeline?.runs.length ?? 0) > 0;
    if (brought && isBehind(state)) this.#wanted = true;
    this.state = state;
    this.#tell(state, null);
  }

  #failed(fault: Fault): void {
    this.#tell(this.state, fault);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#want();
    }, this.#retry);
    this.#retry = Math.min(this.#retry * 2, RETRY.most);
  }

  #request(): PullRequest {
    const { epoch, revision, timeline } = this.state;
    const story = this.#story;
    if (this.#snapshot) {
      this.#snapshot = false;
      return { epoch, revision: 0, story, held: [], journal: 0, drafts: [] };
    }
    const held = timeline?.story === story ? timeline : null;
    return {
      epoch,
      revision,
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
