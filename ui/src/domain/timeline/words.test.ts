import { describe, expect, test } from "vitest";
import type { Busy, Diff, Todo } from "../../ipc/protocol";
import { lasting } from "../../ipc/fake/shape";
import type { CallRow, RetryRow, Task } from "./row";
import { bodyOf, callDisplay, shorten } from "./callDisplay";
import { call, result as resultOf } from "./recorder";
import {
  busyWords,
  limitWords,
  noteWords,
  oddWords,
  outcomeWords,
  retryWords,
  taskWords,
  turnEndWords,
} from "./words";

const plain = (text: string) => text.replaceAll("\u202f", " ");
const AT = "2026-11-19T16:47:00.000Z";
const NOW = Date.parse("2026-11-19T16:51:00.000Z");
const scene = { agent: "Claude", now: NOW };

describe("retries", () => {
  const row = (change: Partial<RetryRow>): RetryRow => ({
    key: "k",
    at: AT,
    run: null,
    pos: null,
    kind: "retry",
    count: 3,
    max: null,
    until: "2026-11-19T16:47:41.000Z",
    delay_ms: 0,
    errors: [{ error: "overloaded", status: 529 }],
    then: "went_on",
    ...change,
  });
  test("are one sentence", () => {
    expect(plain(retryWords(row({})))).toBe(
      "Tried again 3 times in 41 s: the API was overloaded (529). Then it went on.",
    );
    expect(plain(retryWords(row({ count: 1, then: "failed", until: AT })))).toBe(
      "Tried again once: the API was overloaded (529). Then it gave up.",
    );
    expect(plain(retryWords(row({ count: 2, then: "waits", max: 10 })))).toBe(
      "Tries again, twice of 10 at most in 41 s: the API was overloaded (529).",
    );
    expect(
      plain(
        retryWords(
          row({
            errors: [
              { error: "overloaded", status: 529 },
              { error: "network", status: null },
            ],
          }),
        ),
      ),
    ).toContain("(529), then the API was not reached.");
  });
});

test("a limit that is near is told in words, one that is reached with its mark", () => {
  const windows = [
    { window: "w", name: lasting(5), status: "warning", utilization: 0.91, resets_at: null },
  ] as const;
  const base = {
    window: "w",
    name: lasting(5),
    resets_at: null,
    only_model: null,
    overage_disabled: null,
    windows: [...windows],
  };
  expect(plain(limitWords({ ...base, status: "warning" }, scene).rest)).toBe(
    "The 5 h window of Claude comes near its end: 91 % used.",
  );
  expect(limitWords({ ...base, status: "rejected" }, scene)).toMatchObject({
    glyph: "limited",
    word: "Limit reached.",
  });
  expect(plain(limitWords({ ...base, status: "rejected", only_model: "opus" }, scene).rest)).toBe(
    "The 5 h window of opus is full.",
  );
  expect(limitWords({ ...base, name: null, status: "rejected" }, scene).rest).toBe(
    "The limit of Claude is full.",
  );
});

test("every way to end says who did what", () => {
  expect(outcomeWords({ kind: "crashed", code: null, signal: 9 }, scene).rest).toBe(
    "Claude was killed by signal 9.",
  );
  expect(outcomeWords({ kind: "crashed", code: 3, signal: null }, scene).rest).toBe(
    "Claude ended with code 3.",
  );
  expect(
    plain(outcomeWords({ kind: "limited", window: "w", name: lasting(168), until: null }, scene).rest),
  ).toBe("The 7 d window of Claude is used up; the reset time is not known.");
  expect(outcomeWords({ kind: "stopped", by: "you" }, scene).word).toBe("Stopped by you.");
  expect(outcomeWords({ kind: "start_failed", why: "missing" }, scene).rest).toBe(
    "Claude: the program was not found.",
  );
});

test("a turn that failed says what failed", () => {
  const end = {
    said: "",
    text: "",
    usage: null,
    index: null,
    queued: 0,
    from_task: false,
    denials: [],
    duration_ms: null,
    api_ms: null,
    login_expires_at: null,
  };
  expect(turnEndWords({ ...end, turn: { error: "login" } }).rest).toBe("The login was refused.");
  expect(turnEndWords({ ...end, turn: "interrupted" }).word).toBe("Turn interrupted.");
});

