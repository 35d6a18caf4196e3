// The remote and the host in the panel *Finish*: a push, a pull request with words that are kept, its checks, and failing logs for the
// agent.

import { flushSync } from "svelte";
import { describe, expect, test, vi } from "vitest";
import { ended, prompt, Recorder, text, STORY } from "../../../domain/timeline/recorder";
import { Refusal, type Backend } from "../../../ipc/backend";
import { fake } from "../../../ipc/fake";
import { FakeFinish, type FinishScene } from "../../../ipc/fake/finish";
import { answeringSome } from "../../../ipc/fake/queries";
import { until } from "../../../ipc/fake/until";
import type { FailingLogs, Finishing, Hosted } from "../../../ipc/protocol";
import { AGAIN } from "./host.svelte";
import { batch, button, leave, press, show, type, words } from "../storyStage";

const feed = () =>
  batch(new Recorder().run("r1").says(prompt("Go"), text("Done."), ended("Done.")), {
    state: "done",
    reason: "unchecked",
    title: "Move address validation",
  });

/** The panel of a story whose branch and host stand so, once the host answered. */
async function opened(
  scene: FinishScene,
  {
    found = {},
    host = {},
    logs,
  }: { found?: Partial<Finishing>; host?: Partial<Hosted>; logs?: FailingLogs } = {},
  ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" }),
) {
  const branch = new FakeFinish(scene);
  const hosted = vi.fn(() => ({ ...branch.hosted(), ...host }));
  const openLink = vi.fn<Backend["openLink"]>().mockResolvedValue();
  const answers = answeringSome(
    {
      finishing: () => ({ ...branch.standing(undefined), ...found }),
      hosted,
      failing_logs: () => logs ?? branch.failingLogs(),
      claims: () => [],
    },
    fake("still"),
  );
  await show(feed(), { ask, openLink, ...answers });
  press("f");
  await until(() => {
    flushSync();
    expect(document.querySelector("#finish-push")).not.toBeNull();
    expect(words(".panel .faint")).toEqual([]);
  });
  return { ask, hosted, openLink };
}

const title = () => document.querySelector<HTMLInputElement>(".panel input[aria-label=Title]");
const step = (ask: ReturnType<typeof vi.fn<Backend["ask"]>>) => {
  const intent = ask.mock.calls[0]?.[0];
  return intent?.op === "finish" ? intent.step : undefined;
};

