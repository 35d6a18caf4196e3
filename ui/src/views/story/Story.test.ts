import axe from "axe-core";
import { flushSync } from "svelte";
import { describe, expect, test, vi } from "vitest";
import {
  EVIDENCE,
  Recorder,
  STORY,
  call,
  ended,
  prompt,
  question,
  result,
  retry,
  text,
} from "../../domain/timeline/recorder";
import { Refusal, type Backend } from "../../ipc/backend";
import { fake } from "../../ipc/fake";
import { topicsOf } from "../../ipc/fake/topics";
import { answeringSome, type Answers } from "../../ipc/fake/queries";
import type { Evidence } from "../../ipc/protocol";
import { FORBIDDEN, HOSTILE } from "../../parts/markdown/hostile";
import { asked, batch, button, leave, press, settle, show, type, words } from "./storyStage";
import { until } from "../../ipc/fake/until";

describe("words for the agent", () => {
  test("are sent by Ctrl Enter and kept when they are refused", async () => {
    const ask = vi
      .fn<Backend["ask"]>()
      .mockResolvedValueOnce({ reply: "done" })
      .mockRejectedValueOnce(new Refusal({ code: "busy", message: "The session is in use.", hint: "" }));
    await show(batch(new Recorder().run("r1").says(prompt("Hi"))), { ask });
    const field = document.querySelector<HTMLTextAreaElement>(".compose textarea");
    expect(field?.placeholder).toBe("Say what comes next. Sent when this turn ends.");
    field?.focus();
    type(field, "Then this.");
    press("Enter", { ctrlKey: true });
    await until(() => {
      flushSync();
      expect(field?.value).toBe("");
    });
    expect(ask).toHaveBeenCalledExactlyOnceWith({
      op: "send",
      story: STORY,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      text: "Then this.",
    });
    type(field, "And that.");
    press("Enter", { ctrlKey: true });
    await until(() => {
      flushSync();
      expect(words(".refused")).toEqual(["The session is in use."]);
    });
    expect(field?.value).toBe("And that.");
  });

  test("that are written while others are sent stay, also where the story is left meanwhile", async () => {
    let answer: (consent: { reply: "done" }) => void = () => undefined;
    const ask = vi.fn<Backend["ask"]>(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    const shown = batch(new Recorder().run("r1").says(prompt("Hi")));
    await show(shown, { ask });
    const field = () => document.querySelector<HTMLTextAreaElement>(".compose textarea");
    field()?.focus();
    type(field(), "first thought");
    press("Enter", { ctrlKey: true });
    type(field(), "first thought and second thought");
    press("Enter", { ctrlKey: true });
    press("1", { ctrlKey: true });
    press("ArrowLeft", { altKey: true });
    press("Enter", { ctrlKey: true });
    expect(ask).toHaveBeenCalledTimes(1);
    answer({ reply: "done" });
    await until(() => {
      flushSync();
      expect(field()?.value).toBe("and second thought");
    });
  });

  test("that were not sent are there after a restart", async () => {
    const shown = batch(new Recorder().run("r1").says(prompt("Hi")));
    await show(shown);
    type(document.querySelector<HTMLTextAreaElement>(".compose textarea"), "And add a test");
    await leave();
    await show(shown);
    expect(document.querySelector<HTMLTextAreaElement>(".compose textarea")?.value).toBe("And add a test");
  });

  test("begin by a key that leads to their field, and Esc leaves it", async () => {
    await show(batch(new Recorder().run("r1").says(prompt("Hi"))));
    press("c");
    expect(document.activeElement?.matches(".compose textarea")).toBe(true);
    press("Escape");
    expect(document.activeElement).toBe(document.body);
    expect(document.querySelector(".st")).not.toBeNull();
  });

  test("that resume are there to be read before they are sent", async () => {
    await show(
      batch(new Recorder().run("r1", "agent", { state: "ended" }).says(prompt("Hi")), {
        state: "needs_you",
        reason: "crashed",
      }),
    );
    press("r");
    expect(document.querySelector<HTMLTextAreaElement>(".compose textarea")?.value).toBe(
      "Go on where you left off. Look at the state of the work tree first.",
    );
  });

  test("that were never sent are tried again as they are", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show(
      batch(new Recorder().run("r1", "agent", { state: "ended" }).says(prompt("Hi")), {
        state: "needs_you",
        reason: "start_failed",
        queued_prompts: 1,
      }),
      { ask },
    );
    expect(words("button").some((text) => text.startsWith("Start again"))).toBe(true);
    press("r");
    expect(ask).not.toHaveBeenCalled();
    press("Enter", { ctrlKey: true });
    await until(() => {
      expect(ask).toHaveBeenCalledExactlyOnceWith({
        op: "resume",
        story: STORY,
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        now: false,
      });
    });
  });
});

