// The worktrees to clean up: their stories stand there at once, how each stands comes one after the other, nothing is chosen before a
// person chooses it, and what was shown goes with each removal.

import { flushSync, mount, unmount } from "svelte";
import { afterEach, describe, expect, test, vi } from "vitest";
import App from "../../App.svelte";
import { Refusal, type Backend } from "../../ipc/backend";
import { fake } from "../../ipc/fake";
import { FakeFinish } from "../../ipc/fake/finish";
import { answeringSome } from "../../ipc/fake/queries";
import { until } from "../../ipc/fake/until";
import type { WorktreeLook } from "../../ipc/protocol";

let shown: Record<string, unknown> | undefined;

afterEach(async () => {
  if (shown) await unmount(shown);
  shown = undefined;
  document.body.replaceChildren();
});

const look = (change: Partial<WorktreeLook> = {}): WorktreeLook => ({
  ...new FakeFinish("clean").worktree(undefined),
  ...change,
});

const texts = (selector: string) =>
  [...document.querySelectorAll(selector)].map((each) => each.textContent.replace(/\s+/g, " ").trim());

const button = (name: string) =>
  [...document.querySelectorAll("button")].find((each) => each.textContent.trim().startsWith(name));

async function opened(looks: readonly WorktreeLook[], ask: Backend["ask"]) {
  const backend = fake("still");
  const worktree = vi.fn(({ story }: { story: string }) => {
    const found = looks[Number(story)];
    if (!found) throw new Refusal({ code: "git", message: "git does not answer", hint: "Try again." });
    return found;
  });
  const worktrees = () => looks.map((_, n) => String(n));
  shown = mount(App, {
    target: document.body,
    props: { backend: { ...backend, ask, ...answeringSome({ worktrees, worktree }, backend) } },
  });
  flushSync();
  document.body.dispatchEvent(
    new KeyboardEvent("keydown", {
      key: "3",
      code: "Digit3",
      ctrlKey: true,
      bubbles: true,
      cancelable: true,
    }),
  );
  await until(() => {
    flushSync();
    expect(texts("main h1")).toEqual(["Worktrees"]);
    expect(document.querySelectorAll("main li").length).toBe(looks.length);
    expect(document.querySelectorAll("main li .faint").length).toBe(0);
  });
  return { worktree };
}

describe("worktrees to clean up", () => {
  test("what is merged is chosen by one key, and removed as it was shown; what is in use has no box", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    const git = look().git;
    await opened(
      [look(), look({ git: git && { ...git, unmerged: 2 } }), look({ kept_because: [{ is: "processes" }] })],
      ask,
    );
    const boxes = () => [...document.querySelectorAll<HTMLInputElement>("main input[type=checkbox]")];
    expect(boxes().map((box) => box.checked)).toEqual([false, false]);
    expect(texts("main .mark")).toEqual(["merged", "merged"]);
    expect(button("Remove the chosen ones")?.disabled).toBe(true);
    button("Choose what is merged")?.click();
    flushSync();
    expect(boxes().map((box) => box.checked)).toEqual([true, false]);
    expect(texts("main .acts [role=status]")).toEqual(["1 chosen, 48.4 MB"]);
    button("Remove the chosen ones")?.click();
    await until(() => {
      flushSync();
      expect(ask).toHaveBeenCalledTimes(1);
      expect(boxes().map((box) => box.checked)).toEqual([false, false]);
    });
    const step = { act: "remove", ignored: 0, delete_branch: false };
    expect(ask).toHaveBeenCalledWith({ op: "finish", story: "0", head: git?.head, step });
  });

  test("what could not be removed says why in its row, and the others go on", async () => {
    const fault = { code: "moved", message: "a file is not as it was shown", hint: "Look." } as const;
    const ask = vi
      .fn<Backend["ask"]>()
      .mockRejectedValueOnce(new Refusal(fault))
      .mockResolvedValue({ reply: "done" });
    await opened([look(), look()], ask);
    button("Choose what is merged")?.click();
    flushSync();
    button("Remove the chosen ones")?.click();
    await until(() => {
      flushSync();
      expect(ask).toHaveBeenCalledTimes(2);
      expect(texts("main [role=alert]")).toEqual(["A file is not as it was shown. Look."]);
    });
  });

  test("without any it is said so", async () => {
    await opened([], vi.fn<Backend["ask"]>());
    await until(() => {
      flushSync();
      expect(texts("main > p")).toEqual(["No worktree was made for a story."]);
    });
  });
});
