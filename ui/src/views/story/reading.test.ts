// What a person reads in the timeline: where its end is, the order of times, and a selection while a step is written.
import { flushSync } from "svelte";
import { afterEach, expect, test } from "vitest";
import { call, prompt, Recorder, result, text } from "../../domain/timeline/recorder";
import type { FeedBatch } from "../../ipc/protocol";
import { batch, press, show, words } from "./storyStage";
import { until } from "../../ipc/fake/until";

afterEach(() => {
  Reflect.deleteProperty(HTMLElement.prototype, "scrollHeight");
});

/** Shows a story, whose next batches are given one by one. */
async function follow(first: FeedBatch): Promise<(next: FeedBatch) => Promise<void>> {
  let shown = first;
  let revision = first.revision;
  let notice: (revision: number) => void = () => undefined;
  await show(first, {
    pull: () => Promise.resolve({ ...shown, revision }),
    onNotice: (hear) => {
      notice = hear;
      return () => undefined;
    },
  });
  return async (next) => {
    shown = next;
    revision += 1;
    notice(revision);
    await new Promise(requestAnimationFrame);
    flushSync();
  };
}

const many = () =>
  new Recorder()
    .run("r1")
    .says(prompt("Hi"), ...Array.from({ length: 100 }, (_, n) => text(`Step ${n}.`, `m${n}`)));

const wordsOnly = (node: Node) =>
  node.textContent?.trim() ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_REJECT;

function scrollTo(top: number): void {
  const list = document.querySelector("[role=feed]");
  if (!list) throw new Error("the timeline is here");
  list.scrollTop = top;
  list.dispatchEvent(new Event("scroll"));
  flushSync();
}

test("away from its end the timeline leads there, and says what came or is written meanwhile", async () => {
  // jsdom has no layout, so it does not know that the rows are higher than the view.
  Object.defineProperty(HTMLElement.prototype, "scrollHeight", { configurable: true, get: () => 2800 });
  const next = await follow(batch(many()));
  expect(words(".newer")).toEqual([]);
  scrollTo(300);
  expect(words(".newer")).toEqual(["↓ To the end"]);
  await next(batch(many().drafting({ message: "m100", text: "It is" })));
  await until(() => {
    flushSync();
    expect(words(".newer")).toEqual(["↓ 1 new step"]);
  });
  document.querySelector<HTMLElement>(".newer button")?.click();
  flushSync();
  expect(words(".newer")).toEqual([]);
  scrollTo(300);
  expect(words(".newer")).toEqual(["↓ The last step is being written"]);
});

test("what is selected in the step that is being written stays selected while it goes on", async () => {
  const writes = (words: string) =>
    batch(new Recorder().run("r1").says(prompt("Hi")).drafting({ message: "m1", text: words }));
  const next = await follow(writes("The first words"));
  const step = [...document.querySelectorAll(".st.text .markdown")].at(-1);
  const first = step && document.createTreeWalker(step, NodeFilter.SHOW_TEXT, wordsOnly).nextNode();
  if (!first) throw new Error("the step is here");
  getSelection()?.setBaseAndExtent(first, 4, first, 9);
  for (const more of [
    "The first words go",
    "The first words go on **in bold**.",
    "The first words go on **in bold**.\n\nAnd",
  ]) {
    await next(writes(more));
    await until(() => {
      flushSync();
      expect(words(".st.text").at(-1)).toContain(
        more.split(" ").at(-1)?.replaceAll("*", "").trim().split("\n").at(-1),
      );
    });
    expect(getSelection()?.toString()).toBe("first");
  }
  await next(batch(new Recorder().run("r1").says(prompt("Hi"), text("The first words, all of them.", "m1"))));
  await until(() => {
    flushSync();
    expect(words(".st.text").at(-1)).toContain("all of them");
  });
  expect(getSelection()?.toString()).toBe("first");
  getSelection()?.removeAllRanges();
});

test("a row that happened before the one above it says so", async () => {
  const recorder = new Recorder()
    .run("r1")
    .says(
      prompt("Hi"),
      call("c1", "Look around", { kind: "agent", subject: { is: "other", words: "Look around" } }),
    )
    .wait(60)
    .says(text("Meanwhile.", "m1"))
    .wait(120)
    .says(call("c2", "ls", { parent: "c1" }), result("c2", { parent: "c1" }), text("After.", "m2"));
  await show(batch(recorder));
  const times = () =>
    [...document.querySelectorAll<HTMLElement>(".st .at")].map(
      (each) => each.querySelector(".earlier") !== null,
    );
  expect(times()).toEqual([false, false, false, false]);
  press("k");
  press("k");
  press("k");
  press("Enter");
  await until(() => {
    flushSync();
    expect(times()).toEqual([false, false, false, true, false]);
  });
  expect(document.querySelector(".earlier")?.parentElement?.title).toMatch(
    /before the row above, which ran at the same time/,
  );
});