test("an output has its colours, and commands to a terminal are not shown; in a file they are named", async () => {
  const printed =
    "\u001b[31mFAIL\u001b[39m src/a.test.ts\n\u001b]8;;https://x\u0007link\u001b]8;;\u0007\r50%\r100%";
  await show(
    batch(
      new Recorder()
        .run("r1")
        .says(
          prompt("Hi"),
          call("c1", "cargo test"),
          result("c1", { text: printed }),
          call("c2", "log", {
            name: "Grep",
            kind: "search",
            subject: { is: "query", text: "x", within: null },
          }),
          result("c2", { text: printed }),
        ),
    ),
  );
  const [output, file] = [...document.querySelectorAll(".out pre")];
  expect(output?.textContent).toBe("FAIL src/a.test.ts\nlink\n100%");
  expect(output?.querySelector(".red")?.textContent).toBe("FAIL");
  expect(file?.textContent).toContain("ESC[31mFAIL");
});

test("a step is copied by the menu as it is read, and code as it was written", async () => {
  const copied: string[] = [];
  await show(
    batch(
      new Recorder()
        .run("r1")
        .says(prompt("Hi"), text("See:\n\n```sh\nls -l\n```"), text("```\nls\u00a0-l\n```", "m2")),
    ),
    { copy: (one) => (copied.push(one), Promise.resolve()) },
  );
  const take = (selector: string, name: string) => {
    document
      .querySelector(selector)
      ?.dispatchEvent(
        new MouseEvent("contextmenu", { bubbles: true, cancelable: true, clientX: 9, clientY: 9 }),
      );
    flushSync();
    [...document.querySelectorAll<HTMLElement>("[role=menuitem]")]
      .find((each) => each.textContent === name)
      ?.click();
    flushSync();
  };
  take(".st.text .markdown > p", "Copy this step");
  const [, odd] = document.querySelectorAll(".st.text pre code");
  odd?.classList.add("odd");
  take(".odd", "Copy this");
  expect(copied).toEqual([expect.stringMatching(/^See:\s*ls -l$/), "ls\u00a0-l\n"]);
});

test("a refusal goes away when the story stands otherwise", async () => {
  const shown = batch(new Recorder().run("r1").says(prompt("Hi")));
  const later = batch(new Recorder().run("r1").says(prompt("Hi")), { state: "waiting", reason: "prompt" });
  let notice: (revision: number) => void = () => undefined;
  let now = shown;
  await show(shown, {
    ask: () => Promise.reject(new Refusal({ code: "busy", message: "It works still.", hint: "" })),
    pull: () => Promise.resolve(now),
    onNotice: (hear) => {
      notice = hear;
      return () => undefined;
    },
  });
  type(document.querySelector<HTMLTextAreaElement>(".compose textarea"), "Go");
  [...document.querySelectorAll<HTMLElement>(".compose button")][0]?.click();
  await until(() => {
    flushSync();
    expect(words(".refused")).toEqual(["It works still."]);
  });
  now = { ...later, revision: 9 };
  notice(9);
  await until(() => {
    flushSync();
    expect(words(".refused")).toEqual([]);
  });
});

