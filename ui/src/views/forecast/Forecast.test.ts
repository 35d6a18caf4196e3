// The forecast of a project: what conflicts, what is not known, the order of merging, and the ways from it and to it.

import axe from "axe-core";
import { flushSync } from "svelte";
import { expect, test, vi } from "vitest";
import { Refusal, type Backend } from "../../ipc/backend";
import { fake } from "../../ipc/fake";
import type { ForecastScene } from "../../ipc/fake/forecast";
import { answeringSome } from "../../ipc/fake/queries";
import { until } from "../../ipc/fake/until";
import type { Forecast, Query } from "../../ipc/protocol";
import { button, chord, press, show, text } from "../board/boardStage";

const see = (what: () => void) =>
  until(() => {
    flushSync();
    what();
  });
const rows = () => text("main table tbody tr");

/** The forecast of the project of the fourth story of the board. */
async function open(scene: ForecastScene = "some", change: Partial<Backend> = {}): Promise<void> {
  await show("still", { ...fake("still", {}, undefined, undefined, undefined, scene), ...change });
  press("4");
  chord("j", { shiftKey: true });
  await see(() => {
    expect(text("main h1")).toEqual(["Forecast parcel-api"]);
    expect(text("main .sum, main .fault")).toHaveLength(1);
  });
}

test("a row of the board says with which story it conflicts, names the files, and leads there", async () => {
  await show("still");
  const marks = [...document.querySelectorAll<HTMLButtonElement>(".collides")];
  expect(marks.map((each) => [each.textContent.trim(), each.title])).toEqual([
    [
      "same lines as Retry label purchases on carrier time-outs",
      "same lines as Retry label purchases on carrier time-outs: crates/carriers/src/label.rs",
    ],
    [
      "same lines as Replace carrier polling with webhooks",
      "same lines as Replace carrier polling with webhooks: crates/carriers/src/label.rs",
    ],
  ]);
  marks[0]?.click();
  await see(() => {
    expect(text("main h1")).toEqual(["Forecast parcel-api"]);
  });
});

test("pairs and the order of merging stand there, and what is not known is not no conflict", async () => {
  await open();
  expect(text("main .sum")).toEqual(["1 pair of stories conflicts. For 1 pair it is not known."]);
  expect(rows()).toEqual([
    expect.stringMatching(/^same lines ?Replace .* Retry .*label\.rs same lines.*Show the lines$/) as string,
    expect.stringMatching(
      /^same file ?Move .* Replace .*Cargo\.lock changed by both, git merges it/,
    ) as string,
    expect.stringMatching(/^not known ?Move .* Return .* comparing took longer than 20 seconds\.$/) as string,
  ]);
  expect(text("main ol li")).toEqual([
    expect.stringMatching(/^1 Move .* no conflict as of checkpoint 4, compared 16:49 Open Finish$/) as string,
    expect.stringMatching(
      /^2 Replace .* no conflict .*; its newest checkpoint is not compared yet$/,
    ) as string,
    expect.stringMatching(/^3 Retry .* conflicts with Replace carrier polling with webhooks as of/) as string,
    expect.stringMatching(
      /^4 Return .* not known with Move address validation into its own crate as of/,
    ) as string,
  ]);
  const found = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });
  expect(found.violations.map(({ id }) => id)).toEqual([]);
});

test("the lines that conflict are read when they are wanted, and X shows and hides all", async () => {
  const base = fake("still");
  const asked: Query[] = [];
  const pieces = vi.fn((query: Extract<Query, { of: "overlap_pieces" }>) => {
    asked.push(query);
    return base.query(query);
  });
  await open("some", answeringSome({ overlap_pieces: pieces }, base));
  expect(asked).toEqual([]);
  button("Show the lines")?.click();
  await see(() => {
    expect(text("main pre")[0]).toContain("<<<<<<< story-2 let label = client");
  });
  expect(text("main .lines p")).toEqual([
    "2 more places conflict in this file.",
    "The file conflicts as a whole.",
  ]);
  press("x");
  expect(text("main .lines")).toEqual([]);
  press("x");
  await see(() => {
    expect(text("main pre")).toHaveLength(1);
  });
  expect(asked).toHaveLength(2);
});

test("lines that cannot be read say why", async () => {
  const fault = { code: "not_found", message: "the story has no checkpoint 4", hint: "Look again." } as const;
  const overlap_pieces = () => Promise.reject(new Refusal(fault));
  await open("some", answeringSome({ overlap_pieces }, fake("still")));
  press("x");
  await see(() => {
    expect(text("main .lines [role=alert]")).toEqual(["The story has no checkpoint 4. Look again."]);
  });
});

