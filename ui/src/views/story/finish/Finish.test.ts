// The panel that finishes a story: what is shown goes with each request, what cannot be done says why, and words are kept.

import { flushSync } from "svelte";
import { describe, expect, test, vi } from "vitest";
import { ended, prompt, Recorder, text, STORY } from "../../../domain/timeline/recorder";
import { Refusal, type Backend } from "../../../ipc/backend";
import { fake } from "../../../ipc/fake";
import { FakeFinish, type FinishScene } from "../../../ipc/fake/finish";
import { answeringSome } from "../../../ipc/fake/queries";
import { until } from "../../../ipc/fake/until";
import type { Finishing } from "../../../ipc/protocol";
import { batch, button, leave, press, show, type, words } from "../storyStage";

const feed = () =>
  batch(new Recorder().run("r1").says(prompt("Go"), text("Done."), ended("Done.")), {
    state: "done",
    reason: "unchecked",
    title: "Move address validation",
  });

/** The panel of a story whose branch stands so. */
async function opened(
  scene: FinishScene,
  change: Partial<Finishing> = {},
  ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" }),
) {
  const finishing = vi.fn(() => ({ ...new FakeFinish(scene).standing(undefined), ...change }));
  await show(feed(), { ask, ...answeringSome({ finishing, claims: () => [] }, fake("still")) });
  press("f");
  await until(() => {
    flushSync();
    expect(document.querySelector(".panel h2 code")).not.toBeNull();
  });
  return { ask, finishing };
}

const field = () => document.querySelector<HTMLTextAreaElement>(".panel textarea");
const isDisabled = (name: string) => button(name)?.disabled;

describe("finishing a story", () => {
  test("a reason that hinders everything stands there once", async () => {
    const standing = new FakeFinish("open").standing(undefined);
    const offers = standing.offers.map(({ act }) => ({ act, why_not: "works" as const }));
    await opened("open", { offers });
    expect(words(".panel p[role=status]")).toEqual([
      "Something works in its worktree: wait for it, or stop it first.",
    ]);
    expect(words(".panel section:not([aria-labelledby=finish-archive]) .acts .dim")).toEqual([]);
    expect(isDisabled("Commit")).toBe(true);
  });

  test("F shows how its branch stands, with the words for the commit ready", async () => {
    await opened("open", { message: "Move address validation" });
    expect(words(".panel h2, .panel h3")).toEqual([
      "main into main",
      "3 files are not committed",
      "Update from main",
      "Merge into main",
      "Push to origin",
      "Pull request",
      "Put it away",
      "Worktree",
    ]);
    expect(words(".panel .files li")[0]).toBe("crates/address/src/lib.rs");
    expect(field()?.value).toBe("Move address validation");
    await until(() => {
      flushSync();
      expect(document.activeElement).toBe(field());
    });
  });

  test("what was shown goes with the commit, and its output stands there", async () => {
    const done = {
      n: 4,
      act: "commit",
      reference: "refs/heads/fix",
      from: "a",
      to: "c0ffee1234567",
    } as const;
    const ask = vi
      .fn<Backend["ask"]>()
      .mockResolvedValue({ reply: "finished", done, output: "lint: good\n" });
    await opened("open", { head: "abc" }, ask);
    type(field(), "Say it in my words");
    field()?.focus();
    press("Enter", { ctrlKey: true });
    await until(() => {
      flushSync();
      expect(words(".panel .output")).toEqual(["lint: good"]);
    });
    const step = { act: "commit", message: "Say it in my words", paths: [] };
    expect(ask).toHaveBeenCalledExactlyOnceWith({ op: "finish", story: STORY, head: "abc", step });
    expect(words(".panel .state")).toEqual(["Committed: fix is c0ffee1234 now"]);
  });

  test("what cannot be done says why", async () => {
    await opened("clean");
    expect(words(".panel h3")[0]).toBe("Everything is committed");
    expect([button("Commit"), isDisabled("Rebase onto the base")]).toEqual([undefined, true]);
    expect(words(".panel .acts span.dim")).toEqual([
      "The branch has everything of its base.",
      "The branch has everything of its base.",
    ]);
    expect(isDisabled("Merge into the base")).toBe(false);
  });

  test("a story without a base says so, and can be committed", async () => {
    await opened("alone");
    expect(words(".panel section p")).toContain("It did not begin from a branch in a worktree of its own.");
    expect(button("Merge into the base")).toBeUndefined();
    expect(isDisabled("Commit")).toBe(false);
  });

  test("conflicts stand there with their pieces, and are handed to the agent", async () => {
    const { ask } = await opened("conflicts");
    expect(words(".panel summary")).toEqual([
      "crates/address/src/lib.rs changed on both sides",
      "docs/addresses.md removed in the branch, changed in the base",
    ]);
    expect(words(".panel details pre")[0]).toContain("<<<<<<< base");
    button("Have the agent resolve it")?.click();
    await until(() => {
      expect(ask).toHaveBeenCalledExactlyOnceWith(
        expect.objectContaining({ op: "send", story: STORY, text: "Your branch conflicts with main." }),
      );
    });
  });

  test("the base as it was shown goes with a merge in the chosen way", async () => {
    const { ask } = await opened("open", { squash_message: "All of it" });
    const way = [...document.querySelectorAll<HTMLElement>(".panel [role=radio]")];
    expect(way.map((each) => each.getAttribute("aria-checked"))).toEqual(["false", "true", "false"]);
    way[2]?.click();
    flushSync();
    press("G", { ctrlKey: true, shiftKey: true });
    await until(() => {
      expect(ask).toHaveBeenCalledTimes(1);
    });
    const target = new FakeFinish("open").standing(undefined).target?.shown;
    const step = { act: "squash", target, message: "All of it" };
    expect(ask.mock.calls[0]?.[0]).toMatchObject({ op: "finish", step });
  });

  test("a refusal stands there, what is so now is read, and the words stay, also when one comes back", async () => {
    const fault = {
      code: "moved",
      message: "refs/heads/main is not as it was shown any more",
      hint: "Look.",
    } as const;
    const ask = vi.fn<Backend["ask"]>().mockRejectedValue(new Refusal(fault));
    const { finishing } = await opened("open", {}, ask);
    type(field(), "Not lost");
    const asked = finishing.mock.calls.length;
    button("Commit")?.click();
    await until(() => {
      flushSync();
      expect(words(".panel .state")).toEqual(["refs/heads/main is not as it was shown any more. Look."]);
      expect(finishing.mock.calls.length).toBeGreaterThan(asked);
    });
    expect(field()?.value).toBe("Not lost");
    await leave();
    await opened("open");
    expect(field()?.value).toBe("Not lost");
  });
});