test("a story that is over is put away by a key, and one that works is not", async () => {
  const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
  const over = new Recorder().run("r1", "agent", { state: "ended" }).says(prompt("Hi"));
  await show(batch(over), { ask });
  press("A", { ctrlKey: true, shiftKey: true });
  expect(ask).not.toHaveBeenCalled();
  await leave();
  await show(batch(over, { state: "done", reason: "checked" }), { ask });
  press("A", { ctrlKey: true, shiftKey: true });
  expect(ask).toHaveBeenCalledExactlyOnceWith({ op: "archive", story: STORY });
});

test("a story that a limit holds can be tried now, and not by a letter", async () => {
  const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
  await show(
    batch(new Recorder().run("r1", "agent", { state: "ended" }).says(prompt("Hi")), {
      state: "limited",
      until: "2026-01-01T10:00:00.000Z",
    }),
    { ask },
  );
  expect(words("button").some((text) => text.startsWith("Try now"))).toBe(true);
  // Its limit has reset, so what is written is sent at once, and not queued.
  expect(words(".compose button")).toEqual(["Send Ctrl Enter"]);
  press("r");
  expect(ask).not.toHaveBeenCalled();
  press("Enter", { ctrlKey: true });
  await until(() => {
    expect(ask).toHaveBeenCalledExactlyOnceWith({
      op: "resume",
      story: STORY,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      now: true,
    });
  });
});

test.each([false, true])(
  "a conversation that could not be saved says so beside its session: %s",
  async (incomplete) => {
    await show(
      batch(new Recorder().run("r1", "agent", { state: "ended" }).says(prompt("Hi")), {
        state: "done",
        incomplete,
      }),
      {},
    );
    expect(words(".facts dd").includes("may be incomplete")).toBe(incomplete);
  },
);

test("stop waits for its second press and says what it does", async () => {
  const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
  await show(batch(new Recorder().run("r1").says(prompt("Hi"))), { ask });
  for (const letter of "stop this, it is less sane") press(letter);
  expect(words(".head [role=status]")).toEqual([]);
  press(".", { ctrlKey: true });
  expect(ask).not.toHaveBeenCalled();
  expect(words(".head [role=status]")[0]).toMatch(/^Stop asks Claude to end what it does/);
  // The second half of a double press, and a held key, do not count as the second press.
  press(".", { ctrlKey: true });
  press(".", { ctrlKey: true, repeat: true });
  await until(() => {
    flushSync();
    expect(button("Stop, press again")?.disabled).toBe(false);
  });
  press(".", { ctrlKey: true, repeat: true });
  expect(ask).not.toHaveBeenCalled();
  press(".", { ctrlKey: true });
  expect(ask).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ op: "stop", story: STORY, now: false }),
  );
});

test("a held key interrupts once", async () => {
  const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
  await show(batch(new Recorder().run("r1").says(prompt("Hi"))), { ask });
  press("i");
  expect(ask).not.toHaveBeenCalled();
  press("i", { ctrlKey: true });
  press("i", { ctrlKey: true, repeat: true });
  expect(ask).toHaveBeenCalledExactlyOnceWith({ op: "interrupt", story: STORY });
});

test("Ctrl Enter in the composer sends and answers nothing, also when it is empty", async () => {
  const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
  const subject = { is: "command", text: "git log", cwd: null } as const;
  await show(
    batch(
      new Recorder()
        .run("r1")
        .says(prompt("Hi"), call("c1", "git log", { subject }), question("q1", "c1", { subject })),
      { state: "waiting", reason: "question" },
      [asked("permission", subject)],
    ),
    { ask },
  );
  await settle();
  const field = document.querySelector<HTMLTextAreaElement>(".compose textarea");
  field?.focus();
  press("Enter", { ctrlKey: true });
  type(field, "And then");
  press("Enter", { ctrlKey: true, isComposing: true });
  press("Enter", { ctrlKey: true, repeat: true });
  expect(ask).not.toHaveBeenCalled();
  press("Enter", { ctrlKey: true });
  expect(ask).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ op: "send", text: "And then" }));
});

