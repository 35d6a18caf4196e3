// Rows that come, go and are scrolled away: the archive, new stories, and the head of a project.

import { flushSync } from "svelte";
import { describe, expect, it } from "vitest";
import type { Backend } from "../../ipc/backend";
import { button, chord, filterBy, press, selected, show, text } from "./boardStage";
import { until } from "../../ipc/fake/until";

describe("rows of the board", () => {
  it("archives by key, selects the row after it, and takes out of the archive by the same key", async () => {
    await show("full");
    const before = text(".story .title");
    const done = "Return 409 on duplicate shipment references";
    const after = before[before.indexOf(done) + 1];
    press(String(before.indexOf(done) + 1));
    expect(selected()).toEqual([done]);
    chord("A", { shiftKey: true });
    await until(() => {
      flushSync();
      expect(text(".story .title")).not.toContain(done);
      expect(selected()).toEqual([after]);
    });
    press("/");
    filterBy("409");
    await until(() => {
      flushSync();
      expect(text(".archive")).toEqual(["1 in the archive"]);
    });
    expect(text(".word-of-wait")[0]).toMatch(/^No story has/);
    // Enter goes there as well as a click does, and then to the row.
    const enter = () => {
      document.activeElement?.dispatchEvent(
        new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }),
      );
      flushSync();
    };
    enter();
    enter();
    expect(selected()).toEqual([done]);
    chord("A", { shiftKey: true });
    await until(() => {
      flushSync();
      expect(text("[data-story] .title")).toEqual([]);
    });
    press("Escape");
    await until(() => {
      flushSync();
      expect(text(".story .title")).toContain(done);
    });
  });

  it("renames the selected story by F2", async () => {
    await show("full");
    press("4", "F2");
    expect(document.querySelector<HTMLInputElement>(".sheet.form input")?.value).toBe(
      "Replace carrier polling with webhooks",
    );
  });

  it("says that a new story came where it is not seen, and shows it", async () => {
    const backend = await show("full");
    expect(text(".newer")).toEqual([]);
    button("parcel-api")?.click();
    flushSync();
    const intent = { op: "start", prompt: "Count the parcels", title: "Count the parcels", agent: "claude" };
    await backend.ask(intent as Parameters<Backend["ask"]>[0]);
    await until(() => {
      flushSync();
      expect(text(".newer")).toEqual(["↓ 1 new story"]);
    });
    expect(text(".story .title")).not.toContain("Count the parcels");
    button("1 new story")?.click();
    await until(() => {
      flushSync();
      expect(selected()).toEqual(["Count the parcels"]);
      expect(text(".newer")).toEqual([]);
    });
  });

  it("leads up to a new story whose row is above what is in sight", async () => {
    const backend = await show("full");
    const board = document.querySelector<HTMLElement>(".board");
    if (!board) throw new Error("the board is here");
    // The browser would not scroll so far; jsdom does.
    board.scrollTop = 5_000;
    board.dispatchEvent(new Event("scroll"));
    flushSync();
    const intent = { op: "start", prompt: "Count the parcels", title: "Count the parcels", agent: "claude" };
    await backend.ask(intent as Parameters<Backend["ask"]>[0]);
    await until(() => {
      flushSync();
      expect(text(".newer")).toEqual(["↑ 1 new story above"]);
    });
    button("1 new story above")?.click();
    await until(() => {
      flushSync();
      expect(selected()).toEqual(["Count the parcels"]);
      expect(text(".newer")).toEqual([]);
    });
    expect(board.scrollTop).toBeLessThan(5_000);
  });

  it("keeps the head of a project in sight while its rows are scrolled, with its counts", async () => {
    await show("huge");
    const board = document.querySelector<HTMLElement>(".board");
    if (!board) throw new Error("the board is here");
    expect(document.querySelector(".board > .at")).toBeNull();
    board.scrollTop = 4_000;
    board.dispatchEvent(new Event("scroll"));
    flushSync();
    expect(text(".board > .at h2")[0]).toMatch(/ \d+ stories( \d+ running)?$/);
    const copies = document.querySelectorAll(".board > .at button");
    expect([...copies].map((each) => each.getAttribute("tabindex"))).toEqual(["-1"]);
  });
});
