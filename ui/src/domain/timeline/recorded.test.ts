// Folds the events of every recording of a real agent, as the real engine sends them, and compares the page's results with the engine's.
// The fake engine gets the same events and must answer the same requests with the same batches. `tests/contract/pulled.rs` writes the file
// that is read here, and fails if it is out of date.

import { beforeAll, describe, expect, it } from "vitest";
import packed from "../../../../tests/fixtures/pulled.jsonl.gz?inline";
import { apply, nothing, type FeedState, type Timeline } from "../../feed/apply";
import { World } from "../../ipc/fake/world";
import type { Event, FeedBatch, FeedRequest, Question, Run, StoryUsage, StoryView } from "../../ipc/protocol";
import { countOf, turnsOf } from "../turns/turns";
import { sumOf } from "../usage/amount";
import { TimelineFold } from "./fold";
import type { Row } from "./row";
import { useOf } from "./turnUse";

type Pulled = {
  recording: string;
  pulls: [FeedRequest, FeedBatch][];
  questions: Question[];
  events: Partial<Record<Event["type"], number>>;
  usage: StoryUsage;
};
type Folded = Pulled & { state: FeedState; view: StoryView; run: Run; timeline: Timeline };

let all: Folded[] = [];

beforeAll(async () => {
  const file = await fetch(packed);
  const text = await new Response(file.body?.pipeThrough(new DecompressionStream("gzip"))).text();
  all = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => folded(JSON.parse(line) as Pulled));
});

/** Folds the batches of a recording as the page does. */
function folded(pulled: Pulled): Folded {
  let state = nothing;
  for (const [request, batch] of pulled.pulls) {
    const applied = apply(state, request, batch);
    expect(applied.result, pulled.recording).toBe("applied");
    state = applied.state;
  }
  const view = [...state.stories.values()][0];
  const run = view?.runs[0];
  const { timeline } = state;
  if (!view || !run || !timeline) throw new Error(`${pulled.recording} has no story`);
  return { ...pulled, state, view, run, timeline };
}

/** The timeline with only the first `most` events of its run. */
function cut(timeline: Timeline, most: number): Timeline {
  const runs = [...timeline.runs].map(([run, { first, events }]) => {
    const some = events.slice(0, most);
    return [run, { first, last: first + some.length - 1, events: some }] as const;
  });
  return { ...timeline, runs: new Map(runs.filter(([, { events }]) => events.length > 0)) };
}

const rowsOf = ({ timeline, view }: Folded) => new TimelineFold().rows(timeline, view.runs);
const eventsOf = ({ timeline, run }: Folded) => timeline.runs.get(run.id)?.events ?? [];

/** Every row of a recording, including those of subagents. */
function everyRow(one: Folded): Row[] {
  const { rows, below } = rowsOf(one);
  const deep = (row: Row): Row[] => [
    row,
    ...(row.kind === "call" ? below(row.run, row.call).flatMap(deep) : []),
  ];
  return rows.flatMap(deep);
}