test("why a state is what it is leads to the bytes", async () => {
  const evidence: Evidence = {
    ...EVIDENCE,
    summary: "killed by signal 9",
    signal: 9,
    result: { stream: "stdout", offset: 4096, len: 512, index: 0 },
    forced: ["killed every process: 1"],
    left: ["gradle (812): shared"],
    stderr: "out of memory",
  };
  const raw = vi
    .fn<Answers["raw"]>()
    .mockReturnValue({ offset: 4096, len: 512, text: '{"type":"result"}\u0007', cut: false });
  await show(
    batch(new Recorder().run("r1", "agent", { state: "ended", outcome: "crashed" }).says(prompt("Hi")), {
      state: "needs_you",
      reason: "crashed",
    }),
    answeringSome({ evidence: () => evidence, raw }, fake("still")),
  );
  press("w");
  await until(() => {
    flushSync();
    expect(words(".panel dt")).toEqual(["Result", "Exit", "Output", "Needed", "Left running"]);
  });
  button("stdout 4,096")?.click();
  flushSync();
  await until(() => {
    flushSync();
    expect(words(".well")).toEqual(['{"type":"result"}BEL']);
  });
  expect(raw).toHaveBeenCalledWith({ of: "raw", run: "r1", stream: "stdout", offset: 4096, len: 512 });
});

test("evidence that cannot be read says so and is read again", async () => {
  let reads = 0;
  const evidence = () =>
    reads++ === 0
      ? Promise.reject(new Refusal({ code: "store", message: "The store is locked.", hint: "" }))
      : Promise.resolve({ ...EVIDENCE, summary: "all well" });
  await show(
    batch(new Recorder().run("r1").says(prompt("Hi")), { state: "needs_you", reason: "no_result" }),
    answeringSome({ evidence }, fake("still")),
  );
  press("w");
  await until(() => {
    flushSync();
    expect(words(".panel p")).toContain("The store is locked.");
  });
  button("Read again")?.click();
  await until(() => {
    flushSync();
    expect(words(".panel .summary").at(-1)).toBe("all well");
  });
});

describe("the timeline", () => {
  const recorder = () =>
    new Recorder()
      .run("r1")
      .says(
        prompt("Hi"),
        retry(1),
        text("Looking.", "m1"),
        call("c1", "make"),
        result("c1", { ok: false, text: "no rule" }),
        ended("Looking."),
      );

  test("is told in rows", async () => {
    await show(batch(recorder()));
    expect(words(".st .body")).toEqual([
      "Turn 1, you0.7 s Hi",
      "Tried again once in 1 s: the API was overloaded (529). Then it went on.",
      "Looking.",
      "Bash make failed, 1.9 s no rule",
    ]);
  });

  test("is filtered, and says so when nothing is left", async () => {
    await show(batch(recorder()));
    button("Errors")?.click();
    flushSync();
    expect(words(".st .body")).toHaveLength(3);
    await leave();
    await show(batch(new Recorder().run("r1").says(prompt("Hi"))));
    button("Errors")?.click();
    flushSync();
    expect(words(".none")).toEqual(["Nothing went wrong."]);
  });

  test("is walked through by keys, down to the bytes of a step", async () => {
    const raw = vi.fn<Answers["raw"]>().mockReturnValue({ offset: 0, len: 1, text: "x", cut: false });
    await show(batch(recorder()), answeringSome({ raw }, fake("still")));
    press("e");
    expect(words(".selected .body")[0]).toMatch(/^Tried again/);
    press("j");
    expect(words(".selected .body")).toEqual(["Looking."]);
    press("b");
    await until(() => {
      expect(raw).toHaveBeenCalledWith({ of: "raw", run: "r1", stream: "stdout", offset: 300, len: 99 });
    });
  });

  test("of hostile text has no element of its own", async () => {
    const hostile = new Recorder()
      .run("r1")
      .says(
        ...HOSTILE.slice(0, 40).flatMap((one, k) => [
          text(one, `m${k}`),
          call(`c${k}`, one),
          result(`c${k}`, { ok: k % 2 === 0, text: one }),
        ]),
      );
    await show(
      batch(hostile, { title: HOSTILE[3] ?? "", detail: HOSTILE[0] ?? "", branch: HOSTILE[4] ?? "" }),
    );
    const allowed = "input[type=radio], input[type=checkbox], .field input, form.compose";
    const found = [...document.querySelectorAll(FORBIDDEN)].filter(
      (each) =>
        !each.matches(allowed) &&
        each.closest(".markdown, .st, .head") !== null &&
        !each.matches("svg, style"),
    );
    expect(found.map((each) => each.tagName)).toEqual([]);
    for (const each of document.querySelectorAll("*"))
      for (const { name } of each.attributes) expect(name).not.toMatch(/^on/);
  });
});

