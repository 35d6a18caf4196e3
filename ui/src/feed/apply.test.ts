import { describe, expect, it } from "vitest";
import type { Draft, Envelope, FeedBatch, FeedRequest, Topic } from "../ipc/protocol";
import { storyView } from "../ipc/fake/shape";
import { BOARD, topicsOf, type Parts } from "../ipc/fake/topics";
import { apply, nothing, prepend, trim, type FeedState } from "./apply";

const STORY = "s1";
const RUN = "r1";

function event(seq: number): Envelope {
  const at = new Date(seq * 1000).toISOString();
  return {
    story: STORY,
    run: RUN,
    seq,
    pos: null,
    at,
    source: "run",
    event: { type: "injected_message", text: `step ${seq}` },
  };
}

function entry(seq: number): Envelope {
  const at = new Date(seq * 1000).toISOString();
  return {
    story: STORY,
    run: null,
    seq,
    pos: null,
    at,
    source: "journal",
    event: { type: "warning", text: `entry ${seq}` },
  };
}

function draft(text: string, from = 0): Draft {
  return {
    run: RUN,
    message: "m1",
    block: 0,
    kind: "text",
    tool: null,
    from,
    end: from + text.length,
    checksum: 0,
    text,
  };
}

function steps(from: number, to: number): NonNullable<Parts["timeline"]> {
  const events = Array.from({ length: to - from }, (_, n) => event(from + n + 1));
  return { runs: [{ run: RUN, from, to, events, tails: [] }], journal: [], drafts: [] };
}

/** A batch with these topics. In another epoch it is complete, in the same epoch it has only what is newer. */
function batch(revision: number, { epoch = 1, ...parts }: Parts & { epoch?: number } = {}): FeedBatch {
  const topics = topicsOf(parts, STORY, epoch !== 1);
  return { epoch, revision, now: "2026-11-19T16:51:08.000Z", topics };
}

/** A request for what is newer than the state, with or without the timeline of the story. */
function request({ epoch, since }: FeedState, hasStory = true): FeedRequest {
  const timeline: Topic = { name: "timeline", story: STORY, held: [], journal: 0, drafts: [] };
  const topics = [...BOARD.topics.map(({ topic }) => topic), ...(hasStory ? [timeline] : [])];
  return { epoch, topics: topics.map((topic) => ({ topic, since: since[topic.name] ?? 0 })) };
}

/** Applies batches in turn, each as the answer to a request from the state before it. */
function fold(...batches: FeedBatch[]): FeedState {
  return batches.reduce((state, each) => {
    const applied = apply(state, request(state), each);
    expect(applied.result).toBe("applied");
    return applied.state;
  }, nothing);
}

const view = (id: number, title: string) =>
  storyView({ id, project: "p", title, state: "draft", branch: null, segments: [] });