test("notes are one line each", () => {
  const words = (note: Parameters<typeof noteWords>[0]) => plain(noteWords(note, scene).rest);
  expect(
    words({ what: "resumed", held_from: "2026-11-19T12:00:00.000Z", reset: "2026-11-19T12:49:00.000Z" }),
  ).toBe("Held 49 min. Resumed by itself.");
  const compacted = { what: "compacted", before: null, after: null } as const;
  expect(words({ ...compacted, trigger: "asked" })).toBe("Conversation compacted, as asked");
  expect(words({ ...compacted, trigger: "unknown" })).toBe("Conversation compacted");
  expect(words({ what: "compacted", trigger: "automatic", before: 182_000, after: 31_000 })).toBe(
    "Conversation compacted: 182 k to 31.0 k tokens, by itself",
  );
  const adopted = { what: "adopted", size: 11_600_000 } as const;
  expect((["running", "ended", "unknown"] as const).map((found) => words({ ...adopted, found }))).toEqual([
    "Found running and taken over; 11.6 MB of output were on disk",
    "Had ended when it was taken over; 11.6 MB of output were on disk",
    "Taken over, not known if it was running; 11.6 MB of output were on disk",
  ]);
  const restored = { what: "restored", n: 7, written: 3, removed: 1 } as const;
  expect(words({ ...restored, kept: 0 })).toBe("Files restored from checkpoint 7: 3 written, 1 removed");
  expect(words({ ...restored, kept: 2 })).toBe(
    "Files restored from checkpoint 7: 3 written, 1 removed, 2 left as they are",
  );
  expect(words({ what: "went_back", n: 2, before: 5, goesOn: true })).toBe(
    "Went back to checkpoint 2: the conversation goes on as it was then. What came between is kept; checkpoint 5 has its files",
  );
  expect(words({ what: "went_back", n: 2, before: 5, goesOn: false })).toBe(
    "Went back to checkpoint 2: the next prompt begins a new conversation. What came between is kept; checkpoint 5 has its files",
  );
  expect(words({ what: "checkpoint_failed", text: "no space" })).toBe("No checkpoint was made: no space");
  expect(words({ what: "restore_failed", n: 7, text: "no" })).toBe("Restoring checkpoint 7 failed: no");
  expect(oddWords("unknown_type", "telemetry", 2)).toBe(
    "2 lines of a kind this version does not know: telemetry",
  );
});

test("what an agent is busy with is a sentence", () => {
  const busy: Busy[] = [
    { is: "requesting" },
    { is: "compacting" },
    { is: "working" },
    { is: "other", words: "checking files" },
  ];
  expect(busy.map(busyWords)).toEqual([
    "Waits for the model",
    "Compacts the conversation",
    "Works",
    "Checking files",
  ]);
});

test("a task says how it ended and after how long", () => {
  const task: Task = {
    kind: "command",
    description: "npm run dev",
    background: true,
    doing: null,
    tokens: null,
    tool_uses: null,
    status: "failed",
    summary: "",
    started_at: AT,
    ended_at: "2026-11-19T16:47:41.000Z",
  };
  expect(plain(taskWords(task))).toBe("Background task failed after 41 s: npm run dev");
});

