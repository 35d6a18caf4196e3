import axe from "axe-core";
import { flushSync, mount, unmount } from "svelte";
import { afterEach, describe, expect, test, vi } from "vitest";
import App from "../../App.svelte";
import { ALLOWED, denied } from "../../domain/timeline/ask";
import { EVIDENCE, Recorder, STORY, call, ended, prompt, question, result, retry, text } from "../../domain/timeline/recorder";
import { Refusal, type Backend } from "../../ipc/backend";
import { fake } from "../../ipc/fake";
import { storyView } from "../../ipc/fake/shape";
import type { Evidence, FeedBatch, JsonValue, Question, Story } from "../../ipc/protocol";
import { SETTLING } from "../../state/settled.svelte";
import { FORBIDDEN, HOSTILE } from "../../parts/markdown/hostile";

let app: ReturnType<typeof mount> | undefined;

afterEach(async () => {
  if (app) await unmount(app);
  app = undefined;
  document.body.replaceChildren();
});

/** A story with what a recorder wrote, as one snapshot. */
function batch(recorder: Recorder, change: Partial<Story> = {}, questions: Question[] = []): FeedBatch {
  const shape = storyView({ id: 1, project: "parcel-api", title: "Move address validation", state: "running", branch: "feat/address", tokens: 1.2, dollars: 3, segments: [["running", -9]] });
  const { runs, journal, drafts } = recorder.timeline();
  const story: Story = { ...shape.story, id: STORY, session: "s1", runs: recorder.runs.map(({ id }) => id), ...change };
  return {
    epoch: 1, revision: 2, now: "2026-11-19T12:30:00.000Z", limits: [], questions, stories: [{ ...shape, story, runs: recorder.runs }],
    timeline: { runs: [...runs].map(([run, { first, last, events }]) => ({ run, from: first - 1, to: last, events: [...events], rests: [] })), journal: [...journal], drafts: [...drafts] },
  };
}

async function show(feed: FeedBatch, change: Partial<Backend> = {}): Promise<void> {
  const backend: Backend = {
    ...fake("still"),
    pull: () => Promise.resolve(feed),
    onOpen: (hear) => { queueMicrotask(() => { hear(STORY); }); return () => undefined; },
    ...change,
  };
  app = mount(App, { target: document.body, props: { backend } });
  await vi.waitFor(() => { flushSync(); expect(document.querySelector(".st, .none")).not.toBeNull(); });
}

function press(key: string, change: KeyboardEventInit = {}): void {
  (document.activeElement ?? window).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...change }));
  flushSync();
}
const words = (selector: string) => [...document.querySelectorAll(selector)].map((each) => each.textContent.replaceAll(/\s+/g, " ").replaceAll("\u202f", " ").trim());
const button = (name: string) => [...document.querySelectorAll("button")].find((each) => each.textContent.includes(name));
function type(element: HTMLInputElement | HTMLTextAreaElement | null, value: string): void {
  if (!element) throw new Error("there is no such field");
  element.value = value;
  element.dispatchEvent(new Event("input", { bubbles: true }));
  flushSync();
}

const asked = (kind: Question["kind"], request: Question["request"], tool = "Bash"): Question => ({
  id: "r1:q1", story: STORY, run: "r1", kind, tool, tool_kind: "command", description: "Check that it packages.", request, state: "open", at: "2026-11-19T12:26:00.000Z", answer: null,
});

/** Waits until the card takes answers. */
async function settle(): Promise<void> {
  await vi.waitFor(() => { flushSync(); expect(button("Allow once")?.disabled).toBe(false); });
}

