import { flushSync } from "svelte";
import { describe, expect, test, vi } from "vitest";
import { ALLOWED, denied } from "../../domain/timeline/ask";
import { Recorder, call, prompt, question } from "../../domain/timeline/recorder";
import { Refusal, type Backend } from "../../ipc/backend";
import type { Choice, Diff, Field, Question, QuestionOption, Subject } from "../../ipc/protocol";
import { asked, batch, button, leave, press, settle, settleByDenial, show, type, words } from "./storyStage";
import { until } from "../../ipc/fake/until";

describe("a question", () => {
  const subject: Subject = { is: "command", text: "git log\u202e --oneline", cwd: null };
  const recorder = () =>
    new Recorder()
      .run("r1")
      .says(
        prompt("Publish."),
        call("c1", "git log", { subject }),
        question("q1", "c1", { subject, why: "No rule covers it." }),
      );
  const waiting = { state: "waiting", reason: "question", open_questions: 1 } as const;

  test("shows exactly what is asked, where and why, once", async () => {
    await show(batch(recorder(), waiting, [asked("permission", subject)]));
    expect(words(".card b")).toEqual(["Claude asks to run a command"]);
    expect(words(".card .cmd")).toEqual(["git logRLO --oneline"]);
    expect(words(".card dd")).toEqual([
      "~/src/parcel-api.worktrees/address",
      "Check that it packages.",
      "No rule covers it.",
      "Has characters that are not seen; they are named above.",
    ]);
    expect(document.querySelectorAll(".btn.act")).toHaveLength(1);
    expect(words(".st .call")).toEqual([]);
  });

  test("keeps what was said of it over a restart, until it has its answer", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    const shown = batch(recorder(), waiting, [asked("permission", subject)]);
    const reason = () => document.querySelector<HTMLInputElement>(".card .acts input");
    await show(shown, { ask });
    type(reason(), "not on a Friday");
    await leave();
    await show(shown, { ask });
    expect(reason()?.value).toBe("not on a Friday");
    reason()?.focus();
    press("Escape");
    expect(document.activeElement).toBe(document.body);
    button("Deny")?.click();
    await until(() => {
      expect(ask).toHaveBeenCalledExactlyOnceWith({
        op: "answer",
        question: "r1:q1",
        answer: denied("not on a Friday"),
      });
    });
    await leave();
    await show(shown, { ask });
    expect(reason()?.value).toBe("");
  });

  test("is allowed by Ctrl Enter, once, however often it is pressed", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show(batch(recorder(), waiting, [asked("permission", subject)]), { ask });
    await settle();
    press("Enter", { ctrlKey: true });
    press("Enter", { ctrlKey: true });
    expect(ask).toHaveBeenCalledExactlyOnceWith({ op: "answer", question: "r1:q1", answer: ALLOWED });
  });

  test("is not allowed by Ctrl Enter while a prompt is written and not sent, but from within the card", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show(batch(recorder(), waiting, [asked("permission", subject)]), { ask });
    await settle();
    expect(words(".card button")).toContain("Allow once Ctrl Enter");
    const field = document.querySelector<HTMLTextAreaElement>(".compose textarea");
    field?.focus();
    // In the empty field the chord is the field's.
    press("Enter", { ctrlKey: true });
    expect(ask).not.toHaveBeenCalled();
    expect(words(".card .elsewhere")).toEqual(["Ctrl Enter", "Ctrl Backspace"]);
    type(field, "And lint it.");
    press("Escape");
    expect(document.activeElement).toBe(document.body);
    expect(words(".card button")).toContain("Allow once");
    press("Enter", { ctrlKey: true });
    expect(ask).not.toHaveBeenCalled();
    button("Allow once")?.focus();
    await settle();
    press("Enter", { ctrlKey: true });
    expect(ask).toHaveBeenCalledExactlyOnceWith({ op: "answer", question: "r1:q1", answer: ALLOWED });
  });

  test("is allowed by N and Enter, when the card has stood still under the focus", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show(batch(recorder(), waiting, [asked("permission", subject)]), { ask });
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
    expect(ask).toHaveBeenCalledExactlyOnceWith({ op: "answer", question: "r1:q1", answer: ALLOWED });
  });

  test("is allowed by a pointer whose press gives its button the focus", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show(batch(recorder(), waiting, [asked("permission", subject)]), { ask });
    await settle();
    const allow = button("Allow once");
    if (!allow) throw new Error("there is no such button");
    allow.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
    allow.focus();
    flushSync();
    expect(allow.disabled).toBe(false);
    allow.dispatchEvent(new PointerEvent("pointerup", { bubbles: true }));
    allow.click();
    expect(ask).toHaveBeenCalledExactlyOnceWith({ op: "answer", question: "r1:q1", answer: ALLOWED });
  });

  test("takes no answer from words that are typed, whatever has the focus", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show(batch(recorder(), waiting, [asked("permission", subject)]), { ask });
    await settle();
    const words = "add tests first; dismiss, abort, run it as is";
    const send = (key: string) => {
      press(key);
      press(key, { repeat: true });
    };
    for (const letter of words) send(letter);
    for (const letter of words.toUpperCase()) press(letter, { shiftKey: true });
    document.querySelector<HTMLElement>(".card")?.focus();
    await settle();
    for (const letter of words) send(letter);
    // The last key of the typed sentence is not an answer, either.
    press("Enter");
    expect(ask).not.toHaveBeenCalled();
    expect(document.querySelector(".says")).toBeNull();
  });

  test("takes no answer in its first moments, nor by a key that is held or composes", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show(batch(recorder(), waiting, [asked("permission", subject)]), { ask });
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
    await show(batch(recorder(), waiting, [asked("permission", subject)]), { ask });
    await settle();
    type(document.querySelector(".card input"), "Use git diff.");
    expect(words(".acts p")).toEqual(["Your words go with Deny. Clear them to say yes."]);
    press("Enter", { ctrlKey: true });
    expect(ask).not.toHaveBeenCalled();
    button("Deny")?.click();
    expect(ask).toHaveBeenCalledExactlyOnceWith({
      op: "answer",
      question: "r1:q1",
      answer: denied("Use git diff."),
    });
  });

  test("is answered by Enter in its field only with words, and not while they are composed", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show(batch(recorder(), waiting, [asked("permission", subject)]), { ask });
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
    expect(ask).toHaveBeenCalledExactlyOnceWith({
      op: "answer",
      question: "r1:q1",
      answer: denied("Not today."),
    });
  });

  test("of which the end was not in sight cannot be allowed, only denied", async () => {
    // The buttons are visible, the end of the content is not.
    vi.stubGlobal(
      "IntersectionObserver",
      class {
        readonly tell: IntersectionObserverCallback;
        constructor(tell: IntersectionObserverCallback) {
          this.tell = tell;
        }
        observe(target: Element) {
          if (target.matches(".acts"))
            this.tell(
              [{ isIntersecting: true, intersectionRatio: 1 } as IntersectionObserverEntry],
              this as unknown as IntersectionObserver,
            );
        }
        disconnect() {
          return undefined;
        }
      },
    );
    try {
      const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
      await show(batch(recorder(), waiting, [asked("permission", subject)]), { ask });
      const allow = button("Read to the end first");
      expect(allow?.disabled).toBe(true);
      document.querySelector<HTMLElement>(".card")?.focus();
      await settleByDenial(ask);
      expect(words("footer .hint").filter((hint) => hint.includes("Allow"))).toEqual([]);
      expect(words(".acts p:not(.idle)")).toEqual([]);
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
    const fault = {
      code: "already_answered",
      message: "Already answered at 16:47 in the terminal.",
      hint: "",
    } as const;
    const ask = vi.fn<Backend["ask"]>().mockRejectedValue(new Refusal(fault));
    await show(batch(recorder(), waiting, [asked("permission", subject)]), { ask });
    await settle();
    press("Enter", { ctrlKey: true });
    await until(() => {
      flushSync();
      expect(words(".refused")).toEqual(["Already answered at 16:47 in the terminal."]);
    });
    press("Backspace", { ctrlKey: true });
    expect(ask).toHaveBeenCalledTimes(2);
  });

  const offering = (...options: QuestionOption[]): Question => ({
    ...asked("permission", { is: "command", text: "ls", cwd: null }),
    options,
  });
  const always: QuestionOption = { id: "suggested", does: "allow_always", covers: ["Bash(ls:*)"] };

  test("shows what a further decision covers, and takes it once all of it was seen", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show(
      batch(new Recorder().run("r1").says(prompt("List.")), waiting, [
        offering({ id: "yes", does: "allow_once" }, always, { id: "no", does: "deny" }),
      ]),
      { ask },
    );
    expect(words(".card dl")[0]).toContain("Always allow Bash(ls:*)");
    button("Always allow")?.click();
    expect(ask).not.toHaveBeenCalled();
    await settle("Always allow");
    button("Always allow")?.click();
    expect(ask).toHaveBeenCalledExactlyOnceWith({
      op: "answer",
      question: "r1:q1",
      answer: { ...ALLOWED, option: "suggested" },
    });
  });

  test("offers only the decisions that the agent takes", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show(
      batch(new Recorder().run("r1").says(prompt("List.")), waiting, [
        offering(always, { id: "cancel", does: "deny_and_end" }),
      ]),
      { ask },
    );
    await settle("Always allow");
    expect(words(".card .acts button")).toEqual(["Always allow", "Deny and end the turn"]);
    press("Enter", { ctrlKey: true });
    press("Backspace", { ctrlKey: true });
    expect(ask).not.toHaveBeenCalled();
    type(document.querySelector(".card input"), "Use git.");
    button("Deny and end the turn")?.click();
    expect(ask).toHaveBeenCalledExactlyOnceWith({
      op: "answer",
      question: "r1:q1",
      answer: { ...denied("Use git."), option: "cancel" },
    });
  });

  test("shows all of a change and every field of the input", async () => {
    const text = Array.from({ length: 61 }, (_, n) => `line ${n}`).join("\n");
    const diff = { hunks: [{ start: { old: 1, new: 1 }, pieces: [{ side: "added", text }] }] } satisfies Diff;
    const change: Subject = { is: "change", files: [{ path: "/home/ada/a.rs", act: "write", diff }] };
    await show(
      batch(new Recorder().run("r1").says(prompt("Write.")), waiting, [
        asked("permission", change, { name: "mode", value: "0777" }),
      ]),
    );
    expect(document.querySelectorAll(".card .diff .text")).toHaveLength(61);
    expect(words(".card dt")).toEqual(["In", "Why", "mode"]);
  });

  const choice = (question: string, labels: string[], several = false): Choice => ({
    question,
    header: null,
    several,
    options: labels.map((label) => ({ label, description: null })),
  });
  const choosing = (...questions: Choice[]) => asked("choice", { is: "choices", questions });
  const several = choosing(
    choice("Cache?", ["Yes", "No"]),
    choice("Retry?", ["Yes", "No"]),
    choice("Sizes?", ["S", "L"], true),
  );
  const own = (k: number) => document.querySelectorAll<HTMLInputElement>(".card .own input")[k] ?? null;

  test("with choices is answered when each has one, each under its question", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show(batch(new Recorder().run("r1").says(prompt("Paint.")), waiting, [several]), { ask });
    await settleByDenial(ask);
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
    expect(ask).toHaveBeenCalledExactlyOnceWith({
      op: "answer",
      question: "r1:q1",
      answer: { ...ALLOWED, choices },
    });
  });

  const form = asked("form", {
    is: "form",
    fields: [
      {
        name: "name",
        title: "Database",
        description: null,
        required: true,
        takes: { is: "text", min: 1, max: 20, format: null },
        proposed: [],
      },
      {
        name: "rows",
        title: "Rows",
        description: null,
        required: false,
        takes: { is: "number", whole: true, min: 1, max: null },
        proposed: ["100"],
      },
      {
        name: "readonly",
        title: "Read only",
        description: null,
        required: true,
        takes: { is: "flag" },
        proposed: [],
      },
    ],
  });
  const inForm = (k: number) =>
    document.querySelectorAll<HTMLInputElement>(".card fieldset")[k]?.querySelector("input") ?? null;

  test("of a server is a form that is accepted when it is filled in", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show(batch(new Recorder().run("r1").says(prompt("Report.")), waiting, [form]), { ask });
    expect(words(".card b")).toEqual(["Tool asks you through Claude"]);
    await settleByDenial(ask);
    expect(words(".acts p")).toEqual(["Database is not filled in."]);
    type(inForm(0), "sales");
    type(inForm(1), "many");
    inForm(2)?.click();
    flushSync();
    expect(words(".acts p")).toEqual(["Rows takes a whole number, at least 1."]);
    press("Enter", { ctrlKey: true });
    expect(ask).not.toHaveBeenCalled();
    type(inForm(1), "7");
    await settle("Accept");
    press("Enter", { ctrlKey: true });
    const fields = [
      { name: "name", written: ["sales"] },
      { name: "rows", written: ["7"] },
      { name: "readonly", written: ["yes"] },
    ];
    expect(ask).toHaveBeenCalledExactlyOnceWith({
      op: "answer",
      question: "r1:q1",
      answer: { ...ALLOWED, fields },
    });
  });

  test("of a server is declined, or closed without an answer", async () => {
    for (const [word, behavior] of [
      ["Decline", "deny"],
      ["Cancel", "cancel"],
    ] as const) {
      const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
      await show(batch(new Recorder().run("r1").says(prompt("Report.")), waiting, [form]), { ask });
      button(word)?.click();
      expect(ask).toHaveBeenCalledExactlyOnceWith({
        op: "answer",
        question: "r1:q1",
        answer: { ...ALLOWED, behavior },
      });
      await leave();
    }
  });

  test("of a server shows the whole address that it wants opened", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show(
      batch(new Recorder().run("r1").says(prompt("Report.")), waiting, [
        asked("form", { is: "address", url: "https://reports.example/login?x=1" }),
      ]),
      { ask },
    );
    expect(words(".card b")).toEqual(["Tool asks you, through Claude, to open an address"]);
    expect(words(".card .cmd")).toEqual(["https://reports.example/login?x=1"]);
    await settle("Accept");
    press("Enter", { ctrlKey: true });
    expect(ask).toHaveBeenCalledExactlyOnceWith({ op: "answer", question: "r1:q1", answer: ALLOWED });
  });

  test("without options is answered in words, by Enter", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show(
      batch(new Recorder().run("r1").says(prompt("Paint.")), waiting, [
        choosing(choice("Which colour?", [])),
      ]),
      { ask },
    );
    own(0)?.focus();
    type(own(0), "Green");
    await settle("Answer");
    type(own(0), "");
    press("Enter");
    expect(ask).not.toHaveBeenCalled();
    type(own(0), "Green, like the old logo");
    press("Enter");
    const choices = [{ question: 0, text: "Which colour?", labels: [], words: "Green, like the old logo" }];
    expect(ask).toHaveBeenCalledExactlyOnceWith({
      op: "answer",
      question: "r1:q1",
      answer: { ...ALLOWED, choices },
    });
  });

  test("with choices is denied with all that was written", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show(batch(new Recorder().run("r1").says(prompt("Paint.")), waiting, [several]), { ask });
    type(own(1), "ask me later");
    button("Deny")?.click();
    expect(ask).toHaveBeenCalledExactlyOnceWith({
      op: "answer",
      question: "r1:q1",
      answer: denied("Retry? ask me later"),
    });
  });

  test("asked twice is answered at the first place, and says so before", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    const twice = choosing(choice("Cache?", ["Yes", "No"]), choice("Cache?", ["Yes", "Later"]));
    await show(batch(new Recorder().run("r1").says(prompt("Paint.")), waiting, [twice]), { ask });
    expect(words("fieldset:nth-of-type(1) label")).toEqual(["Yes"]);
    expect(words("fieldset:nth-of-type(2) label")).toEqual([]);
    expect(words("fieldset:nth-of-type(2) .note")).toEqual([
      "The same question as 1. The agent keeps one answer for both: the one given there.",
      "Offered here: Yes, Later.",
    ]);
    document.querySelector<HTMLInputElement>("fieldset input[type=radio]")?.click();
    await settle("Answer");
    press("Enter", { ctrlKey: true });
    const choices = [0, 1].map((question) => ({ question, text: "Cache?", labels: ["Yes"], words: null }));
    expect(ask).toHaveBeenCalledExactlyOnceWith({
      op: "answer",
      question: "r1:q1",
      answer: { ...ALLOWED, choices },
    });
  });

  test("with equal labels marks the one that was chosen", async () => {
    const twins = choosing({
      ...choice("Which?", []),
      options: [
        { label: "Keep", description: "on disk" },
        { label: "Keep", description: "in memory" },
      ],
    });
    await show(batch(new Recorder().run("r1").says(prompt("Paint.")), waiting, [twins]));
    document.querySelectorAll<HTMLInputElement>("fieldset input[type=radio]")[1]?.click();
    flushSync();
    expect(words("label.on")).toEqual(["Keep, in memory"]);
    expect(words(".note")).toEqual([
      "Options with equal labels are the same answer to the agent, which gets the label only.",
    ]);
  });

  const planned = (markdown: string, ...beside: Field[]) =>
    asked("plan", { is: "plan", markdown }, ...beside);

  test.each([planned(""), planned(" \n"), asked("plan", { is: "other", words: "" })])(
    "for an empty plan says so, and N does not lead to its approval: $subject",
    async (plan) => {
      const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
      await show(batch(new Recorder().run("r1").says(prompt("Plan.")), waiting, [plan]), { ask });
      expect(words(".what b")).toEqual(["The plan is empty."]);
      expect(words(".what code")).toEqual([]);
      expect(document.querySelectorAll(".card .btn.act")).toHaveLength(0);
      press("n");
      expect(document.activeElement?.getAttribute("aria-label")).toBe("Why not, or what to do instead");
      document.querySelector<HTMLElement>(".card")?.focus();
      await settle("Approve");
      press("Enter");
      expect(ask).not.toHaveBeenCalled();
      press("Enter", { ctrlKey: true });
      expect(ask).toHaveBeenCalledExactlyOnceWith({ op: "answer", question: "r1:q1", answer: ALLOWED });
    },
  );

  test("for a plan shows what else its input holds", async () => {
    await show(
      batch(new Recorder().run("r1").says(prompt("Plan.")), waiting, [
        planned("Move it.", { name: "allowedPrompts", value: "Bash" }),
      ]),
    );
    expect(words(".plan")).toEqual(["Move it."]);
    expect(words(".card dl")).toEqual(["allowedPrompts Bash"]);
  });
});
