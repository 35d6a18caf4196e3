// Prompts that wait for the agent: they stand by the field, say when they are sent, and can be changed and taken
// back until the agent has them.

import { flushSync } from "svelte";
import { describe, expect, test, vi } from "vitest";
import { Recorder, prompt, text } from "../../domain/timeline/recorder";
import { Refusal, type Backend } from "../../ipc/backend";
import type { FeedBatch, JournalEvent, Story } from "../../ipc/protocol";
import { asked, batch, button, leave, press, show, type, words } from "./storyStage";
import { until } from "../../ipc/fake/until";

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

  test("that are recorded on a full disk stand there before the feed can show them", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "recorded" });
    await show(waiting({ state: "running" }), { ask });
    type(composer(), "Use the other index.");
    button("Queue")?.click();
    await until(() => {
      flushSync();
      expect(words(".waiting p").at(-1)).toBe("Use the other index.");
    });
    expect(words(".waiting .when").at(-1)).toBe(
      "Queued by you, recorded, so that it is not lost; sent when the disk with Musher’s data has room",
    );
    expect(composer()?.value).toBe("");
  });

  test("that could not be recorded stay in the field", async () => {
    const fault = { code: "internal", message: "Cannot write the journal", hint: "Make room." } as const;
    const ask = vi.fn<Backend["ask"]>().mockRejectedValue(new Refusal(fault));
    await show(waiting({ state: "running" }), { ask });
    type(composer(), "Use the other index.");
    button("Queue")?.click();
    await until(() => {
      flushSync();
      expect(words(".refused")).toEqual(["Cannot write the journal. Make room."]);
    });
    expect([composer()?.value, words(".waiting p").length]).toEqual(["Use the other index.", 2]);
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
    await until(() => {
      expect(ask).toHaveBeenCalledExactlyOnceWith({ op: "unsend", prompt: "p1" });
    });
    // The words are not lost, and can be changed at once.
    const compose = document.querySelector<HTMLTextAreaElement>(".compose textarea");
    await until(() => {
      flushSync();
      expect([compose?.value, document.activeElement]).toEqual(["drop the table", compose]);
    });
  });

  test("that are taken back leave what is written alone", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show(waiting(), { ask });
    const compose = document.querySelector<HTMLTextAreaElement>(".compose textarea");
    type(compose, "And lint it.");
    button("Take back")?.click();
    await until(() => {
      flushSync();
      expect(document.activeElement).toBe(compose);
    });
    expect(compose?.value).toBe("And lint it.");
  });

  test("are changed where they stand; Esc closes the field and keeps what was typed", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show(waiting(), { ask });
    button("Edit")?.click();
    await until(() => {
      flushSync();
      expect(document.activeElement).toBe(field());
    });
    type(field(), "drop nothing");
    press("Escape");
    await until(() => {
      flushSync();
      expect(field()).toBeNull();
    });
    expect(words("h1")).toEqual(["Move address validation"]);
    expect(ask).not.toHaveBeenCalled();
    expect([words(".waiting p")[0], words(".waiting .when")[0]]).toEqual([
      "drop the table",
      "Your change is not saved",
    ]);
    // As a draft it outlives a restart, too.
    await leave();
    await show(waiting(), { ask });
    button("Go on editing")?.click();
    await until(() => {
      flushSync();
      expect(field()?.value).toBe("drop nothing");
      expect(document.activeElement).toBe(field());
    });
    type(field(), "keep the table");
    press("Enter", { ctrlKey: true });
    await until(() => {
      expect(ask).toHaveBeenCalledExactlyOnceWith({
        op: "edit_prompt",
        prompt: "p1",
        text: "keep the table",
      });
    });
    await until(() => {
      flushSync();
      expect(words(".waiting .when")).not.toContain("Your change is not saved");
    });
  });

  test("lose a change only when it is discarded", async () => {
    await show(waiting());
    button("Edit")?.click();
    await until(() => {
      flushSync();
      expect(field()).not.toBeNull();
    });
    type(field(), "drop nothing");
    button("Close")?.click();
    await until(() => {
      flushSync();
      expect(button("Discard")).toBeDefined();
    });
    button("Discard")?.click();
    await until(() => {
      flushSync();
      expect(button("Discard")).toBeUndefined();
    });
    button("Edit")?.click();
    await until(() => {
      flushSync();
      expect(field()?.value).toBe("drop the table");
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
    await until(() => {
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
    await until(() => {
      flushSync();
      expect(composer()?.value).toBe("Then this.\n\nkeep the table");
    });
    expect(words(".moved")).toEqual([
      "The prompt was sent before your change. The change is in the field below.",
    ]);
    expect(words(".waiting p")).toEqual(["and say so"]);
  });
});

test("words for an answer are kept where they can be sent when their question ends elsewhere", async () => {
  const recorder = () => new Recorder().run("r1").says(prompt("Hi"), text("Working."));
  const question = asked("permission", { is: "command", text: "rm -r build", cwd: null });
  let batchNow = batch(recorder(), { state: "waiting", reason: "question", open_questions: 1 }, [question]);
  const notice: ((revision: number) => void)[] = [];
  await show(batchNow, {
    pull: () => Promise.resolve(batchNow),
    onNotice: (hear) => {
      notice.push(hear);
      return () => undefined;
    },
  });
  type(document.querySelector<HTMLInputElement>(".card .field input"), "Only in tests.");
  batchNow = { ...batch(recorder()), revision: 3 };
  for (const hear of notice) hear(3);
  await until(() => {
    flushSync();
    expect(composer()?.value).toBe("Only in tests.");
  });
  expect(words(".moved")).toEqual([
    "The question ended before your words were sent. They are in the field below.",
  ]);
});