describe("a question", () => {
  const input = { command: "git log\u202e --oneline" };
  const recorder = () => new Recorder().run("r1").says(prompt("Publish."), call("c1", "git log", { input }), question("q1", "c1", { input, why: "No rule covers it." }));
  const waiting = { state: "waiting", reason: "question", open_questions: 1 } as const;

  test("shows exactly what is asked, where and why, once", async () => {
    await show(batch(recorder(), waiting, [asked("permission", input)]));
    expect(words(".card b")).toEqual(["Claude asks to run a command"]);
    expect(words(".card .cmd")).toEqual(["git logRLO --oneline"]);
    expect(words(".card dd")).toEqual(["~/src/parcel-api.worktrees/address", "Check that it packages.", "No rule covers it.", "Has characters that are not seen; they are named above."]);
    expect(document.querySelectorAll(".btn.act")).toHaveLength(1);
    expect(words(".st .call")).toEqual([]);
  });

  test("is allowed by Ctrl Enter, once, however often it is pressed", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show(batch(recorder(), waiting, [asked("permission", input)]), { ask });
    await settle();
    press("Enter", { ctrlKey: true });
    press("Enter", { ctrlKey: true });
    expect(ask).toHaveBeenCalledExactlyOnceWith({ do: "answer", question: "r1:q1", answer: ALLOWED });
  });

  test("is allowed by N and Enter, when the card has stood still under the focus", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show(batch(recorder(), waiting, [asked("permission", input)]), { ask });
    await settle();
    press("Enter");
    expect(ask).not.toHaveBeenCalled();
    press("n");
    expect(document.activeElement?.matches(".card")).toBe(true);
    press("Enter");
    expect(ask).not.toHaveBeenCalled();
    await settle();
    press("Enter", { repeat: true });
    expect(ask).not.toHaveBeenCalled();
    press("Enter");
    expect(ask).toHaveBeenCalledExactlyOnceWith({ do: "answer", question: "r1:q1", answer: ALLOWED });
  });

  test("takes no answer from words that are typed, whatever has the focus", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show(batch(recorder(), waiting, [asked("permission", input)]), { ask });
    await settle();
    const words = "add tests first; dismiss, abort, run it as is";
    const send = (key: string) => { press(key); press(key, { repeat: true }); };
    for (const letter of words) send(letter);
    for (const letter of words.toUpperCase()) press(letter, { shiftKey: true });
    document.querySelector<HTMLElement>(".card")?.focus();
    await settle();
    for (const letter of words) send(letter);
    // The end of the sentence is no answer, either: somebody was typing.
    press("Enter");
    expect(ask).not.toHaveBeenCalled();
    expect(document.querySelector(".says")).toBeNull();
  });

  test("takes no answer in its first moments, nor by a key that is held or composes", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show(batch(recorder(), waiting, [asked("permission", input)]), { ask });
    press("Enter", { ctrlKey: true });
    press("Backspace", { ctrlKey: true });
    button("Allow once")?.click();
    await settle();
    press("Enter", { ctrlKey: true, repeat: true });
    press("Backspace", { ctrlKey: true, repeat: true });
    press("Enter", { ctrlKey: true, isComposing: true });
    press("Enter", { ctrlKey: true, keyCode: 229 });
    expect(ask).not.toHaveBeenCalled();
  });

  test("is denied with what was written", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show(batch(recorder(), waiting, [asked("permission", input)]), { ask });
    await settle();
    type(document.querySelector(".card input"), "Use git diff.");
    expect(words(".acts p")).toEqual(["Your words go with Deny. Clear them to say yes."]);
    press("Enter", { ctrlKey: true });
    expect(ask).not.toHaveBeenCalled();
    button("Deny")?.click();
    expect(ask).toHaveBeenCalledExactlyOnceWith({ do: "answer", question: "r1:q1", answer: denied("Use git diff.") });
  });

  test("is answered by Enter in its field only with words, and not while they are composed", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show(batch(recorder(), waiting, [asked("permission", input)]), { ask });
    await settle();
    const field = document.querySelector<HTMLInputElement>(".card input");
    field?.focus();
    await settle();
    press("Enter");
    press("Enter", { isComposing: true });
    type(field, "にほ");
    press("Enter", { isComposing: true });
    press("Enter", { keyCode: 229 });
    press("Enter", { repeat: true });
    expect(ask).not.toHaveBeenCalled();
    type(field, "Not today.");
    press("Enter");
    expect(ask).toHaveBeenCalledExactlyOnceWith({ do: "answer", question: "r1:q1", answer: denied("Not today.") });
  });

  test("of which the end was not in sight cannot be allowed, only denied", async () => {
    vi.stubGlobal("IntersectionObserver", class { observe() { return undefined; } disconnect() { return undefined; } });
    try {
      const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
      await show(batch(recorder(), waiting, [asked("permission", input)]), { ask });
      const allow = button("Read to the end first");
      expect(allow?.disabled).toBe(true);
      await new Promise((done) => { setTimeout(done, SETTLING + 50); });
      document.querySelector<HTMLElement>(".card")?.focus();
      await new Promise((done) => { setTimeout(done, SETTLING + 50); });
      press("Enter");
      press("Enter", { ctrlKey: true });
      allow?.click();
      expect(ask).not.toHaveBeenCalled();
      button("Deny")?.click();
      expect(ask).toHaveBeenCalledTimes(1);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  test("that was refused says why and can be answered again", async () => {
    const fault = { code: "already_answered", message: "Already answered at 16:47 in the terminal.", hint: "" } as const;
    const ask = vi.fn<Backend["ask"]>().mockRejectedValue(new Refusal(fault));
    await show(batch(recorder(), waiting, [asked("permission", input)]), { ask });
    await settle();
    press("Enter", { ctrlKey: true });
    await vi.waitFor(() => { flushSync(); expect(words(".refused")).toEqual(["Already answered at 16:47 in the terminal."]); });
    press("Backspace", { ctrlKey: true });
    expect(ask).toHaveBeenCalledTimes(2);
  });

  test("shows all of a change and every field of the input", async () => {
    const change = { file_path: "/home/ada/a.rs", content: Array.from({ length: 61 }, (_, n) => `line ${n}`).join("\n"), mode: "0777" };
    await show(batch(new Recorder().run("r1").says(prompt("Write.")), waiting, [asked("permission", change, "Write")]));
    expect(document.querySelectorAll(".card .diff .text")).toHaveLength(61);
    expect(words(".card dt")).toEqual(["In", "Why", "mode"]);
  });

  const several: JsonValue = { questions: [{ question: "Cache?", options: [{ label: "Yes" }, { label: "No" }] }, { question: "Retry?", options: [{ label: "Yes" }, { label: "No" }] }, { question: "Sizes?", multiSelect: true, options: [{ label: "S" }, { label: "L" }] }] };
  const own = (k: number) => document.querySelectorAll<HTMLInputElement>(".card .own input")[k] ?? null;

  test("with choices is answered when each has one, each under its question", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show(batch(new Recorder().run("r1").says(prompt("Paint.")), waiting, [asked("choice", several, "AskUserQuestion")]), { ask });
    await new Promise((done) => { setTimeout(done, SETTLING + 50); });
    press("Enter", { ctrlKey: true });
    expect(ask).not.toHaveBeenCalled();
    type(own(0), "only on disk");
    document.querySelectorAll<HTMLInputElement>("fieldset:nth-of-type(2) input[type=radio]")[0]?.click();
    type(own(1), "but keep the old file");
    flushSync();
    expect(words(".acts p")).toEqual(["2 of 3 answered."]);
    for (const box of document.querySelectorAll<HTMLInputElement>("input[type=checkbox]")) box.click();
    flushSync();
    press("Enter", { ctrlKey: true });
    const choices = [
      { question: 0, text: "Cache?", labels: [], words: "only on disk" },
      { question: 1, text: "Retry?", labels: ["Yes"], words: "but keep the old file" },
      { question: 2, text: "Sizes?", labels: ["S", "L"], words: null },
    ];
    expect(ask).toHaveBeenCalledExactlyOnceWith({ do: "answer", question: "r1:q1", answer: { ...ALLOWED, choices } });
  });

  test("without options is answered in words, by Enter", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show(batch(new Recorder().run("r1").says(prompt("Paint.")), waiting, [asked("choice", { questions: [{ question: "Which colour?", options: [] }] }, "AskUserQuestion")]), { ask });
    own(0)?.focus();
    await new Promise((done) => { setTimeout(done, SETTLING + 50); });
    flushSync();
    press("Enter");
    expect(ask).not.toHaveBeenCalled();
    type(own(0), "Green, like the old logo");
    press("Enter");
    const choices = [{ question: 0, text: "Which colour?", labels: [], words: "Green, like the old logo" }];
    expect(ask).toHaveBeenCalledExactlyOnceWith({ do: "answer", question: "r1:q1", answer: { ...ALLOWED, choices } });
  });

  test("with choices is denied with all that was written", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show(batch(new Recorder().run("r1").says(prompt("Paint.")), waiting, [asked("choice", several, "AskUserQuestion")]), { ask });
    type(own(1), "ask me later");
    button("Deny")?.click();
    expect(ask).toHaveBeenCalledExactlyOnceWith({ do: "answer", question: "r1:q1", answer: denied("Retry? ask me later") });
  });

  test("for a plan that is not read yet cannot be approved", async () => {
    await show(batch(new Recorder().run("r1").says(prompt("Plan.")), waiting, [asked("plan", {}, "ExitPlanMode")]));
    await new Promise((done) => { setTimeout(done, SETTLING + 50); });
    flushSync();
    expect(button("Approve")?.disabled).toBe(true);
    expect(words(".acts p")).toEqual(["The plan stands in a step that is not read yet."]);
  });
});

