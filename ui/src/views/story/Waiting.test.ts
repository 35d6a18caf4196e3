// Prompts that wait for the agent: they stand by the field, say when they are sent, and can be changed and taken
// back until the agent has them.

import { flushSync } from "svelte";
import { describe, expect, test, vi } from "vitest";
import { Recorder, prompt, text } from "../../domain/timeline/recorder";
import { Refusal, type Backend } from "../../ipc/backend";
import type { FeedBatch, JournalEvent, Story } from "../../ipc/protocol";
import { batch, button, press, show, type, words } from "./storyStage";

const queued = (id: string, words: string): JournalEvent => ({
  type: "prompt_queued",
  id,
  text: words,
  by: "you",
});

function waiting(change: Partial<Story> = {}, ...entries: JournalEvent[]): FeedBatch {
  const recorder = new Recorder().run("r1").says(prompt("Hi"), text("Working."));
  recorder.notes(queued("p1", "drop the table"), queued("p2", "and say so"), ...entries);
  return batch(recorder, { queued_prompts: 2, ...change });
}

const field = () => document.querySelector<HTMLTextAreaElement>(".waiting textarea");
const composer = () => document.querySelector<HTMLTextAreaElement>(".compose textarea");

describe("prompts that wait", () => {
  test("stand by the field with when each is sent", async () => {
    await show(waiting());
    expect(words(".waiting p")).toEqual(["drop the table", "and say so"]);
    expect(words(".waiting .when")).toEqual([
      "Queued by you, sent when this turn ends",
      "Queued by you, sent after the one before it",
    ]);
    expect(words(".st").filter((row) => row.includes("drop the table"))).toEqual([]);
  });

  test("wait for a person after a stop, and the button says that they are sent", async () => {
    await show(waiting({ state: "stopped", reason: "you" }));
    expect(new Set(words(".waiting .when"))).toEqual(
      new Set(["Queued by you, waits until you resume the story"]),
    );
    expect(button("Send queued prompts")).toBeDefined();
  });

  test("are taken back", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show(waiting(), { ask });
    button("Take back")?.click();
    await vi.waitFor(() => {
      expect(ask).toHaveBeenCalledExactlyOnceWith({ do: "unsend", prompt: "p1" });
    });
  });

  test("are changed where they stand; Esc changes nothing", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show(waiting(), { ask });
    button("Edit")?.click();
    await vi.waitFor(() => {
      flushSync();
      expect(document.activeElement).toBe(field());
    });
    type(field(), "drop nothing");
    press("Escape");
    await vi.waitFor(() => {
      flushSync();
      expect(field()).toBeNull();
    });
    expect(words("h1")).toEqual(["Move address validation"]);
    button("Edit")?.click();
    await vi.waitFor(() => {
      flushSync();
      expect(field()?.value).toBe("drop the table");
      expect(document.activeElement).toBe(field());
    });
    type(field(), "keep the table");
    press("Enter", { ctrlKey: true });
    await vi.waitFor(() => {
      expect(ask).toHaveBeenCalledExactlyOnceWith({
        do: "edit_prompt",
        prompt: "p1",
        text: "keep the table",
      });
    });
  });

  test("that the agent got meanwhile keep what was changed in them", async () => {
    let batchNow = waiting();
    const gone = { code: "wrong_state", message: "the prompt does not wait any more", hint: "" } as const;
    const notice: ((revision: number) => void)[] = [];
    await show(batchNow, {
      pull: () => Promise.resolve(batchNow),
      ask: () => Promise.reject(new Refusal(gone)),
      onNotice: (hear) => {
        notice.push(hear);
        return () => undefined;
      },
    });
    type(composer(), "Then this.");
    button("Edit")?.click();
    await vi.waitFor(() => {
      flushSync();
      expect(field()).not.toBeNull();
    });
    type(field(), "keep the table");
    const sent: JournalEvent = {
      type: "input",
      id: "p1",
      kind: "prompt",
      text: "drop the table",
      question: null,
      answer: null,
      by: null,
    };
    batchNow = { ...waiting({ queued_prompts: 1 }, sent), revision: 3 };
    for (const hear of notice) hear(3);
    await vi.waitFor(() => {
      flushSync();
      expect(composer()?.value).toBe("Then this.\n\nkeep the table");
    });
    expect(words(".moved")).toEqual([
      "The prompt was sent before your change. The change is in the field below.",
    ]);
    expect(words(".waiting p")).toEqual(["and say so"]);
  });
});
