// A key that acts in another place says where, and is no action of this one.

import { flushSync } from "svelte";
import { describe, expect, test } from "vitest";
import { batch, press, show } from "./story/storyStage";
import { press as pressOnBoard, show as showBoard } from "./board/boardStage";
import { ended, prompt, Recorder, text } from "../domain/timeline/recorder";

const said = () => document.querySelector("footer .said")?.textContent;

describe("keys of another place", () => {
  test("a key of a story says on the board that the story is to be opened", async () => {
    await showBoard("full");
    pressOnBoard("d");
    flushSync();
    expect(said()).toContain("that is done in the story: Enter opens the selected one");
  });

  test("keys of the changes and of finishing say in the timeline where they act", async () => {
    await show(
      batch(new Recorder().run("r1").says(prompt("Go"), text("Done."), ended("Done.")), {
        state: "done",
        reason: "unchecked",
      }),
    );
    press("S", { ctrlKey: true, shiftKey: true });
    flushSync();
    expect(said()).toContain("that is done in Changes: D shows them");
    press("K", { ctrlKey: true, shiftKey: true });
    flushSync();
    expect(said()).toContain("that is done in Finish: F shows it");
  });
});