describe("apply", () => {
  it("puts a changed story in its place and keeps the others as they are", () => {
    const before = fold(batch(1, { stories: [view(1, "a"), view(2, "b")] }));
    const after = apply(before, request(before), batch(2, { stories: [view(2, "c")] })).state;
    const [first, second] = [...after.stories.values()];
    expect(first).toBe([...before.stories.values()][0]);
    expect(second?.story.title).toBe("c");
  });

  it("keeps questions and limits that a batch does not speak of", () => {
    const question = {
      id: "q",
      story: STORY,
      run: RUN,
      kind: "plan",
      tool: "",
      tool_kind: "other",
      title: "",
      request_id: "q",
      call: null,
      why: null,
      blocked_path: null,
      description: null,
      subject: { is: "other", words: "" },
      state: "open",
      at: "",
      answer: null,
    } as const;
    const state = fold(batch(1, { questions: [question] }), batch(2, { limits: [] }));
    expect(state.questions).toEqual([question]);
  });

  it("keeps the names of agents until the next snapshot", () => {
    const agents = [{ agent: "x", name: "X Code", short_name: "X" }];
    const before = fold(batch(1, { agents }));
    const state = apply(before, request(before), batch(2)).state;
    expect(state.agents).toEqual(agents);
    expect(state.agents).toBe(before.agents);
    const snapshot = apply(state, request(state), batch(3, { epoch: 2, agents: [] })).state;
    expect(snapshot.agents).toEqual([]);
  });

  it("answers an older batch and one that was folded already with duplicate", () => {
    const state = fold(batch(1), batch(5, { timeline: steps(0, 3) }));
    expect(apply(state, request(state), batch(4)).result).toBe("duplicate");
    expect(apply(state, request(state), batch(4, { stories: [view(1, "older")] }))).toEqual({
      result: "duplicate",
      state,
    });
    expect(apply(state, request(state), batch(5)).result).toBe("duplicate");
    const again = apply(state, request(state), batch(6, { timeline: steps(0, 3) })).state;
    expect(again.timeline?.runs.get(RUN)?.events).toHaveLength(3);
  });

  it("takes only what is new of events that overlap", () => {
    const state = fold(batch(1, { timeline: steps(0, 3) }), batch(2, { timeline: steps(1, 5) }));
    expect(state.timeline?.runs.get(RUN)?.events.map((each) => each.seq)).toEqual([1, 2, 3, 4, 5]);
  });

  it("finds a gap between events and leaves the state as it was", () => {
    const state = fold(batch(1, { timeline: steps(0, 3) }));
    const applied = apply(state, request(state), batch(2, { timeline: steps(4, 6) }));
    expect(applied).toEqual({ result: "gap", state });
  });

  it("does not join what is newer than something it does not have", () => {
    const state = fold(batch(1, { stories: [view(1, "a")] }));
    const later = { ...state, since: { ...state.since, stories: 5 } };
    const applied = apply(state, request(later), batch(6, { stories: [view(2, "b")] }));
    expect(applied).toEqual({ result: "gap", state });
  });

  it("knows what it has of each topic, and nothing of one that it did not ask for", () => {
    const before = apply(nothing, request(nothing, false), batch(4, { stories: [] })).state;
    expect(before.since).toEqual({ stories: 4, questions: 4, limits: 4, agents: 4 });
    const after = apply(before, request(before), batch(6)).state;
    expect(after.since.timeline).toBe(6);
  });

  it("takes the batch of another epoch for a snapshot", () => {
    const state = fold(batch(9, { stories: [view(1, "a")], timeline: steps(0, 3) }));
    const { state: after } = apply(state, request(state), batch(2, { epoch: 2, stories: [view(2, "b")] }));
    expect([...after.stories.values()].map((each) => each.story.title)).toEqual(["b"]);
    expect(after.timeline).toBeNull();
    expect(after.revision).toBe(2);
  });

  it("gives live the same as reopened", () => {
    const parts = Array.from({ length: 40 }, (_, n) =>
      batch(n + 1, {
        stories: [view(n % 7, `story ${n}`)],
        timeline: { ...steps(n * 3, n * 3 + 3), journal: [entry(n * 2 + 1)] },
      }),
    );
    const live = fold(...parts);
    const titles = [...live.stories.values()];
    const reopened = fold(
      batch(40, {
        stories: titles,
        timeline: {
          ...steps(0, 120),
          journal: parts.flatMap(({ topics }) =>
            topics.flatMap((part) => (part.name === "timeline" ? part.journal : [])),
          ),
        },
      }),
    );
    expect(reopened).toEqual(live);
  });

  it("joins a draft with what it has of it, and asks again when that is too little", () => {
    const state = fold(
      batch(1, { timeline: { runs: [], journal: [], drafts: [draft("The three ")] } }),
      batch(2, { timeline: { runs: [], journal: [], drafts: [draft("validators", 10)] } }),
    );
    expect(state.timeline?.drafts).toEqual([draft("The three validators")]);
    // The engine computes sums; the page does not add parts up.
    expect(state.timeline?.drafts[0]?.end).toBe(20);
    const late = batch(3, { timeline: { runs: [], journal: [], drafts: [draft("share", 99)] } });
    expect(apply(state, request(state), late).result).toBe("gap");
  });

  it("takes the beginning of a finished text from its draft", () => {
    const text = (rest: string): Envelope => ({
      ...event(1),
      source: "run",
      event: { type: "text", message: "m1", block: 0, text: rest, parent: null },
    });
    const ended = (from: number) =>
      batch(3, {
        timeline: {
          runs: [{ run: RUN, from: 0, to: 1, events: [text(" share.")], tails: [{ seq: 1, from }] }],
          journal: [],
          drafts: [],
        },
      });
    const state = fold(
      batch(1, { timeline: { runs: [], journal: [], drafts: [draft("The three validators")] } }),
    );
    const applied = apply(state, request(state), ended(20));
    expect(applied.state.timeline?.runs.get(RUN)?.events).toEqual([text("The three validators share.")]);
    expect(applied.state.timeline?.drafts).toEqual([]);
    expect(apply(state, request(state), ended(21)), "of a draft that the page does not have").toEqual({
      result: "gap",
      state,
    });
  });

  it("lets a draft go that a batch does not name", () => {
    const drafting = batch(1, { timeline: { runs: [], journal: [], drafts: [draft("The")] } });
    expect(fold(drafting, batch(2, { timeline: steps(0, 1) })).timeline?.drafts).toEqual([]);
  });

  it("drops the timeline when no story is on screen", () => {
    const state = fold(batch(1, { timeline: steps(0, 3) }));
    const { state: after } = apply(state, request(state, false), batch(2));
    expect(after.timeline).toBeNull();
  });
});

describe("trim", () => {
  it("lets go of the oldest events of a run that has twice as many as are kept, and of no others", () => {
    const state = fold(batch(1, { timeline: { ...steps(0, 9), journal: [entry(1)] } }));
    expect(trim(state, 5)).toBe(state);
    const { timeline } = trim(state, 4);
    expect(timeline?.runs.get(RUN)).toEqual({ first: 6, last: 9, events: [6, 7, 8, 9].map(event) });
    expect(timeline?.journal).toBe(state.timeline?.journal);
  });
});

describe("prepend", () => {
  it("puts older events before those that are there, and only without a hole", () => {
    const state = fold(batch(1, { timeline: steps(5, 8) }));
    const older = [3, 4, 5].map(event);
    expect(
      prepend(state, RUN, older)
        .timeline?.runs.get(RUN)
        ?.events.map((each) => each.seq),
    ).toEqual([3, 4, 5, 6, 7, 8]);
    expect(prepend(state, RUN, [event(3)])).toBe(state);
  });
});
