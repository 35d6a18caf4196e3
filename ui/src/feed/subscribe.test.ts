import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fake } from "../ipc/fake";
import { topicsOf } from "../ipc/fake/topics";
import { Refusal, type Backend } from "../ipc/backend";
import type { FeedBatch, FeedRequest } from "../ipc/protocol";
import { Rests } from "./rests";
import { Subscription, type Visibility } from "./subscribe";

class Page implements Visibility {
  isHidden = false;
  #hear: () => void = () => undefined;

  hidden(): boolean {
    return this.isHidden;
  }

  onChange(hear: () => void): () => void {
    this.#hear = hear;
    return () => undefined;
  }

  hide(hidden: boolean): void {
    this.isHidden = hidden;
    this.#hear();
  }
}

/** A host whose pulls the test answers. */
class Host {
  readonly pulls: {
    request: FeedRequest;
    answer: (part?: Partial<FeedBatch>) => Promise<void>;
    fail: () => Promise<void>;
  }[] = [];
  notice: (revision: number) => void = () => undefined;
  readonly backend: Backend = {
    ...fake("empty"),
    pull: (request) =>
      new Promise<FeedBatch>((resolve, reject) => {
        const answer = async (part: Partial<FeedBatch> = {}) => {
          resolve({ epoch: 1, revision: 1, now: new Date(0).toISOString(), topics: [], ...part });
          await vi.advanceTimersByTimeAsync(0);
        };
        const fail = async () => {
          reject(new Refusal({ code: "store", message: "locked", hint: "" }));
          await vi.advanceTimersByTimeAsync(0);
        };
        this.pulls.push({ request, answer, fail });
      }),
    onNotice: (hear) => {
      this.notice = hear;
      return () => undefined;
    },
  };

  at(n: number) {
    const pull = this.pulls.at(n);
    if (!pull) throw new Error(`there was no pull ${n}`);
    return pull;
  }
}

/** Of a page that draws at once. */
const quick = () =>
  new Rests((run) => {
    run();
  });

/** The different revisions in a request. */
const since = (request: FeedRequest) => [...new Set(request.topics.map((topic) => topic.since))];

