import { describe, expect, test } from "vitest";
import { KEPT_EVENTS } from "../../ipc/protocol";
import { shown, type Filter } from "./filter";
import { TimelineFold, merge, type Rows } from "./fold";
import {
  Recorder,
  STORY,
  call,
  changed,
  ended,
  limit,
  prompt,
  question,
  result,
  retry,
  text,
  thought,
} from "./recorder";
import type { Row } from "./row";
import { fold, summaries } from "./shortRows";

const show = (rows: Rows, filter: Filter, ...unfolded: string[]) =>
  summaries(shown(rows, filter, new Set(unfolded)).rows);

describe("deleted logs", () => {
  test("leave the prompts, the questions and the results, also of a run that was shown before", () => {
    const said = [
      prompt("Do it."),
      text("I will run it."),
      call("c1", "cargo publish"),
      question("q1", "c1"),
      result("c1"),
      ended("Done."),
    ];
    const before = new Recorder().run("r1", "agent", { state: "ended" }).says(...said);
    const after = new Recorder().run("r1", "agent", { state: "ended" }).says(...said);
    after.notes({ type: "logs_deleted", bytes: 12_300_000 }, { type: "logs_removed" });
    const timeline = after.timeline();
    const held = timeline.runs.get("r1");
    if (!held) throw new Error("it has events");
    const events = held.events.filter(
      ({ source, event }) => source === "run" && KEPT_EVENTS.includes(event.type),
    );
    const runs = new Map([["r1", { ...held, events }]]);
    const fold = new TimelineFold();
    expect(summaries(fold.rows(before.timeline(), before.runs).rows)).toContain("text: I will run it.");
    const rows = fold.rows({ ...timeline, runs }, after.runs);
    expect(summaries(rows.rows)).toEqual([
      "run",
      "turn 1 you: Do it.",
      "question",
      "turn_end: Done.",
      "note logs_deleted",
    ]);
    expect(show(rows, "tools")).toEqual(["run", "turn 1 you: Do it.", "question"]);
  });
});

describe("a turn", () => {
  test("is told as its prompt and its steps, each once", () => {
    const recorder = new Recorder()
      .run("r1")
      .says(
        prompt("Do it."),
        { type: "status", busy: { is: "requesting" } },
        thought("cargo package first"),
        text("I will run it.", "m1", 1),
        call("c1", "cargo package --list"),
        result("c1"),
        text("Done.", "m2"),
        ended("Done."),
      );
    expect(summaries(fold(recorder).rows)).toEqual([
      "run",
      "turn 1 you: Do it.",
      "thought: cargo package first",
      "text: I will run it.",
      "call Bash cargo package --list ok",
      "text: Done.",
    ]);
  });

  test("shows the final answer when no step said it", () => {
    const recorder = new Recorder()
      .run("r1")
      .says(prompt("Hi"), text("One.", "m1"), ended("Another answer."));
    expect(summaries(fold(recorder).rows).at(-1)).toBe("turn_end: Another answer.");
  });

  test("does not repeat an API error as its end", () => {
    const message = "API Error: Connection closed mid-response.";
    const recorder = new Recorder()
      .run("r1")
      .says(
        prompt("Hi"),
        { type: "api_error", error: "server", status: null, message },
        ended(message, { turn: { error: "server" } }),
      );
    expect(summaries(fold(recorder).rows)).toEqual(["run", "turn 1 you: Hi", "api_error"]);
  });

  test("tells an interruption though its text is empty", () => {
    const recorder = new Recorder()
      .run("r1")
      .says(prompt("Hi"), { type: "interrupt_sent" }, ended("", { turn: "interrupted" }));
    expect(summaries(fold(recorder).rows)).toEqual([
      "run",
      "turn 1 you: Hi",
      "note interrupted",
      "turn_end: ",
    ]);
  });

  test("counts tokens by the last word of each message", () => {
    const usage = (message: string, output: number, last: boolean) =>
      ({
        type: "message_usage",
        message,
        model: "m",
        tokens: { input: 1, output, cache_read: 2, cache_write: 0 },
        last,
      }) as const;
    const recorder = new Recorder()
      .run("r1")
      .says(prompt("Hi"), usage("m1", 1, false), usage("m1", 42, true), usage("m2", 7, true));
    const turn = fold(recorder).rows.find((row) => row.kind === "turn");
    expect(turn?.tokens).toEqual({ input: 2, output: 49, cache_read: 4, cache_write: 0 });
  });

  test("has no number while earlier events are not here", () => {
    const recorder = new Recorder().run("r1").says(text("early"), prompt("Second"));
    const rows = new TimelineFold().rows(recorder.timeline(Infinity, 2), recorder.runs);
    expect(summaries(rows.rows)).toEqual(["turn ? you: Second"]);
    expect(rows.older).toEqual(["r1"]);
  });
});