describe("a call", () => {
  type Call = Extract<ReturnType<typeof call>, { type: "tool_call" }>;
  type Result = Extract<ReturnType<typeof resultOf>, { type: "tool_result" }>;
  const row = (
    from: Partial<Call>,
    result: Partial<Result> | null,
    change: Partial<CallRow> = {},
  ): CallRow => {
    const made = call("c1", "make", from) as Call;
    const got = result && (resultOf("c1", result) as Result);
    return {
      key: "k",
      at: AT,
      run: null,
      pos: null,
      kind: "call",
      call: "c1",
      tool: made.name,
      toolKind: made.kind,
      title: made.title,
      subject: made.subject,
      result: got && { ...got, cut: got.cut ?? false, at: AT },
      ask: null,
      task: null,
      refusal: null,
      steps: 0,
      doing: null,
      open: false,
      ...change,
    };
  };
  const command = (exit_code: number | null, stdout: string) =>
    ({ kind: "command", stdout, stderr: "", exit_code, interrupted: false, background: null }) as const;
  const display = (of: CallRow, over = false) => {
    const { end, tone, title, tool } = callDisplay(of, { dir: "/home/ada/src/x", now: NOW, over });
    return [tool, title, plain(end), tone];
  };

  test("that ran says its exit and how long it took", () => {
    expect(display(row({}, { output: command(0, "ok") }))).toEqual([
      "Bash",
      "make",
      "exit 0, 1.9 s",
      "plain",
    ]);
    expect(display(row({}, { ok: false, output: command(2, "no") }))).toEqual([
      "Bash",
      "make",
      "exit 2, 1.9 s",
      "failed",
    ]);
    expect(display(row({}, null))).toEqual(["Bash", "make", "running 4 min", "plain"]);
    expect(display(row({}, null), true)).toEqual(["Bash", "make", "did not end", "plain"]);
    expect(display(row({}, { ok: false, denied: true }))).toEqual(["Bash", "make", "denied", "plain"]);
  });

  test("is named as short as the folder allows", () => {
    expect(
      display(row({ name: "github issue", title: "/home/ada/src/x/a/b.rs", kind: "mcp" }, null)).slice(0, 2),
    ).toEqual(["github issue", "a/b.rs"]);
    expect(shorten("cat /home/ada/src/x/a /home/ada/src/xy/b", "/home/ada/src/x")).toBe(
      "cat a /home/ada/src/xy/b",
    );
  });

  test("shows good output from its beginning, bad output from its end", () => {
    expect(bodyOf(row({}, { output: command(0, "a\nb") }))).toEqual({
      is: "output",
      lines: ["a", "b"],
      from: "start",
      isPrinted: true,
    });
    expect(bodyOf(row({}, { ok: false, output: command(1, "a\nb") }))).toMatchObject({ from: "end" });
    expect(bodyOf(row({}, { output: command(0, " \n") }))).toEqual({ is: "nothing" });
  });

  test("that edits shows the change, reported or expected", () => {
    const diff = (...added: string[]): Diff => ({
      hunks: [
        {
          start: null,
          pieces: [
            { side: "removed", text: "x" },
            { side: "added", text: added.join("\n") },
          ],
        },
      ],
    });
    const file = (path: string) => ({ path, act: "edit", diff: diff("y") }) as const;
    const edit = (...paths: string[]) =>
      ({ name: "Edit", kind: "edit", subject: { is: "change", files: paths.map(file) } }) as const;
    expect(bodyOf(row(edit("/a"), null))).toMatchObject({
      is: "diff",
      files: [{ path: "/a", diff: { added: 1, removed: 1 } }],
    });
    const reported = { kind: "edit", path: "/a", created: false, diff: diff("y", "z") } as const;
    expect(bodyOf(row(edit("/a"), { output: reported }))).toMatchObject({
      files: [{ diff: { added: 2, removed: 1 } }],
    });
    expect(bodyOf(row(edit("/a"), { output: { ...reported, diff: { hunks: [] } } }))).toMatchObject({
      files: [{ diff: { added: 1 } }],
    });
    expect(callDisplay(row(edit("/a", "/b"), {}), { dir: "", now: NOW, over: false }).diff).toEqual({
      added: 2,
      removed: 2,
    });
    expect(bodyOf(row(edit("/a"), { ok: false, text: "String not found" }))).toEqual({
      is: "output",
      lines: ["String not found"],
      from: "start",
      isPrinted: false,
    });
  });

  test("that keeps a list shows it", () => {
    const items: Todo[] = [
      { text: "One", state: "done" },
      { text: "Two", state: "doing" },
      { text: "Three", state: "open" },
    ];
    expect(bodyOf(row({ name: "TodoWrite", kind: "plan", subject: { is: "todos", items } }, {}))).toEqual({
      is: "todos",
      todos: items,
    });
  });

  test("of a subagent says how much it did", () => {
    const task: Task = {
      kind: "agent",
      description: "Count",
      background: false,
      doing: null,
      tokens: 6504,
      tool_uses: 1,
      status: "completed",
      summary: "3 files.",
      started_at: AT,
      ended_at: AT,
    };
    const agent = row({ name: "Agent", kind: "agent" }, { duration_ms: 11_000 }, { steps: 2, task });
    expect(display(agent)[2]).toBe("2 steps, 6.50 k tokens, 11 s");
    expect(bodyOf(agent)).toEqual({ is: "words", text: "3 files." });
  });
});
