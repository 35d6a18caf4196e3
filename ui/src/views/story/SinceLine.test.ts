import { expect, test } from "vitest";
import { prompt, Recorder } from "../../domain/timeline/recorder";
import { Refusal, type Backend } from "../../ipc/backend";
import { fake } from "../../ipc/fake";
import type { ChangesScene } from "../../ipc/fake/changes/answers";
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

test.each([
  ["nothing came", () => scene("none")],
  ["it is not known", () => ({ ...scene("zoo"), query: () => Promise.reject(REFUSED) })],
])("nothing is said if %s", async (_, backend) => {
  const { query, ask } = backend();
  let answered = 0;
  const asks: Backend["query"] = (one) => {
    const answer = query(one);
    const count = () => {
      if (one.of === "since_looked") answered += 1;
    };
    answer.then(count, count);
    return answer;
  };
  await show(feed(), { query: asks, ask });
  await until(() => {
    expect(answered).toBe(1);
  });
  expect(document.querySelector(".since")).toBeNull();
});