describe("drafts", () => {
  test("are replaced by the finished step under the same key", () => {
    const recorder = new Recorder().run("r1").says(prompt("Hi")).drafting({ message: "m1", text: "Hel" });
    const timeline = new TimelineFold();
    const open = timeline.rows(recorder.timeline(), recorder.runs).rows.at(-1);
    expect(open).toMatchObject({ kind: "text", text: "Hel", open: true });
    recorder.says(text("Hello.", "m1"));
    const rows = timeline.rows(recorder.timeline(), recorder.runs).rows;
    expect(summaries(rows)).toEqual(["run", "turn 1 you: Hi", "text: Hello."]);
    expect(rows.at(-1)?.key).toBe(open?.key);
  });

  test("of a run that ended are gone", () => {
    const recorder = new Recorder()
      .run("r1", "agent", { state: "ended" })
      .says(prompt("Hi"))
      .drafting({ text: "Hel" });
    expect(summaries(fold(recorder).rows)).toEqual(["run", "turn 1 you: Hi"]);
  });

  test("of a tool's input show the tool", () => {
    const recorder = new Recorder()
      .run("r1")
      .says(prompt("Hi"))
      .drafting({ kind: "tool_input", tool: "Write", text: '{"file' });
    expect(fold(recorder).rows.at(-1)).toMatchObject({ kind: "call", tool: "Write", open: true });
  });

  test("of a command's output are lines behind all others", () => {
    const recorder = new Recorder()
      .run("r1")
      .says(prompt("Hi"))
      .drafting({ kind: "tool_output", text: "one\ntwo\n" });
    expect(fold(recorder).rows.at(-1)).toMatchObject({ kind: "output", lines: ["one", "two"], count: 2 });
  });
});

describe("what went wrong", () => {
  test("text that was taken back is hidden in one row", () => {
    const recorder = new Recorder()
      .run("r1")
      .says(
        prompt("Hi"),
        text("Kept.", "m1", 0),
        text("Half a", "m1", 1),
        thought("half a", "m1", 2),
        { type: "abandoned", message: "m1", from_block: 1 },
        { type: "injected_message", text: "Resume directly." },
        text("Whole.", "m2"),
      );
    const { rows } = fold(recorder);
    expect(summaries(rows)).toEqual([
      "run",
      "turn 1 you: Hi",
      "text: Kept.",
      "given_up",
      "nudge",
      "text: Whole.",
    ]);
    expect(rows[3]).toMatchObject({ texts: ["Half a", "half a"] });
    // It stands where the text was, with the time of the text.
    expect(rows.map(({ at }) => at)).toEqual(rows.map(({ at }) => at).toSorted());
  });

  test("text given up may be said again", () => {
    const recorder = new Recorder()
      .run("r1")
      .says(
        prompt("Hi"),
        text("About to write.", "m1"),
        { type: "abandoned", message: "m1", from_block: 0 },
        ended("About to write."),
      );
    expect(summaries(fold(recorder).rows).at(-1)).toBe("turn_end: About to write.");
  });

  test("retries become one row with their outcome", () => {
    const recorder = new Recorder()
      .run("r1")
      .says(prompt("Hi"), retry(1), { type: "status", busy: { is: "requesting" } }, retry(2), retry(3));
    const timeline = new TimelineFold();
    expect(summaries(timeline.rows(recorder.timeline(), recorder.runs).rows).at(-1)).toBe("retry 3 waits");
    recorder.says(text("Went on."));
    const row = timeline.rows(recorder.timeline(), recorder.runs).rows.find((each) => each.kind === "retry");
    expect(row).toMatchObject({
      count: 3,
      then: "went_on",
      delay_ms: 3000,
      errors: [{ error: "overloaded", status: 529 }],
    });
    expect(Date.parse(row?.until ?? "") - Date.parse(row?.at ?? "")).toBe(4000);
  });

  test("what is printed beside is no outcome of a retry", () => {
    const recorder = new Recorder()
      .run("r1")
      .says(prompt("Hi"), retry(1), { type: "output", stream: "stderr", text: "noise" }, retry(2));
    const rows = fold(recorder).rows.filter((each) => each.kind === "retry");
    expect(rows).toMatchObject([{ count: 2, then: "waits" }]);
  });

  test("retries that end in an error say so", () => {
    const recorder = new Recorder()
      .run("r1")
      .says(prompt("Hi"), retry(1), {
        type: "api_error",
        error: "overloaded",
        status: 529,
        message: "Overloaded",
      });
    expect(summaries(fold(recorder).rows)).toEqual(["run", "turn 1 you: Hi", "retry 1 failed", "api_error"]);
  });

  test("lines of one kind that are not understood are counted", () => {
    const odd = { type: "unrecognized", why: "unknown_type", what: "telemetry" } as const;
    const recorder = new Recorder().run("r1").says(odd, odd, { ...odd, what: "other" });
    expect(fold(recorder).rows.slice(1)).toMatchObject([
      { what: "telemetry", count: 2, pos: { offset: 100 } },
      { what: "other", count: 1 },
    ]);
  });

  test("limits are told when they change", () => {
    const recorder = new Recorder()
      .run("r1")
      .says(
        limit("allowed"),
        limit("warning"),
        limit("warning"),
        limit("rejected"),
        limit("allowed"),
        limit("allowed"),
      );
    const statuses = fold(recorder).rows.flatMap((row) => (row.kind === "limit" ? row.limit.status : []));
    expect(statuses).toEqual(["warning", "rejected", "allowed"]);
  });
});