describe("Subscription", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("begins with a snapshot, and asks for what is newer after a notice", async () => {
    const host = new Host();
    new Subscription(host.backend, () => undefined, new Page(), quick()).start();
    expect(host.at(0).request.epoch).toBe(0);
    expect(since(host.at(0).request)).toEqual([0]);
    await host.at(0).answer({ revision: 4 });
    host.notice(5);
    expect(host.at(1).request.epoch).toBe(1);
    expect(since(host.at(1).request)).toEqual([4]);
  });

  it("has one pull on its way, however many notices come", async () => {
    const host = new Host();
    new Subscription(host.backend, () => undefined, new Page(), quick()).start();
    host.notice(2);
    host.notice(3);
    expect(host.pulls).toHaveLength(1);
    await host.at(0).answer({ revision: 3 });
    expect(host.pulls).toHaveLength(2);
    await host.at(1).answer({ revision: 3 });
    host.notice(3);
    expect(host.pulls).toHaveLength(2);
  });

  it("does not pull while hidden, and takes a snapshot when shown", async () => {
    const host = new Host();
    const page = new Page();
    new Subscription(host.backend, () => undefined, page, quick()).start();
    await host.at(0).answer({ revision: 3 });
    page.hide(true);
    host.notice(9);
    expect(host.pulls).toHaveLength(1);
    page.hide(false);
    expect(since(host.at(1).request)).toEqual([0]);
  });

  it("asks for a snapshot after a gap", async () => {
    const host = new Host();
    const subscriber = vi.fn();
    const subscription = new Subscription(host.backend, subscriber, new Page(), quick());
    subscription.start();
    await host.at(0).answer({ revision: 3 });
    subscription.show("s1");
    const drafts = [
      {
        run: "r",
        message: "m",
        block: 0,
        kind: "text",
        tool: null,
        from: 7,
        end: 11,
        checksum: 0,
        text: "late",
      },
    ] as const;
    const timeline = { runs: [], journal: [], drafts: [...drafts] };
    await host.at(1).answer({ revision: 4, topics: topicsOf({ timeline }, "s1", false) });
    expect(since(host.at(2).request)).toEqual([0]);
    expect(host.at(2).request.topics.at(-1)?.topic).toMatchObject({ story: "s1", held: [] });
    expect(subscriber).toHaveBeenCalledTimes(1);
  });

  it("asks for a story's timeline from its beginning, and for the board from where it is", async () => {
    const host = new Host();
    const subscription = new Subscription(host.backend, () => undefined, new Page(), quick());
    subscription.start();
    await host.at(0).answer({ revision: 3 });
    subscription.show("s1");
    const asked = host.at(1).request.topics.map(({ topic, since }) => [topic.name, since]);
    expect(asked).toEqual([
      ["stories", 3],
      ["questions", 3],
      ["limits", 3],
      ["agents", 3],
      ["timeline", 0],
    ]);
  });

  it("pulls again at once while there is more than a batch carries", async () => {
    const host = new Host();
    const subscription = new Subscription(host.backend, () => undefined, new Page(), quick());
    subscription.start();
    await host.at(0).answer({ revision: 3 });
    subscription.show("s1");
    const part = { name: "timeline", story: "s1", is_all: true, runs: [], journal: [], drafts: [] } as const;
    const timeline = (is_cut: boolean) => [{ ...part, is_cut, runs: [], journal: [], drafts: [] }];
    await host.at(1).answer({ revision: 3, topics: timeline(true) });
    expect(host.pulls).toHaveLength(3);
    await host.at(2).answer({ revision: 3, topics: timeline(false) });
    expect(host.pulls).toHaveLength(3);
  });

  it("rests as long as an update took, and not when a person opens a story", async () => {
    const host = new Host();
    const painted: (() => void)[] = [];
    const rests = new Rests((run) => painted.push(run));
    const subscription = new Subscription(host.backend, () => undefined, new Page(), rests);
    subscription.start();
    await host.at(0).answer({ revision: 3 });
    host.notice(4);
    expect(host.pulls).toHaveLength(1);
    // The update is on screen after 56 ms, of which 16 are free.
    await vi.advanceTimersByTimeAsync(56);
    painted[0]?.();
    await vi.advanceTimersByTimeAsync(39);
    expect(host.pulls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(host.pulls).toHaveLength(2);
    await host.at(1).answer({ revision: 4 });
    host.notice(4);
    await vi.advanceTimersByTimeAsync(1000);
    expect(host.pulls).toHaveLength(2);
    subscription.show("s1");
    await vi.advanceTimersByTimeAsync(0);
    expect(host.pulls).toHaveLength(3);
    // What was on its way for another story is not used, and its successor does not wait.
    subscription.show("s2");
    await host.at(2).answer({ revision: 4 });
    expect(host.pulls).toHaveLength(4);
  });

  it("rests a quarter of a second at most, and not after an update that took a frame", async () => {
    const host = new Host();
    const painted: (() => void)[] = [];
    const rests = new Rests((run) => painted.push(run));
    new Subscription(host.backend, () => undefined, new Page(), rests).start();
    await host.at(0).answer({ revision: 3 });
    host.notice(4);
    await vi.advanceTimersByTimeAsync(5_000);
    painted[0]?.();
    await vi.advanceTimersByTimeAsync(250);
    expect(host.pulls).toHaveLength(2);
    await host.at(1).answer({ revision: 4 });
    host.notice(5);
    await vi.advanceTimersByTimeAsync(16);
    painted[1]?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(host.pulls).toHaveLength(3);
  });

  it("leaves aside what comes for a story that is no longer on screen", async () => {
    const host = new Host();
    const subscription = new Subscription(host.backend, () => undefined, new Page(), quick());
    subscription.start();
    subscription.show("s1");
    await host.at(0).answer({ revision: 3 });
    expect(subscription.state.revision).toBe(0);
    expect(since(host.at(1).request)).toEqual([0]);
    expect(host.at(1).request.topics.at(-1)?.topic).toMatchObject({ story: "s1" });
  });

  it("says why a pull failed and tries again by itself", async () => {
    const host = new Host();
    const subscriber = vi.fn();
    new Subscription(host.backend, subscriber, new Page(), quick()).start();
    await host.at(0).fail();
    expect(subscriber).toHaveBeenLastCalledWith(
      expect.anything(),
      expect.objectContaining({ message: "Locked." }),
    );
    await vi.advanceTimersByTimeAsync(500);
    await host.at(1).answer({ revision: 2 });
    expect(subscriber).toHaveBeenLastCalledWith(expect.objectContaining({ revision: 2 }), null);
  });
});