describe("words for the agent", () => {
  test("are sent by Ctrl Enter and kept when they are refused", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValueOnce({ reply: "done" }).mockRejectedValueOnce(new Refusal({ code: "busy", message: "The session is in use.", hint: "" }));
    await show(batch(new Recorder().run("r1").says(prompt("Hi"))), { ask });
    const field = document.querySelector<HTMLTextAreaElement>(".compose textarea");
    expect(field?.placeholder).toBe("Say what comes next. Sent when this turn ends.");
    field?.focus();
    type(field, "Then this.");
    press("Enter", { ctrlKey: true });
    await vi.waitFor(() => { flushSync(); expect(field?.value).toBe(""); });
    expect(ask).toHaveBeenCalledExactlyOnceWith({ do: "send", story: STORY, id: expect.stringMatching(/^[0-9a-f-]{36}$/), text: "Then this." });
    type(field, "And that.");
    press("Enter", { ctrlKey: true });
    await vi.waitFor(() => { flushSync(); expect(words(".refused")).toEqual(["The session is in use."]); });
    expect(field?.value).toBe("And that.");
  });

  test("that resume are there to be read before they are sent", async () => {
    await show(batch(new Recorder().run("r1", "agent", { state: "ended" }).says(prompt("Hi")), { state: "needs_you", reason: "crashed" }));
    press("r");
    expect(document.querySelector<HTMLTextAreaElement>(".compose textarea")?.value).toBe("Go on where you left off. Look at the state of the work tree first.");
  });

  test("that were never sent are tried again as they are", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show(batch(new Recorder().run("r1", "agent", { state: "ended" }).says(prompt("Hi")), { state: "needs_you", reason: "start_failed", queued_prompts: 1 }), { ask });
    expect(words("button").some((text) => text.startsWith("Try again"))).toBe(true);
    press("r");
    expect(ask).not.toHaveBeenCalled();
    press("Enter", { ctrlKey: true });
    await vi.waitFor(() => { expect(ask).toHaveBeenCalledExactlyOnceWith({ do: "resume", story: STORY, id: expect.stringMatching(/^[0-9a-f-]{36}$/) }); });
  });
});