describe("calls", () => {
  test("carry their question and its answer", () => {
    const recorder = new Recorder()
      .run("r1")
      .says(
        call("c1", "cargo publish"),
        question("q1", "c1"),
        { type: "answered", request: "q1", allowed: false, message: "Not today." },
        result("c1", { ok: false, denied: true }),
      );
    recorder.notes({
      type: "input",
      id: "i1",
      kind: "answer",
      text: "",
      question: "r1:q1",
      answer: { behavior: "deny", message: "Not today.", labels: [], choices: [] },
      by: "you",
    });
    const rows = fold(recorder);
    expect(rows.rows[1]).toMatchObject({
      ask: { state: "denied", message: "Not today." },
      result: { denied: true },
    });
    expect(rows.journal.answers.get("r1:q1")?.by).toBe("you");
  });

  test("a question whose run ended is withdrawn", () => {
    const recorder = new Recorder()
      .run("r1")
      .says(question("q1", null), { type: "question_withdrawn", request: "q1" });
    expect(fold(recorder).rows[1]).toMatchObject({ kind: "question", ask: { state: "withdrawn" } });
  });

  test("hold the steps of their subagent", () => {
    const recorder = new Recorder()
      .run("r1")
      .says(
        call("c1", "Count files", { name: "Agent", kind: "agent" }),
        {
          type: "task_started",
          task: "t1",
          call: "c1",
          kind: "agent",
          description: "Count files",
          background: false,
        },
        call("c2", "ls | wc -l", { parent: "c1" }),
        result("c2", { parent: "c1" }),
        text("3 files.", "m9", 0, "c1"),
        { type: "task_ended", task: "t1", status: "completed", summary: "3 files." },
        result("c1"),
      );
    const rows = fold(recorder);
    expect(show(rows, "all")).toEqual(["run", "call Agent Count files ok"]);
    expect(rows.rows[1]).toMatchObject({ steps: 2, task: { status: "completed" } });
    const unfolded = shown(rows, "all", new Set([rows.rows[1]?.key ?? ""]));
    expect(unfolded.rows.map(({ key }) => unfolded.depths.get(key) ?? 0)).toEqual([0, 0, 1, 1]);
  });

  test("a background task tells its end where it happens", () => {
    const recorder = new Recorder()
      .run("r1")
      .says(
        call("c1", "npm run dev"),
        {
          type: "task_started",
          task: "t1",
          call: "c1",
          kind: "command",
          description: "npm run dev",
          background: true,
        },
        result("c1"),
        text("Meanwhile."),
        { type: "task_ended", task: "t1", status: "failed", summary: "exit 1" },
      );
    expect(summaries(fold(recorder).rows).slice(1)).toEqual([
      "call Bash npm run dev ok",
      "text: Meanwhile.",
      "note task_ended",
    ]);
  });
});

