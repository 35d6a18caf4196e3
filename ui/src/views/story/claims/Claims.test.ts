// What the agent says that it did, below the timeline: each claim with its verdict, its evidence, and the way to it.

import { flushSync } from "svelte";
import { describe, expect, test, vi } from "vitest";
import { call, ended, prompt, Recorder, result, text } from "../../../domain/timeline/recorder";
import { answeringSome } from "../../../ipc/fake/queries";
import { fake } from "../../../ipc/fake";
import { until } from "../../../ipc/fake/until";
import type { Claim } from "../../../ipc/protocol";
import { batch, button, press, show, words } from "../storyStage";

const recorder = () =>
  new Recorder()
    .run("r1")
    .says(prompt("Go"), call("t1", "npm test"), result("t1"), text("Done."), ended("Done."));

const SAID = { said_run: "r1", said_pos: { stream: "stdout", offset: 400, len: 99, index: 0 } } as const;
const proved: Claim = {
  ...SAID,
  kind: "tests",
  words: "All tests pass.",
  verdict: "proved",
  run: "r1",
  pos: { stream: "stdout", offset: 200, len: 99, index: 0 },
  command: "npm test",
  exit_code: 0,
};
const none = { ...SAID, run: null, pos: null, words: "All is done." } as const;

async function claiming(claims: Claim[]): Promise<void> {
  await show(batch(recorder(), { state: "done", reason: "unchecked" }), {
    ...answeringSome({ claims: () => claims }, fake("still")),
  });
}

async function shown(): Promise<string[]> {
  await until(() => {
    flushSync();
    expect(document.querySelector(".claims")).not.toBeNull();
  });
  return words(".claims li");
}

describe("claims", () => {
  test("stand beside what shows them", async () => {
    await claiming([
      proved,
      { ...proved, verdict: "failed", command: "npm test -- a", exit_code: 1 },
      { ...none, kind: "lint", verdict: "result_unknown", why: "pipe" },
      { ...none, kind: "build", verdict: "not_run" },
      {
        ...none,
        kind: "committed",
        verdict: "before_edit",
        why: "uncommitted",
        count: 1,
        object: "a".repeat(40),
      },
      { ...none, kind: "pushed", verdict: "not_found", why: "not_on_remote", count: 3 },
      { ...none, kind: "file", verdict: "proved", path: "src/a.ts", object: "b".repeat(40) },
    ]);
    expect(await shown()).toEqual([
      "Tests pass proved npm test exit 0 show the step bytes",
      "Tests pass ran and failed npm test -- a exit 1 show the step bytes",
      "Checks pass ran, result not known the exit status is that of the command after the pipe",
      "It builds claimed, not run",
      "Committed committed, but not everything commit aaaaaaaaaaaa 1 file differs from the commit",
      "Pushed claimed, not found the remote lacks 3 commits",
      "File written src/a.ts proved blob bbbbbbbbbbbb",
    ]);
  });

  test("lead to the step and to its bytes", async () => {
    await claiming([proved]);
    await shown();
    button("show the step")?.click();
    await until(() => {
      flushSync();
      expect(words(".st.selected").join()).toContain("npm test");
    });
    button("bytes")?.click();
    flushSync();
    expect(document.querySelector("[role=tab][aria-selected=true]")?.textContent).toContain("Raw");
  });

  test("stand in the panel that says why, too, are asked for once, and lead to the step from there", async () => {
    const claims = vi.fn(() => [proved]);
    await show(batch(recorder(), { state: "done", reason: "unchecked" }), {
      ...answeringSome({ claims }, fake("still")),
    });
    await shown();
    press("w");
    expect(words("aside .beside h3")).toEqual(["What the agent says that it did"]);
    expect(words("aside .beside li")).toEqual(["Tests pass proved npm test exit 0 show the step bytes"]);
    expect(claims).toHaveBeenCalledTimes(1);
    expect(document.querySelector(".st.selected")).toBeNull();
    document.querySelector<HTMLButtonElement>("aside .beside .shown button")?.click();
    await until(() => {
      flushSync();
      expect(words(".st.selected").join()).toContain("npm test");
    });
  });

  test("say that their step is not there", async () => {
    const gone = { ...proved, pos: { stream: "stdout", offset: 9999, len: 9, index: 0 } } as const;
    await claiming([gone]);
    await shown();
    press("w");
    const from = [
      () => button("show the step"),
      () => document.querySelector<HTMLButtonElement>("aside .beside .shown button"),
    ];
    for (const link of from) {
      expect(words("[role=alert]")).toEqual([]);
      link()?.click();
      await until(() => {
        flushSync();
        expect(words("[role=alert]").join()).toContain("The step of this link is not in this story.");
      });
      button("Hide")?.click();
      flushSync();
    }
  });

  test("are not there when the agent claims nothing", async () => {
    const claims = vi.fn(() => []);
    await show(batch(recorder(), { state: "done" }), { ...answeringSome({ claims }, fake("still")) });
    await until(() => {
      expect(claims).toHaveBeenCalled();
    });
    flushSync();
    expect(document.querySelector(".claims")).toBeNull();
  });
});
