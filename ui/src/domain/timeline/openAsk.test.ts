import { expect, test } from "vitest";
import type { Question } from "../../ipc/protocol";
import { TimelineFold } from "./fold";
import { openAsks } from "./openAsk";
import { Recorder, STORY, call, question } from "./recorder";

const asked = (request: string, at: string, change: Partial<Question> = {}): Question => ({
  id: `r1:${request}`,
  story: STORY,
  run: "r1",
  kind: "permission",
  tool: "Bash",
  tool_kind: "command",
  title: "x",
  request_id: request,
  call: null,
  why: null,
  blocked_path: null,
  description: null,
  subject: { is: "command", text: "x", cwd: null },
  state: "open",
  at,
  answer: null,
  ...change,
});

test("open questions come oldest first with what their call says", () => {
  const recorder = new Recorder()
    .run("r1")
    .says(call("c1", "cargo publish"), question("q1", "c1", { why: "rule", blocked_path: "/etc" }));
  const rows = new TimelineFold().rows(recorder.timeline(), recorder.runs);
  const asks = openAsks(
    STORY,
    [
      asked("q2", "2"),
      asked("q1", "1"),
      asked("q3", "0", { state: "answered" }),
      asked("q4", "0", { story: "other" }),
    ],
    rows,
  );
  expect(asks.map(({ id }) => id)).toEqual(["r1:q1", "r1:q2"]);
  expect(asks[0]).toMatchObject({ ask: { why: "rule", blocked_path: "/etc" }, row: { call: "c1" } });
});

test("a question whose event is not loaded still says why it is asked", () => {
  const alone = asked("q1", "1", { why: "a rule asks", blocked_path: "/etc" });
  expect(openAsks(STORY, [alone], null)[0]).toMatchObject({
    ask: { why: "a rule asks", blocked_path: "/etc" },
    row: null,
  });
});

test("a question of a subagent is found below its call", () => {
  const recorder = new Recorder()
    .run("r1")
    .says(
      call("c1", "Look", { kind: "agent" }),
      call("c2", "ls", { parent: "c1" }),
      question("q1", "c2", { why: "rule" }),
    );
  const rows = new TimelineFold().rows(recorder.timeline(), recorder.runs);
  expect(openAsks(STORY, [asked("q1", "1")], rows)).toMatchObject([
    { ask: { why: "rule" }, row: { call: "c2" } },
  ]);
});

test("a question whose event is not loaded can be answered all the same", () => {
  expect(openAsks(STORY, [asked("q9", "1")], null)).toMatchObject([
    { id: "r1:q9", row: null, ask: { request: "q9", subject: { is: "command", text: "x" } } },
  ]);
});
