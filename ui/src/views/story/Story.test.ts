import axe from "axe-core";
import { flushSync, mount, unmount } from "svelte";
import { afterEach, describe, expect, test, vi } from "vitest";
import App from "../../App.svelte";
import { EVIDENCE, Recorder, STORY, call, ended, prompt, question, result, retry, text } from "../../domain/timeline/recorder";
import { Refusal, type Backend } from "../../ipc/backend";
import { fake } from "../../ipc/fake";
import { storyView } from "../../ipc/fake/shape";
import type { Evidence, FeedBatch, JsonValue, Question, Story } from "../../ipc/protocol";
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

  test("is allowed by A, once, however often it is pressed", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show(batch(recorder(), waiting, [asked("permission", input)]), { ask });
    press("a");
    press("a");
    expect(ask).toHaveBeenCalledExactlyOnceWith({ do: "answer", question: "r1:q1", answer: { behavior: "allow", message: null, labels: [] } });
  });

  test("is denied with what was written", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show(batch(recorder(), waiting, [asked("permission", input)]), { ask });
    type(document.querySelector(".card input"), "Use git diff.");
    button("Deny")?.click();
    expect(ask).toHaveBeenCalledExactlyOnceWith({ do: "answer", question: "r1:q1", answer: { behavior: "deny", message: "Use git diff.", labels: [] } });
  });

  test("that was refused says why and can be answered again", async () => {
    const fault = { code: "already_answered", message: "Already answered at 16:47 in the terminal.", hint: "" } as const;
    const ask = vi.fn<Backend["ask"]>().mockRejectedValue(new Refusal(fault));
    await show(batch(recorder(), waiting, [asked("permission", input)]), { ask });
    press("a");
    await vi.waitFor(() => { flushSync(); expect(words(".refused")).toEqual(["Already answered at 16:47 in the terminal."]); });
    press("d");
    expect(ask).toHaveBeenCalledTimes(2);
  });

  test("with choices is answered when each has one", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    const choices: JsonValue = { questions: [{ question: "Which colour?", options: [{ label: "Red" }, { label: "Blue" }] }, { question: "Sizes?", multiSelect: true, options: [{ label: "S" }, { label: "L" }] }] };
    await show(batch(new Recorder().run("r1").says(prompt("Paint.")), waiting, [asked("choice", choices, "AskUserQuestion")]), { ask });
    press("a");
    expect(ask).not.toHaveBeenCalled();
    for (const label of ["Blue", "S", "L"]) document.querySelector<HTMLInputElement>(`.card input[value=${label}]`)?.click();
    flushSync();
    press("a");
    expect(ask).toHaveBeenCalledExactlyOnceWith({ do: "answer", question: "r1:q1", answer: { behavior: "allow", message: null, labels: ["Blue", "S", "L"] } });
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
    await vi.waitFor(() => { expect(ask).toHaveBeenCalledExactlyOnceWith({ do: "resume", story: STORY, id: expect.stringMatching(/^[0-9a-f-]{36}$/) }); });
  });
});

test("stop waits for its second press and says what it does", async () => {
  const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
  await show(batch(new Recorder().run("r1").says(prompt("Hi"))), { ask });
  press("s");
  expect(ask).not.toHaveBeenCalled();
  expect(words(".head [role=status]")[0]).toMatch(/^Stop asks Claude to end what it does/);
  press("s");
  expect(ask).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ do: "stop", story: STORY, now: false }));
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