test("a story that is not here says so", async () => {
  await show({ ...batch(new Recorder()), topics: topicsOf({ stories: [] }, STORY, true) });
  expect(words("h1")).toEqual(["This story is not here"]);
});

test("the screen has no accessibility violations", async () => {
  const subject = { is: "command", text: "cargo publish", cwd: null } as const;
  const recorder = new Recorder()
    .run("r1")
    .says(
      prompt("Hi"),
      text("# One\n\n- a\n\n| x |\n|---|\n| 1 |"),
      call("c1", "ls"),
      result("c1"),
      call("c2", "cargo publish", { subject }),
      question("q1", "c2", { subject }),
    );
  await show(batch(recorder, { state: "waiting", reason: "question" }, [asked("permission", subject)]));
  // jsdom has no layout. Contrast is tested elsewhere: on the design tokens, and in a browser.
  const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });
  expect(
    violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html.slice(0, 200)).join(" ")}`),
  ).toEqual([]);
});

test("a story without logs says so in its head and where no step is left, and asks before it loses them", async () => {
  const runs = new Recorder().run("r1", "agent", { state: "ended", outcome: "succeeded" });
  const over = { state: "done", reason: "unchecked" } as const;
  await show(
    batch(runs.says(prompt("Do it.")), over),
    answeringSome({ log_size: () => 12_300_000 }, fake("still")),
  );
  press("l", { ctrlKey: true, shiftKey: true });
  await until(() => {
    flushSync();
    expect(words("[role=dialog] p")[0]).toBe("They take 12.3 MB. Nothing brings them back.");
  });
  press("Escape");
  expect(words("[role=dialog]")).toEqual([]);
  press("k", { ctrlKey: true });
  type(document.querySelector(".palette input"), "Delete the logs");
  press("Enter");
  await until(() => {
    flushSync();
    expect(words("[role=dialog] h2")).toEqual(["Delete the logs of “Move address validation”?"]);
  });
  await leave();

  const logs_deleted = { at: "2026-11-19T12:30:00.000Z", bytes: 12_300_000 };
  const gone = new Recorder()
    .run("r1", "agent", { state: "ended", outcome: "succeeded", logs_deleted: logs_deleted.at })
    .says(prompt("Do it."))
    .notes({ type: "logs_deleted", bytes: 12_300_000 }, { type: "logs_removed" });
  await show(batch(gone, { ...over, logs_deleted }));
  expect(words("section.head").join()).toMatch(/Logs deleted on .*2026.*, 12\.3 MB/);
  expect(words("[role=feed]").join()).toContain(
    "Logs deleted: 12.3 MB. What the agent printed before is gone.",
  );
  press("l", { ctrlKey: true, shiftKey: true });
  expect(words("[role=dialog]")).toEqual([]);
  [...document.querySelectorAll<HTMLElement>("[role=radio]")]
    .find((each) => each.textContent === "Errors")
    ?.click();
  flushSync();
  expect(words(".none").join()).toMatch(/^The logs of this story were deleted on .*2026.*: 12\.3 MB\./);
});