test("every kind of conflict and of what is not known has its words", async () => {
  await open("kinds");
  expect(text("main tbody li .small")).toEqual([
    "same lines",
    "added by both, with different content",
    "removed by one, changed by the other",
    "renamed by both",
    "changed by both, not a text file",
    "a file in one, a folder in the other",
    "a file in one, a link in the other",
    "a submodule that both moved",
    "conflicts in another way",
    "changed by both, git merges it",
    "added by both, with different content",
  ]);
  expect(
    rows()
      .filter((row) => row.startsWith("not known"))
      .map((row) => row.split("Not known: ")[1]),
  ).toEqual([
    "git 2.34.1 cannot merge without a worktree. Git 2.38 or newer can.",
    "the two have no commit in common.",
    "git said “object 8c1f… is missing”.",
    "the project has more stories than are compared with one.",
  ]);
});

test("stories that were not compared say why", async () => {
  const base = fake("still");
  const forecast = async (query: Extract<Query, { of: "forecast" }>): Promise<Forecast> => {
    const found = await base.query(query);
    const [first] = found.stories;
    if (first === undefined) throw new Error("there is a story");
    const stands = [
      { is: "nothing_new", checkpoint: 1 },
      { is: "no_checkpoint" },
      { is: "not_yet" },
      { is: "same_worktree", with: first.story },
      { is: "no_worktree" },
      { is: "unknown", why: { is: "git_too_old", version: "2.31.0" } },
    ] as const;
    const stories = stands.map((each, n) => ({
      ...first,
      story: `s${n}`,
      title: `Story ${n}`,
      stands: each,
    }));
    return { ...found, stories, pairs: [], separate: 0, order: { steps: [], is_best: true } };
  };
  await open("some", answeringSome({ forecast }, base));
  expect(text("main .sum")).toEqual(["There are not two stories here whose work can be compared."]);
  expect(text("main ul li")).toEqual([
    "Story 0 Its base has everything that it changed.",
    "Story 1 Not known yet: nothing is held of its files. They are held from its next prompt on.",
    "Story 2 Not known yet: it is compared when its next checkpoint comes.",
    "Story 3 It works in the same worktree as Move address validation into its own crate, which is compared for both.",
    "Story 4 Its worktree is not there any more.",
    "Story 5 Not known: git 2.31.0 cannot merge without a worktree. Git 2.38 or newer can.",
  ]);
  press("f");
  flushSync();
  expect(text("footer .said")).toEqual(["Finish the first: No story of this project was compared."]);
});

test("without a conflict any order does, and F opens the panel that merges the first", async () => {
  await open("none");
  expect(text("main .sum")).toEqual(["4 stories were compared, and none conflict."]);
  expect(text("main ol + *, main section > p")).toContain(
    "Merged in any order, none of them is known to conflict.",
  );
  press("f");
  await see(() => {
    expect(new Set(text('[role="tab"][aria-selected="true"]'))).toEqual(new Set(["Finish"]));
    expect(text("h1")[0]).toContain("Move address validation into its own crate");
  });
});

test("the panel Finish says which story conflicts once this one is merged", async () => {
  await show("still");
  press("4", "Enter");
  await see(() => {
    expect(text("h1")[0]).toContain("Replace carrier polling");
  });
  press("f");
  await see(() => {
    expect(text("[aria-labelledby=finish-merge] p")).toContain(
      "Once this is merged, “Retry label purchases on carrier time-outs” conflicts with it: crates/carriers/src/label.rs",
    );
  });
});

test("a forecast that cannot be read says why, and is read again", async () => {
  const base = fake("still");
  const fault = {
    code: "store",
    message: "The store is locked.",
    hint: "Musher tries again by itself.",
  } as const;
  let isBroken = true;
  const forecast = (query: Extract<Query, { of: "forecast" }>) =>
    isBroken ? Promise.reject(new Refusal(fault)) : base.query(query);
  await open("some", answeringSome({ forecast }, base));
  expect(text("main .fault")).toEqual(["The store is locked. Musher tries again by itself. Read again"]);
  isBroken = false;
  button("Read again")?.click();
  await see(() => {
    expect(text("main .fault")).toEqual([]);
    expect(rows()).toHaveLength(3);
  });
});
