// The worktree of a story is removed only after it was shown what goes with it, as it was shown, and while nothing speaks against it.

import { flushSync } from "svelte";
import { describe, expect, test, vi } from "vitest";
import { ended, prompt, Recorder, STORY, text } from "../../../domain/timeline/recorder";
import { Refusal, type Backend } from "../../../ipc/backend";
import { fake } from "../../../ipc/fake";
import { FakeFinish, type FinishScene } from "../../../ipc/fake/finish";
import { answeringSome } from "../../../ipc/fake/queries";
import { until } from "../../../ipc/fake/until";
import type { FinishDone, WorktreeLook } from "../../../ipc/protocol";
import { batch, button, press, show, words } from "../storyStage";

const LOOK = "What would go with it?";
const feed = () =>
  batch(new Recorder().run("r1").says(prompt("Go"), text("Done."), ended("Done.")), {
    state: "done",
    reason: "unchecked",
  });

/** The panel, with the worktree looked at. */
async function looked(
  scene: FinishScene,
  change: Partial<WorktreeLook> = {},
  ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" }),
) {
  const stands = new FakeFinish(scene);
  const finishing = vi.fn(() => stands.standing(undefined));
  const worktree = vi.fn(() => ({ ...stands.worktree(undefined), ...change }));
  await show(feed(), { ask, ...answeringSome({ finishing, worktree, claims: () => [] }, fake("still")) });
  press("f");
  await until(() => {
    flushSync();
    expect(button(LOOK)?.disabled).toBe(false);
  });
  expect(worktree).not.toHaveBeenCalled();
  button(LOOK)?.click();
  await until(() => {
    flushSync();
    expect(button("Remove the worktree")).toBeDefined();
  });
  return { ask, stands, finishing, worktree };
}

const section = " [aria-labelledby=finish-worktree]";

describe("removing a worktree", () => {
  test("what is there, what would go, and what speaks against it stand there", async () => {
    await looked("long");
    expect(words(`${section} p`)).toEqual([
      expect.stringMatching(/addresses, size not known$/) as string,
      "main: 3 commits are nowhere else; 3 are not pushed.",
      "2 stashes were made on its branch; they stay.",
      "8 files are changed and not committed",
      "42 files and folders are new",
      "3 files and folders are ignored by git",
      "node (48112) works there and listens on 5173, 24678",
      "It is the folder of fix-the-address-of-everything, second, too.",
      "Processes work there: end them first.",
    ]);
    expect(words(`${section} li.dim`)).toEqual(["and 40 more files"]);
    expect(button("Remove the worktree")?.disabled).toBe(true);
  });

  test("what was shown goes with the request", async () => {
    const removed = { project: "/p/.git", branch: "refs/heads/fix", head: "a", branch_deleted: true };
    const done: FinishDone = {
      n: 4,
      act: "remove",
      reference: "refs/heads/fix",
      from: "a",
      to: null,
      dir: "/w",
      removed,
    };
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "finished", done, output: "" });
    const { stands } = await looked("open", {}, ask);
    document.querySelector<HTMLInputElement>(`${section} input[type=checkbox]`)?.click();
    flushSync();
    button("Remove the worktree")?.click();
    await until(() => {
      flushSync();
      expect(words(".panel .state")).toEqual(["Worktree removed, and fix deleted"]);
    });
    const head = stands.standing(undefined).head;
    const step = { act: "remove", ignored: 3, delete_branch: true };
    expect(ask).toHaveBeenCalledExactlyOnceWith({ op: "finish", story: STORY, head, step });
    expect(button(LOOK)).toBeDefined();
  });

  test("of a branch whose work was merged as one commit it is said that nothing is missing in the base", async () => {
    const stands = new FakeFinish("open").standing(undefined);
    const target = stands.target && { ...stands.target, preview: { is: "clean", changes: false } as const };
    const finishing = () => ({ ...stands, target });
    const worktree = () => new FakeFinish("open").worktree(undefined);
    await show(feed(), { ...answeringSome({ finishing, worktree, claims: () => [] }, fake("still")) });
    press("f");
    await until(() => {
      flushSync();
      expect(button(LOOK)?.disabled).toBe(false);
    });
    button(LOOK)?.click();
    await until(() => {
      flushSync();
      expect(words(`${section} p`)).toContain("What it changed is in main.");
    });
  });

  test("a refusal stands there, and what is there now is shown", async () => {
    const fault = {
      code: "moved",
      message: "a file is not as it was shown any more",
      hint: "Look.",
    } as const;
    const { worktree } = await looked(
      "clean",
      {},
      vi.fn<Backend["ask"]>().mockRejectedValue(new Refusal(fault)),
    );
    button("Remove the worktree")?.click();
    await until(() => {
      flushSync();
      expect(words(".panel .state")).toEqual(["A file is not as it was shown any more. Look."]);
      expect(worktree).toHaveBeenCalledTimes(2);
    });
  });

  test("a worktree that was removed can be brought back, and nothing else is offered", async () => {
    const stands = new FakeFinish("clean");
    stands.act(undefined, { act: "remove", ignored: 0, delete_branch: false });
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    const finishing = () => stands.standing(undefined);
    await show(feed(), { ask, ...answeringSome({ finishing, claims: () => [] }, fake("still")) });
    press("f");
    await until(() => {
      flushSync();
      expect(button("Bring it back")?.disabled).toBe(false);
    });
    expect(words(".panel p[role=status]")).toEqual([
      "Its worktree was removed. “Bring it back” makes it again, with its files.",
    ]);
    expect(words(".panel h3")).toEqual(["Done last"]);
    button("Bring it back")?.click();
    await until(() => {
      expect(ask).toHaveBeenCalledExactlyOnceWith(
        expect.objectContaining({ op: "finish", step: { act: "undo", n: 9 } }),
      );
    });
  });
});
