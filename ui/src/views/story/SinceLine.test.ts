import { expect, test } from "vitest";
import { prompt, Recorder } from "../../domain/timeline/recorder";
import { Refusal, type Backend } from "../../ipc/backend";
import { fake } from "../../ipc/fake";
import type { ChangesScene } from "../../ipc/fake/changes/answers";
import { answeringSome } from "../../ipc/fake/queries";
import { until } from "../../ipc/fake/until";
import { batch, button, show, words } from "./storyStage";

const feed = () => batch(new Recorder().run("r1").says(prompt("Hi")));
const scene = (changes: ChangesScene): Backend => fake("still", {}, "none", changes);

test("a story opens with what came since the person looked, and leads to the changes since then", async () => {
  const { query, ask } = scene("zoo");
  await show(feed(), { query, ask });
  await until(() => {
    expect(words(".since")[0]).toMatch(
      /^Since you looked, .+ 26 files · 7 commands · 1 question · 1 gate passed · \$0\.41/,
    );
  });
  button("Show the changes")?.click();
  await until(() => {
    expect(document.querySelector<HTMLSelectElement>("select[aria-label='Which changes']")?.value).toBe(
      "looked",
    );
  });
});

const REFUSED = new Refusal({ code: "git", message: "git did not answer", hint: "Try again." });

test("nothing is said if nothing came", async () => {
  const { query, ask } = scene("none");
  let answered = 0;
  const asks: Backend["query"] = (one) => {
    const answer = query(one);
    if (one.of === "since_looked")
      void answer.then(() => {
        answered += 1;
      });
    return answer;
  };
  await show(feed(), { query: asks, ask });
  await until(() => {
    expect(answered).toBe(1);
  });
  expect(document.querySelector(".since")).toBeNull();
});

test("what cannot be known is said", async () => {
  const backend = scene("zoo");
  await show(feed(), {
    ...answeringSome({ since_looked: () => Promise.reject(REFUSED) }, backend),
    ask: backend.ask,
  });
  await until(() => {
    expect(words(".since")).toEqual(["What is new since you looked is not known. Git did not answer."]);
  });
});
