import { flushSync } from "svelte";
import { describe, expect, it } from "vitest";
import { Recorder, STORY, text } from "../../domain/timeline/recorder";
import { fake } from "../../ipc/fake";
import { topicsOf } from "../../ipc/fake/topics";
import { answeringSome } from "../../ipc/fake/queries";
import { storyView } from "../../ipc/fake/shape";
import type { Backend } from "../../ipc/backend";
import type { RunId } from "../../ipc/protocol";
import { AppState } from "../../state/appState.svelte";
import { ATLAS } from "../registry";
import { StoryKept } from "./kept.svelte";
import { Screen } from "./screen.svelte";
import { until } from "../../ipc/fake/until";

const EVENTS = 6000;
/** How many events of a run the page has at first: the newest ones. */
const HERE = 10;

/** A view of a story with two long runs, of each of which only the end is loaded. */
async function screenOf(): Promise<{
  screen: Screen;
  asked: [RunId, number, number][];
  timeOf: (run: RunId, seq: number) => number;
  end: () => void;
}> {
  const recorder = new Recorder();
  const lines = (run: string) =>
    Array.from({ length: EVENTS }, (_, n) => text(`${run} ${n + 1}`, `${run}m${n}`));
  recorder
    .run("a", "agent", { ended_at: null, state: "ended" })
    .says(...lines("a"))
    .run("b")
    .says(...lines("b"));
  const whole = recorder.timeline();
  const eventsOf = (run: RunId) => [...(whole.runs.get(run)?.events ?? [])];
  const shape = storyView({
    id: 1,
    project: "p",
    title: "t",
    state: "running",
    branch: null,
    segments: [["running", -9]],
  });
  const asked: [RunId, number, number][] = [];
  const backend: Backend = {
    ...fake("still"),
    onNotice: () => () => undefined,
    pull: () =>
      Promise.resolve({
        epoch: 1,
        revision: 2,
        now: "2026-11-19T12:30:00.000Z",
        topics: topicsOf(
          {
            limits: [],
            agents: [],
            questions: [],
            stories: [
              { ...shape, story: { ...shape.story, id: STORY, runs: ["a", "b"] }, runs: recorder.runs },
            ],
            timeline: {
              runs: ["a", "b"].map((run) => ({
                run,
                from: EVENTS - HERE,
                to: EVENTS,
                events: eventsOf(run).slice(-HERE),
                tails: [],
              })),
              journal: [],
              drafts: [],
            },
          },
          STORY,
          true,
        ),
      }),
    ...answeringSome(
      {
        events: ({ run, after, most }) => {
          asked.push([run, after, most]);
          return eventsOf(run).slice(after, after + most);
        },
      },
      fake("empty"),
    ),
  };
  const app = new AppState(backend, ATLAS);
  let screen: Screen | undefined;
  const end = $effect.root(() => {
    screen = new Screen(app, STORY, new StoryKept(STORY));
  });
  app.feed.start();
  app.feed.show(STORY);
  await until(() => {
    flushSync();
    expect(screen?.shown.length).toBeGreaterThan(0);
  });
  if (!screen) throw new Error("the screen was made");
  const timeOf = (run: RunId, seq: number) => Date.parse(eventsOf(run)[seq - 1]?.at ?? "");
  return {
    screen,
    asked,
    timeOf,
    end: () => {
      app.feed.stop();
      end();
    },
  };
}

describe("seek", () => {
  it("reads back until the event is here, no further, and selects its row", async () => {
    const { screen, asked, timeOf, end } = await screenOf();
    const index = await screen.seek("b", 3000, timeOf("b", 3000));
    expect([screen.shown[index]?.key, screen.current?.kind]).toEqual([screen.kept.selected, "text"]);
    expect(screen.current).toMatchObject({ run: "b", text: "b 3000" });
    expect(asked.every(([run]) => run === "b")).toBe(true);
    expect(Math.min(...asked.map(([, after]) => after))).toBeGreaterThan(0);
    end();
  });

  it("goes through later runs to an earlier one, and takes a filter away that hides it", async () => {
    const { screen, asked, end } = await screenOf();
    screen.show("errors");
    const index = await screen.seek("a", EVENTS, Infinity);
    expect(screen.shown[index]).toMatchObject({ run: "a", text: `a ${EVENTS}` });
    expect([screen.kept.filter, screen.isSeeking]).toEqual(["all", false]);
    expect(asked.filter(([run]) => run === "b").at(-1)?.[1]).toBe(0);
    end();
  });

  it("asks nothing for what is here, and finds nothing in a run that is not", async () => {
    const { screen, asked, end } = await screenOf();
    expect(screen.shown[await screen.seek("b", EVENTS, Infinity)]).toMatchObject({ text: `b ${EVENTS}` });
    expect(asked).toEqual([]);
    expect(await screen.seek("c", 1, Infinity)).toBe(-1);
    end();
  });
});