describe("filters", () => {
  const recorder = new Recorder()
    .run("r1")
    .says(
      prompt("Hi"),
      text("Working."),
      call("c1", "make"),
      result("c1", { ok: false }),
      ended(""),
      prompt("Again"),
      text("Good.", "m2"),
    );
  test("keep the heads of what they keep", () => {
    const rows = fold(recorder);
    expect(show(rows, "errors")).toEqual(["run", "turn 1 you: Hi", "call Bash make failed"]);
    expect(show(rows, "tools")).toEqual(["run", "turn 1 you: Hi", "call Bash make failed"]);
    expect(show(rows, "text")).toEqual([
      "run",
      "turn 1 you: Hi",
      "text: Working.",
      "turn 2 you: Again",
      "text: Good.",
    ]);
  });
});

describe("batches", () => {
  const recorder = new Recorder()
    .run("r1")
    .says(
      prompt("Do it."),
      retry(1),
      retry(2),
      text("A", "m1", 0),
      call("c1", "a"),
      question("q1", "c1"),
      { type: "answered", request: "q1", allowed: true, message: null },
      result("c1"),
      { type: "output", stream: "stderr", text: "x\ny" },
      { type: "output", stream: "stderr", text: "z" },
      text("B", "m2", 0),
      { type: "abandoned", message: "m2", from_block: 0 },
      text("C", "m3"),
      ended("C"),
      prompt("Next"),
      text("D", "m4"),
      ended("D"),
    );
  recorder.notes(changed("done"));

  test("of any size give the same rows", () => {
    const whole = fold(recorder).rows;
    for (const step of [1, 2, 3, 5]) {
      const timeline = new TimelineFold();
      for (let most = step; most < 17 + step; most += step)
        timeline.rows(recorder.timeline(most), recorder.runs);
      expect(timeline.rows(recorder.timeline(), recorder.runs).rows, `in steps of ${step}`).toEqual(whole);
    }
  });

  test("that bring older events give the same rows as all at once", () => {
    const timeline = new TimelineFold();
    timeline.rows(recorder.timeline(Infinity, 9), recorder.runs);
    expect(timeline.rows(recorder.timeline(), recorder.runs).rows).toEqual(fold(recorder).rows);
  });

  test("that are not here yet leave no hole in what is shown", () => {
    const timeline = new TimelineFold();
    const part = timeline.rows(recorder.timeline(Infinity, 9), recorder.runs);
    const whole = fold(recorder).rows.map(({ key }) => key);
    const keys = part.rows.map(({ key }) => key);
    expect(part.older).toEqual(["r1"]);
    expect(keys.length).toBeGreaterThan(0);
    expect(keys).toEqual(whole.slice(-keys.length));
  });

  test("leave what did not change the same object", () => {
    const timeline = new TimelineFold();
    const before = timeline.rows(recorder.timeline(16), recorder.runs).rows;
    const after = timeline.rows(recorder.timeline(), recorder.runs).rows;
    expect(after[1]).toBe(before[1]);
    expect(after[3]).toBe(before[3]);
  });

  test("of another story or an earlier state begin anew", () => {
    const timeline = new TimelineFold();
    timeline.rows(recorder.timeline(), recorder.runs);
    const earlier = timeline.rows({ ...recorder.timeline(2), journal: [] }, recorder.runs);
    expect(summaries(earlier.rows)).toEqual(["run", "turn 1 you: Do it.", "retry 1 waits"]);
    const other = timeline.rows({ story: `${STORY}2`, runs: new Map(), journal: [], drafts: [] }, []);
    expect(other.rows).toEqual([]);
  });
});

test("merging keeps each list's own order", () => {
  const row = (key: string, at: string): Row => ({ key, at, run: null, pos: null, kind: "nudge", text: "" });
  const merged = merge([row("a1", "1"), row("a2", "5"), row("a3", "3")], [row("b1", "2"), row("b2", "4")]);
  expect(merged.map(({ key }) => key)).toEqual(["a1", "b1", "b2", "a2", "a3"]);
});

test("keys are unique whatever the agent sends", () => {
  const recorder = new Recorder()
    .run("r1")
    .says(
      prompt("Hi"),
      text("A", "m1"),
      text("A", "m1"),
      call("c1", "x"),
      call("c1", "x"),
      text("A", "m1", 1),
    );
  const keys = fold(recorder).rows.map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
});