test("stop waits for its second press and says what it does", async () => {
  const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
  await show(batch(new Recorder().run("r1").says(prompt("Hi"))), { ask });
  for (const letter of "stop this, it is less sane") press(letter);
  expect(words(".head [role=status]")).toEqual([]);
  press(".", { ctrlKey: true });
  expect(ask).not.toHaveBeenCalled();
  expect(words(".head [role=status]")[0]).toMatch(/^Stop asks Claude to end what it does/);
  // The second half of a double press, and a held key, are no second press.
  press(".", { ctrlKey: true });
  press(".", { ctrlKey: true, repeat: true });
  await vi.waitFor(() => { flushSync(); expect(button("Stop, press again")?.disabled).toBe(false); });
  press(".", { ctrlKey: true, repeat: true });
  expect(ask).not.toHaveBeenCalled();
  press(".", { ctrlKey: true });
  expect(ask).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ do: "stop", story: STORY, now: false }));
});

test("a held key interrupts once", async () => {
  const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
  await show(batch(new Recorder().run("r1").says(prompt("Hi"))), { ask });
  press("i");
  expect(ask).not.toHaveBeenCalled();
  press("i", { ctrlKey: true });
  press("i", { ctrlKey: true, repeat: true });
  expect(ask).toHaveBeenCalledExactlyOnceWith({ do: "interrupt", story: STORY });
});

test("Ctrl Enter in the composer sends and answers nothing, also when it is empty", async () => {
  const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
  const input = { command: "git log" };
  await show(batch(new Recorder().run("r1").says(prompt("Hi"), call("c1", "git log", { input }), question("q1", "c1", { input })), { state: "waiting", reason: "question" }, [asked("permission", input)]), { ask });
  await settle();
  const field = document.querySelector<HTMLTextAreaElement>(".compose textarea");
  field?.focus();
  press("Enter", { ctrlKey: true });
  type(field, "And then");
  press("Enter", { ctrlKey: true, isComposing: true });
  press("Enter", { ctrlKey: true, repeat: true });
  expect(ask).not.toHaveBeenCalled();
  press("Enter", { ctrlKey: true });
  expect(ask).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ do: "send", text: "And then" }));
});

test("why a state is what it is leads to the bytes", async () => {
  const evidence: Evidence = { ...EVIDENCE, summary: "killed by signal 9", signal: 9, result: { stream: "stdout", offset: 4096, len: 512, k: 0 }, forced: ["killed every process: 1"], left: ["gradle (812): shared"], stderr: "out of memory" };
  const raw = vi.fn<Backend["raw"]>().mockResolvedValue({ offset: 4096, len: 512, text: '{"type":"result"}\u0007', cut: false });
  await show(batch(new Recorder().run("r1", "agent", { state: "ended", outcome: "crashed" }).says(prompt("Hi")), { state: "needs_you", reason: "crashed" }), { evidence: () => Promise.resolve(evidence), raw });
  press("w");
  await vi.waitFor(() => { flushSync(); expect(words(".panel dt")).toEqual(["Result", "Exit", "Output", "Needed", "Left running"]); });
  button("stdout 4,096")?.click();
  flushSync();
  await vi.waitFor(() => { flushSync(); expect(words(".well")).toEqual(['{"type":"result"}BEL']); });
  expect(raw).toHaveBeenCalledWith("r1", "stdout", 4096, 512);
});

