import type { Evidence } from "../../ipc/protocol";
import { expect, test } from "vitest";
import { TimelineFold } from "./fold";
import { lineOf, markOf, thoughtLabel } from "./line";
import { EVIDENCE, Recorder, call, ended, limit, prompt, question, retry, thought } from "./recorder";
import type { Row } from "./row";
import { runEndLine } from "./runEnd";

const scene = { agent: "Claude", now: Date.parse("2026-11-19T16:51:00.000Z") };
const rowsOf = (recorder: Recorder): readonly Row[] =>
  new TimelineFold().rows(recorder.timeline(), recorder.runs).rows;

test("every row that is one line has words", () => {
  const rows = rowsOf(
    new Recorder()
      .run("r1")
      .says(
        prompt("Hi"),
        retry(1),
        { type: "api_error", error: "server", status: 500, message: "API Error: 500" },
        limit("rejected"),
        { type: "compacted", trigger: "automatic", before: 182_000, after: 31_000 },
        { type: "conversation_reset", trigger: null },
        { type: "control_reply", request: "1", error: "not now" },
        { type: "denied", tool: "Bash", call: null, message: "No rule allows it" },
        { type: "request_refused", request: "r", method: "hook_callback" },
        { type: "conversation_incomplete", sessions: ["s1"] },
        {
          type: "task_started",
          task: "t",
          call: null,
          kind: "other",
          description: "watch",
          background: true,
        },
        { type: "task_ended", task: "t", status: "completed", summary: "" },
        { type: "unrecognized", why: "not_json", what: "hello" },
        { type: "notice", level: "warning", text: "Old version" },
        ended("", { turn: "interrupted" }),
        { type: "status", busy: { is: "compacting" } },
      ),
  );
  const lines = rows.map((row) => lineOf(row, scene)).filter((line) => line !== null);
  expect(lines.map(({ word, rest }) => `${word} ${rest}`.trim().replaceAll("\u202f", " "))).toEqual([
    "Tried again once in 1 s: the API was overloaded (529). Then it gave up.",
    "Error. The API failed (500). API Error: 500",
    "Limit reached. The 5 h window of Claude is full, resets 17:42.",
    "Conversation compacted: 182 k to 31.0 k tokens, by itself",
    "Conversation begun anew: what was said before is no longer known to the agent",
    "Claude did not do what was asked of it: not now",
    "Bash denied: No rule allows it",
    "Claude asked for hook_callback, which Musher does not know, and was told so",
    "Background task ended after 1.0 s: watch",
    "Background task ended after 1.0 s: watch",
    "1 line that is not in the agent's format: hello",
    "Warning. Old version",
    "Turn interrupted. It ended before it was done.",
    "Compacts the conversation",
  ]);
});

test("the rail marks what is asked, what failed and what a person said", () => {
  const rows = rowsOf(
    new Recorder()
      .run("r1")
      .says(prompt("Hi"), call("c1", "x"), question("q1", "c1"), {
        type: "api_error",
        error: "server",
        status: null,
        message: "",
      }),
  );
  expect(rows.map((row) => markOf(row, scene))).toEqual(["dot", "prompt", "waiting", "failed"]);
});

test("a run's end tells what it made of the story", () => {
  const end = (
    outcome: Extract<Row, { kind: "run_end" }>["outcome"],
    state: Extract<Row, { kind: "run_end" }>["state"],
    summary = "",
    stop: Evidence["stop"] = null,
  ) =>
    runEndLine(
      {
        key: "k",
        at: "",
        run: "r1",
        pos: null,
        kind: "run_end",
        outcome,
        evidence: { ...EVIDENCE, summary, stop },
        state,
      },
      scene,
    );
  const facts = { reason: null, detail: null, about: null, until: null } as const;
  expect(end({ kind: "succeeded" }, { ...facts, state: "done", reason: "unchecked" })).toMatchObject({
    glyph: "done",
    word: "Done, not checked.",
  });
  expect(end({ kind: "succeeded" }, { ...facts, state: "gating" })).toMatchObject({
    glyph: null,
    rest: "Claude reported success.",
  });
  expect(end({ kind: "succeeded" }, { ...facts, state: "needs_you", reason: "question_lost" })).toMatchObject(
    { glyph: "failed", word: "Question lost." },
  );
  expect(end({ kind: "failed", why: "login" }, null, "Invalid API key").rest).toBe(
    "Claude ended its work with an error. Invalid API key",
  );
  const stop = { by: "you", why: { words: "enough" } } as const;
  expect(end({ kind: "stopped", by: "you" }, null, "enough", stop)).toMatchObject({
    word: "Stopped by you.",
    rest: "Enough.",
  });
  expect(
    end({ kind: "stopped", by: "system" }, null, "", { by: "system", why: "keeper_terminated" }),
  ).toMatchObject({ word: "Stopped by the system." });
  expect(end({ kind: "stopped", by: "you" }, null).rest).toBe("Its turn was interrupted.");
});

test("a thought says how long it took, a hidden one that it is hidden", () => {
  const rows = rowsOf(new Recorder().run("r1").says(thought("first words"), thought("", "m2")));
  const labels = rows.flatMap((row) =>
    row.kind === "thought" ? thoughtLabel(row).replaceAll("\u202f", " ") : [],
  );
  expect(labels).toEqual(["Thought 6 s", "Thought 6 s; the agent does not show it"]);
});
