import { describe, expect, test } from "vitest";
import { GO_ON, type JournalEvent, type NewWorktree } from "../../ipc/protocol";
import { TimelineFold } from "./fold";
import { EVIDENCE, Recorder, changed, ended, limit, prompt, text } from "./recorder";
import { fold, summaries } from "./shortRows";
import { noteWords } from "./words";

describe("the journal", () => {
  const sent = (id: string): JournalEvent => ({
    type: "input",
    id,
    kind: "prompt",
    text: "",
    question: null,
    answer: null,
    by: null,
  });
  const run = (id: string, resumes = false): JournalEvent => ({
    type: "run_starting",
    slug: id,
    kind: "agent",
    agent: "claude",
    decoder: "claude/1",
    account: null,
    session: "s1",
    resumes,
    argv: [],
    usage_baseline: { models: {}, cost_micros: 0 },
    gate: null,
    input: "two_way",
    incomplete: false,
  });

  test("says at the beginning of a run what may be missing from its conversation", () => {
    const start = run("r2", true);
    const whole = new Recorder().run("r1").notes(run("r1")).run("r2").notes(start);
    const notes = (recorder: Recorder): unknown[] =>
      fold(recorder).rows.flatMap((row) => (row.kind === "note" ? [row.note] : []));
    expect(notes(whole)).toEqual([]);
    const part = new Recorder()
      .run("r1")
      .notes(run("r1"))
      .run("r2")
      .notes({ ...start, incomplete: true } as JournalEvent);
    expect(notes(part)).toEqual([{ what: "incomplete" }]);
  });

  test("says what became of a restore, and that a checkpoint failed, and no more of checkpoints", () => {
    const fault = { code: "git", message: "no space", hint: "" } as const;
    const recorder = new Recorder().notes(
      { type: "checkpoint", n: 1, commit: "c", tree: "t", because: "turn", left_out: [], more_left_out: 0 },
      { type: "checkpoint_failed", because: "end", fault },
      { type: "restore_started", n: 1, before: 2, paths: [] },
      {
        type: "restore_ended",
        n: 1,
        restored: { written: 3, removed: 1, kept: [{ path: "a", why: "in_the_way" }], more_kept: 2 },
      },
      { type: "restore_ended", n: 1, restored: { written: 0, removed: 0, kept: [], more_kept: 0 }, fault },
    );
    const notes = fold(recorder).rows.flatMap((row) => (row.kind === "note" ? [row.note] : []));
    expect(notes).toEqual([
      { what: "checkpoint_failed", text: "no space" },
      { what: "restored", n: 1, written: 3, removed: 1, kept: 3 },
      { what: "restore_failed", n: 1, text: "no space" },
    ]);
  });

  test("says what became of the conversation when the story went back", () => {
    const recorder = new Recorder().notes(
      { type: "went_back", n: 2, before: 5, goes_on: ["r1"] },
      { type: "went_back", n: 1, before: 6, goes_on: [] },
    );
    const notes = fold(recorder).rows.flatMap((row) => (row.kind === "note" ? [row.note] : []));
    expect(notes).toEqual([
      { what: "went_back", n: 2, before: 5, goesOn: true },
      { what: "went_back", n: 1, before: 6, goesOn: false },
    ]);
  });

  test("says what a new worktree lacks, right after the story was made", () => {
    const created = (made?: NewWorktree): JournalEvent => ({
      type: "story_created",
      slug: "a",
      title: "A",
      project: "/src/shop/.git",
      dir: "/src/shop.worktrees/a",
      branch: "musher/a",
      agent: "claude",
      profile: {
        model: null,
        permission: "ask",
        allowed_tools: [],
        add_dirs: [],
        extra_args: [],
        bin: null,
        end_descendants: false,
      },
      gates: [],
      resume_on_reset: false,
      ...(made && { made }),
    });
    const lacks = (made?: NewWorktree): unknown[] =>
      fold(new Recorder().notes(created(made))).rows.flatMap((row) =>
        row.kind === "note" && row.note.what !== "created" ? [row.note] : [],
      );
    const whole = { failed_hook: null, empty_submodules: [], changed: 0, ignored: { names: [], more: 0 } };
    expect(lacks()).toEqual([]);
    expect(lacks(whole)).toEqual([]);
    const ignored = { names: [".env"], more: 2 };
    expect(lacks({ failed_hook: "no node", empty_submodules: ["lib"], changed: 1, ignored })).toEqual([
      { what: "hook_failed", text: "no node" },
      { what: "submodules_empty", paths: ["lib"] },
      { what: "left_out", changed: 1, ignored },
    ]);
    const left = [{ path: "out", why: "leads_out" }] as const;
    const copied = { files: { names: [".env"], more: 0 }, bytes: 3, left: [...left], more_left: 0 };
    const base = { name: "main", commit: "1f8a2c0b9d3e", fetched: true };
    const lfs_pointers = { names: ["a.bin"], more: 0 };
    expect(lacks({ ...whole, base, copied, lfs_pointers })).toEqual([
      { what: "base", base },
      { what: "copied", copied },
      { what: "not_copied", copied },
      { what: "lfs_pointers", files: lfs_pointers },
    ]);
    const all = created({ failed_hook: "no node", empty_submodules: ["lib"], changed: 1, ignored });
    const keys = fold(new Recorder().notes(all)).rows.map((row) => row.key);
    expect(new Set(keys).size).toBe(4);
    // `null` means that git did not answer, not that nothing changed.
    expect(lacks({ ...whole, changed: null })).toEqual([
      { what: "left_out", changed: null, ignored: whole.ignored },
    ]);
  });

  test("is merged by time, and a run's end tells what it made of the story", () => {
    const recorder = new Recorder()
      .run("r1")
      .notes(run("r1"), { type: "prompt_queued", id: "p1", text: "Do it.", by: "you" }, sent("p1"))
      .says(prompt("Do it."), text("Working."))
      .notes(
        {
          type: "run_ended",
          outcome: { kind: "crashed", code: null, signal: 9 },
          evidence: EVIDENCE,
          question_lost: false,
          ended_at: null,
        },
        changed("needs_you", { reason: "crashed" }),
      );
    const { rows } = fold(recorder);
    expect(summaries(rows)).toEqual(["run", "turn 1 you: Do it.", "text: Working.", "run_end"]);
    expect(rows.at(-1)).toMatchObject({ state: { state: "needs_you", reason: "crashed" } });
  });

  test("says who resumed and whose words a prompt has", () => {
    const recorder = new Recorder()
      .run("r1")
      .notes(run("r1"))
      .says(prompt("Do it."), ended(""))
      .notes(
        changed("limited"),
        { type: "resume_claimed", reset: null },
        { type: "prompt_queued", id: "p2", text: "Go on.", by: "musher" },
      );
    recorder.run("r2").notes(run("r2", true), sent("p2")).says(prompt("Go on."));
    const { rows } = fold(recorder);
    expect(summaries(rows)).toEqual([
      "run",
      "turn 1 you: Do it.",
      "state limited",
      "note resumed",
      "run",
      "turn 2 musher: Go on.",
    ]);
    expect(rows[4]).toMatchObject({ attempt: 2, resumed: "by_itself" });
  });

  test("tells whose words a prompt has by what was recorded, though somebody else says the same", () => {
    const queued = (id: string, by: "you" | "musher"): JournalEvent => ({
      type: "prompt_queued",
      id,
      text: "Go on.",
      by,
    });
    const recorder = new Recorder()
      .run("r1")
      .notes(run("r1"), queued("p1", "you"), sent("p1"))
      .says(prompt("Go on."), ended(""))
      .notes(queued("p2", "musher"), sent("p2"))
      .says(prompt("Go on."), ended(""))
      .notes(queued("p3", "you"), sent("p3"))
      .says(prompt("Go on."));
    expect(summaries(fold(recorder).rows).filter((row) => row.startsWith("turn "))).toEqual([
      "turn 1 you: Go on.",
      "turn 2 musher: Go on.",
      "turn 3 you: Go on.",
    ]);
    const late = new TimelineFold().rows(recorder.timeline(Infinity, 3), recorder.runs);
    expect(summaries(late.rows).filter((row) => row.startsWith("turn "))).toEqual([
      "turn 2 musher: Go on.",
      "turn 3 you: Go on.",
    ]);
  });

  test("says that a person had it go on, though the words are Musher's", () => {
    const recorder = new Recorder()
      .run("r1")
      .notes(run("r1"))
      .says(prompt("Do it."), ended(""))
      .notes({ type: "prompt_queued", id: "p2", text: GO_ON, by: "musher" });
    recorder
      .run("r2")
      .notes(run("r2", true), { type: "run_started", pid: 2 }, sent("p2"))
      .says(prompt(GO_ON));
    const { rows } = fold(recorder);
    expect(summaries(rows).at(-1)).toBe(`turn 2 musher: ${GO_ON}`);
    expect(rows.find((row) => row.kind === "run" && row.attempt === 2)).toMatchObject({ resumed: "by_you" });
  });

  test("says that it went on by itself, though the first try came to nothing", () => {
    const recorder = new Recorder()
      .run("r1")
      .notes(run("r1"))
      .says(prompt("Do it."))
      .notes(changed("limited"), { type: "resume_claimed", reset: null });
    recorder.run("r2").notes(run("r2", true));
    recorder.run("r3").notes(run("r3", true), { type: "run_started", pid: 3 });
    recorder.run("r4").notes(run("r4", true));
    expect(fold(recorder).rows.flatMap((row) => (row.kind === "run" ? [row.resumed] : []))).toEqual([
      null,
      "by_itself",
      "by_itself",
      "by_you",
    ]);
  });

  test("knows the prompts that wait, in their order, until they are sent or taken back", () => {
    const recorder = new Recorder()
      .run("r1")
      .notes({ type: "prompt_queued", id: "p2", text: "Then this.", by: "you" })
      .notes({ type: "prompt_queued", id: "p3", text: "And that.", by: "you" })
      .says(text("Working."));
    const timeline = new TimelineFold();
    const waiting = () =>
      timeline.rows(recorder.timeline(), recorder.runs).journal.waiting.map((each) => each.text);
    expect(waiting()).toEqual(["Then this.", "And that."]);
    recorder.notes({ type: "prompt_edited", id: "p2", text: "Then that." });
    expect(waiting()).toEqual(["Then that.", "And that."]);
    recorder.notes({ type: "prompt_dropped", id: "p3" });
    expect(waiting()).toEqual(["Then that."]);
    recorder.notes(sent("p2")).says(prompt("Then this."));
    expect(summaries(timeline.rows(recorder.timeline(), recorder.runs).rows)).toEqual([
      "run",
      "text: Working.",
      "note dropped",
      "turn 1 you: Then this.",
    ]);
  });

  test("tells what a later run is started with that an earlier one was not", () => {
    const profile = {
      model: "sonnet",
      permission: "ask",
      allowed_tools: [],
      add_dirs: [],
      extra_args: [],
      bin: null,
      end_descendants: false,
    } as const;
    const changed = { ...profile, model: null, extra_args: ["--effort", "high"], allowed_tools: [] };
    const recorder = new Recorder().run("r1").says(prompt("Hi"));
    recorder.notes({
      type: "profile_changed",
      profile: { ...profile, allowed_tools: [], add_dirs: [], extra_args: [] },
    });
    recorder.notes({ type: "profile_changed", profile: { ...changed, add_dirs: [] } });
    const said = fold(recorder).rows.flatMap((row) =>
      row.kind === "note" ? [noteWords(row.note, { agent: "Claude Code", now: 0 }).rest] : [],
    );
    expect(said).toEqual([
      "From now on: model sonnet, permission Ask me, no arguments, the program that is found",
      "From now on: the agent's own model, arguments --effort high",
    ]);
  });

  test("tells a limit that ended a run once", () => {
    const recorder = new Recorder()
      .run("r1")
      .notes(run("r1"))
      .says(prompt("Do it."), limit("rejected"), {
        type: "api_error",
        error: "rate_limit",
        status: 429,
        message: "Limit",
      })
      .notes({
        type: "run_ended",
        outcome: { kind: "limited", window: "five_hour", name: null, until: null },
        evidence: EVIDENCE,
        question_lost: false,
        ended_at: null,
      });
    expect(summaries(fold(recorder).rows)).toEqual(["run", "turn 1 you: Do it.", "api_error", "run_end"]);
  });

  test("has a prompt wait again that no model took, and tells that a new conversation begins", () => {
    const recorder = new Recorder()
      .run("r1")
      .notes(run("r1"), { type: "prompt_queued", id: "p1", text: "Do it.", by: "you" }, sent("p1"))
      .notes({
        type: "run_ended",
        outcome: { kind: "crashed", code: null, signal: 9 },
        evidence: EVIDENCE,
        question_lost: false,
        ended_at: null,
        unheard: ["p1"],
      });
    const { journal } = fold(recorder);
    expect(journal.waiting.map(({ text }) => text)).toEqual(["Do it."]);
    const again = fold(recorder.run("r2").notes(run("r2"), sent("p1")));
    expect(again.journal.waiting).toEqual([]);
    expect(summaries(again.rows)).toContain("note begun_anew");
  });

  test.each([
    ["it was seen, and ended later", true, 1, "running"],
    ["it was seen, and had ended before", true, -60_000, "ended"],
    ["nobody saw it start", false, null, "unknown"],
  ] as const)("says of a run that is taken over only what is known: %s", (_, isSeen, ended, found) => {
    const recorder = new Recorder().run("g1", "gate");
    recorder.notes({ ...run("g1"), kind: "gate" } as JournalEvent);
    if (isSeen) recorder.notes({ type: "run_started", pid: 7 });
    recorder.notes({ type: "run_adopted", log_bytes: 12 });
    const last = fold(recorder).rows.findLast((row) => row.kind === "note");
    expect(last).toMatchObject({ note: { found: isSeen ? "running" : "unknown" } });
    recorder.notes({
      type: "run_ended",
      outcome: { kind: "succeeded" },
      evidence: EVIDENCE,
      question_lost: false,
      ended_at: ended === null ? null : new Date(Date.parse(last?.at ?? "") + ended).toISOString(),
    } as JournalEvent);
    expect(fold(recorder).rows).toContainEqual(
      expect.objectContaining({ note: { what: "adopted", size: 12, found } }),
    );
  });

  test.each([
    ["gate", "gate_failed"],
    ["setup", "setup_failed"],
  ] as const)("says once that a %s failed, with the reason where there is no exit code", (kind, reason) => {
    const start = { ...run("g1"), kind } as JournalEvent;
    const end: JournalEvent = {
      type: "run_ended",
      outcome: { kind: "timed_out" },
      evidence: { ...EVIDENCE, summary: "it took longer than 30 min" },
      question_lost: false,
      ended_at: null,
    };
    const recorder = new Recorder()
      .run("g1", kind, { state: "ended", outcome: "timed_out" })
      .notes(start, end, changed("needs_you", { reason, detail: "gate 1 (npm test): timed out" }));
    expect(fold(recorder).rows).toMatchObject([
      { kind: "gate", result: "failed", why: "it took longer than 30 min" },
    ]);
    // What a person then asks for has a row.
    recorder.notes({ type: "gates_requested" });
    expect(summaries(fold(recorder).rows)).toEqual(["gate", "note gates_again"]);
  });

  test("tells gates in one row each with what they printed", () => {
    const recorder = new Recorder()
      .run("g1", "gate", { state: "ended", exit_code: 1 })
      .says(
        { type: "output", stream: "stdout", text: "FAIL one" },
        { type: "output", stream: "stdout", text: "FAIL two" },
      );
    expect(fold(recorder).rows).toMatchObject([{ kind: "gate", lines: ["FAIL one", "FAIL two"] }]);
  });
});