test("evidence that cannot be read says so and is read again", async () => {
  let reads = 0;
  const evidence = () => (reads++ === 0 ? Promise.reject(new Refusal({ code: "store", message: "The store is locked.", hint: "" })) : Promise.resolve({ ...EVIDENCE, summary: "all well" }));
  await show(batch(new Recorder().run("r1").says(prompt("Hi")), { state: "needs_you", reason: "no_result" }), { evidence });
  press("w");
  await vi.waitFor(() => { flushSync(); expect(words(".panel p")).toContain("The store is locked."); });
  button("Read again")?.click();
  await vi.waitFor(() => { flushSync(); expect(words(".panel .summary").at(-1)).toBe("all well"); });
});

describe("the timeline", () => {
  const recorder = () => new Recorder().run("r1").says(prompt("Hi"), retry(1), text("Looking.", "m1"), call("c1", "make"), result("c1", { ok: false, text: "no rule" }), ended("Looking."));

  test("is told in rows", async () => {
    await show(batch(recorder()));
    expect(words(".st .body")).toEqual([
      "Turn 1, you0.7 s Hi", "Tried again once in 1 s: the API was overloaded (529). Then it went on.", "Looking.", "Bash make failed, 1.9 s no rule",
    ]);
  });

  test("is filtered, and says so when nothing is left", async () => {
    await show(batch(recorder()));
    button("Errors")?.click();
    flushSync();
    expect(words(".st .body")).toHaveLength(3);
    await unmount(app as NonNullable<typeof app>);
    app = undefined;
    document.body.replaceChildren();
    await show(batch(new Recorder().run("r1").says(prompt("Hi"))));
    button("Errors")?.click();
    flushSync();
    expect(words(".none")).toEqual(["Nothing went wrong."]);
  });

  test("is walked through by keys, down to the bytes of a step", async () => {
    const raw = vi.fn<Backend["raw"]>().mockResolvedValue({ offset: 0, len: 1, text: "x", cut: false });
    await show(batch(recorder()), { raw });
    press("e");
    expect(words(".selected .body")[0]).toMatch(/^Tried again/);
    press("j");
    expect(words(".selected .body")).toEqual(["Looking."]);
    press("b");
    await vi.waitFor(() => { expect(raw).toHaveBeenCalledWith("r1", "stdout", 300, 99); });
  });

  test("of hostile text has no element of its own", async () => {
    const hostile = new Recorder().run("r1").says(...HOSTILE.slice(0, 40).flatMap((one, k) => [text(one, `m${k}`), call(`c${k}`, one), result(`c${k}`, { ok: k % 2 === 0, text: one })]));
    await show(batch(hostile, { title: HOSTILE[3] ?? "", detail: HOSTILE[0] ?? "", branch: HOSTILE[4] ?? "" }));
    const allowed = "input[type=radio], input[type=checkbox], .field input, form.compose";
    const found = [...document.querySelectorAll(FORBIDDEN)].filter((each) => !each.matches(allowed) && each.closest(".markdown, .st, .head") !== null && !each.matches("svg, style"));
    expect(found.map((each) => each.tagName)).toEqual([]);
    for (const each of document.querySelectorAll("*")) for (const { name } of each.attributes) expect(name).not.toMatch(/^on/);
  });
});

test("a story that is not here says so", async () => {
  await show({ ...batch(new Recorder()), stories: [], timeline: null });
  expect(words("h1")).toEqual(["This story is not here"]);
});

test("the screen has no accessibility violations", async () => {
  const input = { command: "cargo publish" };
  const recorder = new Recorder().run("r1").says(prompt("Hi"), text("# One\n\n- a\n\n| x |\n|---|\n| 1 |"), call("c1", "ls"), result("c1"), call("c2", "cargo publish", { input }), question("q1", "c2", { input }));
  await show(batch(recorder, { state: "waiting", reason: "question" }, [asked("permission", input)]));
  // jsdom has no layout, so contrast is proved elsewhere: by the tokens, and in a browser.
  const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });
  expect(violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html.slice(0, 200)).join(" ")}`)).toEqual([]);
});