describe("the remote and the host", () => {
  test("a push goes to the remote that was shown", async () => {
    const { ask } = await opened("clean");
    expect(words("#finish-push")).toEqual(["Push to origin"]);
    press("Y", { ctrlKey: true, shiftKey: true });
    await until(() => {
      expect(step(ask)).toEqual({ act: "push", remote: "origin" });
    });
  });

  test("a pull request is begun with the proposed words, or with one's own, which are kept", async () => {
    await opened("clean", { found: { pull_request: { base: "main", title: "Move it", text: "Why" } } });
    expect(title()?.value).toBe("Move it");
    type(title(), "In my words");
    await leave();
    const { ask } = await opened("clean");
    expect(title()?.value).toBe("In my words");
    document.querySelector<HTMLInputElement>(".panel input[type=checkbox]")?.click();
    flushSync();
    button("Begin a pull request")?.click();
    await until(() => {
      expect(step(ask)).toMatchObject({
        act: "pull_request",
        base: "main",
        title: "In my words",
        draft: true,
      });
    });
    await until(() => {
      flushSync();
      expect(title()?.value).not.toBe("In my words");
    });
  });

  test("it goes into another branch if one is named, which is kept, and into none if that is empty", async () => {
    const base = () => document.querySelector<HTMLInputElement>(".panel .base input");
    await opened("clean");
    expect(base()?.value).toBe("main");
    type(base(), "release/2");
    await leave();
    const { ask } = await opened("clean");
    expect(base()?.value).toBe("release/2");
    type(base(), " ");
    expect(button("Begin a pull request")?.disabled).toBe(true);
    expect(words(".panel section").join(" ")).toContain("Name the branch into which it is to be merged.");
    type(base(), "release/2 ");
    button("Begin a pull request")?.click();
    await until(() => {
      expect(step(ask)).toMatchObject({ act: "pull_request", base: "release/2" });
    });
    await until(() => {
      flushSync();
      expect(base()?.value).toBe("main");
    });
  });

  test("words stay after a refusal", async () => {
    const fault = { code: "host", message: "gh refused: no rights", hint: "Look." } as const;
    await opened("clean", {}, vi.fn<Backend["ask"]>().mockRejectedValue(new Refusal(fault)));
    type(title(), "Not lost");
    button("Begin a pull request")?.click();
    await until(() => {
      flushSync();
      expect(words(".panel .state")).toEqual(["Gh refused: no rights. Look."]);
    });
    expect(title()?.value).toBe("Not lost");
  });

  test("an open one stands there with its checks and its page, and is not begun again", async () => {
    const { openLink } = await opened("hosted");
    expect(words(".panel .request")).toEqual(["#41 Move address validation Draft, into main"]);
    expect(words(".panel .checks li")).toEqual([
      "ci / test failed",
      "ci / lint passed",
      "ci / deploy runs",
      "docs skipped",
    ]);
    expect([title(), button("Begin a pull request")]).toEqual([null, undefined]);
    button("Open page")?.click();
    expect(openLink).toHaveBeenCalledExactlyOnceWith("https://github.com/ada/parcel-api/pull/41");
  });

  test("failing logs go to the agent on one key, and only if something failed", async () => {
    const { ask } = await opened("hosted", { logs: { checks: [], prompt: "A check failed." } });
    press("D", { ctrlKey: true, shiftKey: true });
    await until(() => {
      expect(ask).toHaveBeenCalledExactlyOnceWith(
        expect.objectContaining({ op: "send", story: STORY, text: "A check failed." }),
      );
    });
    await leave();
    const open = new FakeFinish("hosted").hosted().pull_request;
    await opened("hosted", { host: { pull_request: open && { ...open, checks: [] } } });
    expect(button("Send failing logs to the agent")).toBeUndefined();
  });

  test("the ends of failing logs are read here, also those that are not known, while the same checks failed", async () => {
    const checks = [
      { name: "ci / test", url: null, log: "expected 2, found 3", why_unknown: null },
      { name: "ci / old", url: null, log: null, why_unknown: "gh refused: 410" },
      { name: "ci / mute", url: null, log: "", why_unknown: null },
    ];
    const open = new FakeFinish("hosted").hosted().pull_request;
    const { hosted } = await opened("hosted", { logs: { checks, prompt: "It failed." } });
    button("Read failing logs")?.click();
    await until(() => {
      flushSync();
      expect(words(".panel .log")).toEqual([
        expect.stringMatching(/^ci \/ test\s*expected 2, found 3$/),
        expect.stringMatching(/^ci \/ old\s*Its log is not known: gh refused: 410$/),
        expect.stringMatching(/^ci \/ mute\s*It printed nothing\.$/),
      ]);
    });
    expect(button("Read failing logs")).toBeUndefined();
    hosted.mockImplementation(() => ({
      ...new FakeFinish("hosted").hosted(),
      pull_request: open && { ...open, head: "0".repeat(40) },
    }));
    button("Ask the host again")?.click();
    await until(() => {
      flushSync();
      expect(words(".panel .log")).toEqual([]);
    });
    expect(button("Read failing logs")).toBeDefined();
  });

  test("while a check runs the host is asked again by itself, and when it was asked is said", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    try {
      const open = new FakeFinish("hosted").hosted().pull_request;
      const { hosted } = await opened("hosted");
      expect(words(".panel section").join(" ")).toMatch(/Looked at \d\d:\d\d\. While a check runs/);
      const asked = hosted.mock.calls.length;
      hosted.mockImplementation(() => ({
        ...new FakeFinish("hosted").hosted(),
        pull_request: open && {
          ...open,
          checks: [{ name: "ci / deploy", state: "passed", url: null, job: null }],
        },
      }));
      vi.advanceTimersByTime(AGAIN);
      await until(() => {
        flushSync();
        expect(words(".panel .checks li")).toEqual(["ci / deploy passed"]);
      });
      expect(hosted).toHaveBeenCalledTimes(asked + 1);
      vi.advanceTimersByTime(3 * AGAIN);
      expect(hosted).toHaveBeenCalledTimes(asked + 1);
      expect(words(".panel section").join(" ")).not.toContain("While a check runs");
    } finally {
      vi.useRealTimers();
    }
  });

  test("what the host does not say is not known, and nothing is begun", async () => {
    const { hosted } = await opened("clean", { host: { is_known: false, why_unknown: "gh refused: 502" } });
    expect(words(".panel section p")).toContain(
      "It is not known whether there is a pull request: gh refused: 502",
    );
    expect(button("Begin a pull request")).toBeUndefined();
    const asked = hosted.mock.calls.length;
    button("Ask the host again")?.click();
    await until(() => {
      expect(hosted.mock.calls.length).toBe(asked + 1);
    });
  });

  test("without its program the page of the host can be opened, if it is an https page", async () => {
    const { openLink } = await opened("signed-out");
    expect(words(".panel section p")).toContain("gh is not signed in: “gh auth login” signs you in.");
    button("Open the page to begin one")?.click();
    expect(openLink.mock.calls[0]?.[0]).toContain("/compare/");
    await leave();
    await opened("signed-out", { host: { page: "file:///etc/passwd" } });
    expect(button("Open the page to begin one")).toBeUndefined();
  });

  test("without a remote there is no push and no host is asked; the story is put away from there", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    const { hosted } = await opened("alone", {}, ask);
    expect(button("Push")?.disabled).toBe(true);
    expect(document.querySelector("#finish-request")).toBeNull();
    expect(hosted).not.toHaveBeenCalled();
    button("Archive")?.click();
    await until(() => {
      expect(ask).toHaveBeenCalledExactlyOnceWith({ op: "archive", story: STORY });
    });
  });
});