describe("what real agents printed", () => {
  it("arrives whole: as many events of each type as the engine has", () => {
    expect(all.length).toBeGreaterThan(150);
    for (const one of all) {
      const counts: Folded["events"] = {};
      for (const { event } of eventsOf(one)) {
        const type = event.type as Event["type"];
        counts[type] = (counts[type] ?? 0) + 1;
      }
      expect(counts, one.recording).toEqual(one.events);
      expect(eventsOf(one).map(({ seq }) => seq)).toEqual(
        Array.from({ length: one.run.events }, (_, n) => n + 1),
      );
    }
  });

  it("gives the same rows event by event as at once", () => {
    for (const one of all) {
      const live = new TimelineFold();
      const many = eventsOf(one).length;
      for (let most = 1; most < many; most += 1) live.rows(cut(one.timeline, most), one.view.runs);
      expect(live.rows(one.timeline, one.view.runs).rows, one.recording).toEqual(rowsOf(one).rows);
    }
  });

  it("has a row for every prompt, text, call and lone question, each once", () => {
    for (const one of all) {
      const rows = everyRow(one);
      const keys = rows.map(({ key }) => key);
      expect(new Set(keys).size, one.recording).toBe(keys.length);
      const count = (kind: Row["kind"]) => rows.filter((row) => row.kind === kind).length;
      const calls = new Set(
        eventsOf(one).flatMap(({ event }) => (event.type === "tool_call" ? [event.call] : [])),
      );
      expect(count("call"), one.recording).toBe(calls.size);
      expect(count("turn"), one.recording).toBe(one.events.prompt ?? 0);
      const given = rows.flatMap((row) => (row.kind === "given_up" ? row.texts : []));
      expect(count("text") + given.length, one.recording).toBe(one.events.text ?? 0);
    }
  });

  it("numbers and sums turns as their usage does", () => {
    let merged = 0;
    for (const one of all) {
      const turns = turnsOf(one.usage, one.view.runs);
      expect(one.run.turns, one.recording).toBe(countOf(turns));
      const ends = eventsOf(one).filter(({ event }) => event.type === "turn_ended");
      expect(turns.flatMap(({ seq }) => seq ?? [])).toEqual(ends.map(({ seq }) => seq));
      for (const row of everyRow(one)) {
        if (row.kind !== "turn" || row.ends.length === 0) continue;
        merged += row.ends.length > 1 ? 1 : 0;
        const number = row.number ?? 0;
        const own = turns.filter(({ first }) => number <= first && first < number + row.ends.length);
        expect(own.length, one.recording).toBe(row.ends.length);
        expect(useOf(row), one.recording).toEqual(sumOf(own.map(({ sum }) => sum)));
      }
    }
    expect(merged).toBeGreaterThan(0);
  });

  it("says of every question what the engine says", () => {
    let compared = 0;
    for (const one of all) {
      const { asking } = rowsOf(one);
      // The engine reads answers from the journal, which these stories do not have.
      const answered = new Set(
        eventsOf(one).flatMap(({ event }) => (event.type === "answered" ? [event.request] : [])),
      );
      for (const question of one.questions) {
        const ask = asking(question.run, question.request_id)?.ask;
        compared += 1;
        expect(ask?.title, one.recording).toBe(question.title);
        const states = answered.has(question.request_id) ? ["allowed", "denied"] : [question.state];
        expect(states, `${one.recording}: ${question.title}`).toContain(ask?.state);
      }
    }
    expect(compared).toBeGreaterThan(80);
  });
});

describe("the fake engine", () => {
  it("answers what the real one was asked as the real one did", () => {
    for (const one of all) {
      const world = worldOf(one);
      for (const [request, batch] of one.pulls) {
        const since = (revision: number) => (revision === 0 ? 0 : world.revision);
        const topics = request.topics.map((each) => ({ ...each, since: since(each.since) }));
        const answer = world.pull({ epoch: world.epoch, topics });
        expect(comparable(answer), one.recording).toEqual(comparable(batch));
      }
    }
  });
});

/** A fake world with the story, events and open questions of a recording. */
function worldOf(one: Folded): World {
  const world = new World();
  world.put(one.view);
  for (const envelope of eventsOf(one))
    if (envelope.source === "run") world.event(one.view.story.id, one.run.id, envelope.event);
  for (const entry of one.timeline.journal)
    if (entry.source === "journal") world.entry(one.view.story.id, entry.run, entry.event);
  world.setQuestions(one.state.questions);
  return world;
}

/** The parts of a batch that must be equal in both: the topics, their contents and their order. */
function comparable({ topics }: FeedBatch): unknown {
  return topics.map((topic) => {
    if (topic.name !== "timeline") return topic;
    return {
      ...topic,
      runs: topic.runs.map(({ run, from, to, events, tails }) => ({
        run,
        from,
        to,
        tails,
        events: events.map(({ seq, event }) => [seq, event]),
      })),
      journal: topic.journal.map(({ event }) => event),
    };
  });
}
