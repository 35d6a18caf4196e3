// Shows a story in tests: one batch from a recorder, keys to press, texts to read. It is removed after each test.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, expect, type Mock } from "vitest";
import App from "../../App.svelte";
import { STORY, type Recorder } from "../../domain/timeline/recorder";
import { Refusal, type Backend } from "../../ipc/backend";
import { fake } from "../../ipc/fake";
import { AGENTS, storyView } from "../../ipc/fake/shape";
import { topicsOf } from "../../ipc/fake/topics";
import type { FeedBatch, Field, Question, Story, Subject } from "../../ipc/protocol";
import { until } from "../../ipc/fake/until";

let app: ReturnType<typeof mount> | undefined;

/** Removes the view. */
export async function leave(): Promise<void> {
  if (app) await unmount(app);
  app = undefined;
  document.body.replaceChildren();
}
afterEach(leave);

/** A snapshot with a story and the contents of a recorder. */
export function batch(
  recorder: Recorder,
  change: Partial<Story> = {},
  questions: Question[] = [],
): FeedBatch {
  const shape = storyView({
    id: 1,
    project: "parcel-api",
    title: "Move address validation",
    state: "running",
    branch: "feat/address",
    tokens: 1.2,
    dollars: 3,
    segments: [["running", -9]],
  });
  const { runs, journal, drafts } = recorder.timeline();
  const story: Story = {
    ...shape.story,
    id: STORY,
    session: "s1",
    runs: recorder.runs.map(({ id }) => id),
    ...change,
  };
  return {
    epoch: 1,
    revision: 2,
    now: "2026-11-19T12:30:00.000Z",
    topics: topicsOf(
      {
        limits: [],
        agents: AGENTS,
        questions,
        stories: [{ ...shape, story, runs: recorder.runs }],
        timeline: {
          runs: [...runs].map(([run, { first, last, events }]) => ({
            run,
            from: first - 1,
            to: last,
            events: [...events],
            tails: [],
          })),
          journal: [...journal],
          drafts: [...drafts],
        },
      },
      STORY,
      true,
    ),
  };
}

export async function show(feed: FeedBatch, change: Partial<Backend> = {}): Promise<void> {
  const backend: Backend = {
    ...fake("still"),
    pull: () => Promise.resolve(feed),
    onOpen: (hear) => {
      queueMicrotask(() => {
        hear(STORY);
      });
      return () => undefined;
    },
    ...change,
  };
  app = mount(App, { target: document.body, props: { backend } });
  await until(() => {
    flushSync();
    expect(document.querySelector(".st, .none")).not.toBeNull();
  });
}

export function press(key: string, change: KeyboardEventInit = {}): void {
  (document.activeElement ?? window).dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...change }),
  );
  flushSync();
}
export const words = (selector: string) =>
  [...document.querySelectorAll(selector)].map((each) =>
    each.textContent.replaceAll(/\s+/g, " ").replaceAll("\u202f", " ").trim(),
  );
export const button = (name: string) =>
  [...document.querySelectorAll("button")].find((each) => each.textContent.includes(name));
export function type(element: HTMLInputElement | HTMLTextAreaElement | null, value: string): void {
  if (!element) throw new Error("there is no such field");
  element.value = value;
  element.dispatchEvent(new Event("input", { bubbles: true }));
  flushSync();
}

export const asked = (kind: Question["kind"], subject: Subject, ...beside: Field[]): Question => ({
  id: "r1:q1",
  story: STORY,
  run: "r1",
  kind,
  tool: "Tool",
  tool_kind: "command",
  title: "",
  request_id: "q1",
  call: null,
  why: null,
  blocked_path: null,
  description: "Check that it packages.",
  subject,
  beside,
  state: "open",
  at: "2026-11-19T12:26:00.000Z",
  answer: null,
});

/** Waits until the card accepts a yes. */
export async function settle(yes = "Allow once"): Promise<void> {
  await until(() => {
    flushSync();
    expect(button(yes)?.disabled).toBe(false);
  });
}

/** Waits until the card accepts answers by key when a yes is not possible: a refused denial shows it. */
export async function settleByDenial(ask: Mock<Backend["ask"]>): Promise<void> {
  ask.mockRejectedValueOnce(new Refusal({ code: "bad_input", message: "Not now.", hint: "" }));
  await until(() => {
    press("Backspace", { ctrlKey: true });
    expect(ask).toHaveBeenCalledTimes(1);
  });
  await until(() => {
    flushSync();
    expect(words(".refused")).toEqual(["Not now."]);
  });
  ask.mockClear();
}
