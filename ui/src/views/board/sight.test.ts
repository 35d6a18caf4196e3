// What is in sight on the board: it stays where it is, and keys that change a story act on nothing else.
import { flushSync } from "svelte";
import { expect, it, vi } from "vitest";
import type { Backend } from "../../ipc/backend";
import { button, chord, filterBy, press, selected, show, text } from "./boardStage";
import { until } from "../../ipc/fake/until";

function board(): HTMLElement {
  const element = document.querySelector<HTMLElement>(".board");
  if (!element) throw new Error("the board is here");
  return element;
}

function scrollTo(top: number): void {
  board().scrollTop = top;
  board().dispatchEvent(new Event("scroll"));
  flushSync();
}

const row = (story: string) => document.getElementById(`story-${story}`);

/** Where a row is in what is in sight, in px. */
function placeOf(story: string): number {
  return Number.parseFloat(row(story)?.style.top ?? "") - board().scrollTop;
}

/** Waits for a row whose name has this; rows are drawn over several frames. */
async function rowNamed(
  part: RegExp,
  isWanted: (element: HTMLElement) => boolean = () => true,
): Promise<string> {
  return until(() => {
    flushSync();
    const rows = [...document.querySelectorAll<HTMLElement>(".story[data-story]")];
    const found = rows.find((each) => part.test(each.getAttribute("aria-label") ?? "") && isWanted(each));
    const story = found?.dataset["story"];
    if (story === undefined) throw new Error(`no row is named ${part}`);
    return story;
  });
}

function point(story: string, kind: "pointerdown" | "pointerover"): void {
  row(story)?.dispatchEvent(new MouseEvent(kind, { bubbles: true }));
  flushSync();
}

const inSight = (element: HTMLElement) => {
  const top = Number.parseFloat(element.style.top) - board().scrollTop;
  return top > 100 && top < 600;
};

/** Scrolls on until a row with such a name is in sight that is not in sight at the beginning of the board. */
async function scrollToRow(part: RegExp): Promise<string> {
  for (let top = 600; top < 24_000; top += 400) {
    scrollTo(top);
    // Rows are drawn over several frames.
    for (let frame = 0; frame < 6; frame += 1) {
      await new Promise(requestAnimationFrame);
      flushSync();
    }
    const rows = [...document.querySelectorAll<HTMLElement>(".story[data-story]")];
    const found = rows.find(
      (each) =>
        part.test(each.getAttribute("aria-label") ?? "") &&
        inSight(each) &&
        Number.parseFloat(each.style.top) > board().clientHeight,
    );
    if (found?.dataset["story"] !== undefined) return found.dataset["story"];
  }
  throw new Error(`no row is named ${part}`);
}

async function withNeedsUnfolded(change: Partial<Backend> = {}): Promise<Backend> {
  const backend = await show("huge", change);
  button("4 more")?.click();
  flushSync();
  return backend;
}

/** Makes a story wait for a person, and waits until the board counts it. */
async function ask(backend: Backend, story: string): Promise<void> {
  const before = Number(text(".needs .word")[0]);
  await backend.ask({ op: "interrupt", story });
  await until(() => {
    flushSync();
    expect(Number(text(".needs .word")[0])).toBe(before + 1);
  });
}

it.each(["pointerover", "pointerdown", "nothing"] as const)(
  "keeps the rows where they are when a question comes above, after %s",
  async (kind) => {
    const backend = await withNeedsUnfolded();
    const asking = await rowNamed(/, Working/);
    scrollTo(1500);
    const seen = await rowNamed(/./, inSight);
    if (kind !== "nothing") point(seen, kind);
    const place = placeOf(seen);
    await ask(backend, asking);
    await until(() => {
      flushSync();
      expect(placeOf(seen)).toBe(place);
    });
    expect(board().scrollTop).not.toBe(1500);
  },
);

it("says that a question came above, and leads to it", async () => {
  const backend = await withNeedsUnfolded();
  const asking = await rowNamed(/, Working/);
  scrollTo(1500);
  expect(text(".newer.above")).toEqual([]);
  await ask(backend, asking);
  expect(text(".newer.above")).toEqual(["↑ 1 more needs you above"]);
  document.querySelector<HTMLElement>(".newer.above button")?.click();
  await until(() => {
    flushSync();
    expect(text(".newer.above")).toEqual([]);
  });
  expect(document.querySelector('[aria-selected="true"]')?.id).toBe(`story-${asking}`);
  expect(placeOf(asking)).toBeGreaterThanOrEqual(0);
});

it("stays at its beginning, where a new question is seen", async () => {
  const backend = await withNeedsUnfolded();
  const asking = await rowNamed(/, Working/);
  await ask(backend, asking);
  expect([board().scrollTop, text(".newer.above")]).toEqual([0, []]);
});

it("shows what a filter finds from its first row on, and afterwards the selected row where it was", async () => {
  await show("huge");
  scrollTo(1500);
  press("/");
  filterBy("is:done");
  await until(() => {
    flushSync();
    expect(board().scrollTop).toBe(0);
  });
  const seen = await rowNamed(/, Done/, inSight);
  point(seen, "pointerdown");
  const place = placeOf(seen);
  press("Escape");
  await until(() => {
    flushSync();
    expect(row(seen)).not.toBeNull();
    expect(placeOf(seen)).toBe(place);
  });
  expect(selected()).toHaveLength(1);
});

const STATES: [string, RegExp, () => void, () => boolean][] = [
  [
    "archive",
    /, Done/,
    () => {
      chord("A", { shiftKey: true, code: "KeyA" });
    },
    () => false,
  ],
  [
    "delete the logs of",
    /, Done/,
    () => {
      chord("L", { shiftKey: true, code: "KeyL" });
    },
    () => document.querySelector(".sheet") !== null,
  ],
  [
    "rename",
    /, Done/,
    () => {
      press("F2");
    },
    () => document.querySelector(".sheet") !== null,
  ],
  [
    "stop",
    /, Working/,
    () => {
      chord(".");
    },
    () => text("footer [role=alert]")[0]?.includes("to stop") ?? false,
  ],
];

it.each(STATES)(
  "does not %s a story out of sight: the first press brings it there",
  async (name, state, act, isDone) => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show("huge", { ask });
    const story = await scrollToRow(state);
    point(story, "pointerdown");
    scrollTo(0);
    const title =
      row(story)?.getAttribute("aria-label")?.split(",")[0] ??
      document.querySelector("footer .subject")?.textContent;
    act();
    flushSync();
    expect([ask.mock.calls, isDone()]).toEqual([[], false]);
    expect(board().scrollTop).toBeGreaterThan(0);
    expect(text("footer [role=alert]")[0]).toMatch(/^Press .* again: .* was out of sight$/);
    expect(text("footer [role=alert]")[0]).toContain(title);
    act();
    flushSync();
    expect(ask.mock.calls.length === 1 || isDone(), name).toBe(true);
  },
);

it("opens no menu by its key for a selected story out of sight", async () => {
  await show("huge");
  scrollTo(1500);
  const story = await rowNamed(/, Done/, inSight);
  point(story, "pointerdown");
  scrollTo(0);
  const menu = () => {
    board().dispatchEvent(new MouseEvent("contextmenu", { bubbles: true, cancelable: true }));
    flushSync();
    return document.querySelector("[role=menu]");
  };
  expect(menu()).toBeNull();
  expect(text("footer [role=alert]")[0]).toContain("Press the menu key again: ");
  expect(menu()).not.toBeNull();
});

it("makes the first button of the selected row the only solid one", async () => {
  await show("full");
  const solid = () =>
    [...document.querySelectorAll(".btn.act")].map(
      (each) => each.closest(".need")?.querySelector(".title")?.textContent,
    );
  press("n");
  expect(solid()).toEqual(["Parse GPX 1.1 extensions without copying"]);
  press("n");
  expect(solid()).toEqual(["Virtualise the route list"]);
  press("n");
  expect(solid()).toEqual(["Move address validation into its own crate"]);
  press("4");
  expect(solid()).toEqual([]);
  press("Escape");
  expect(solid()).toEqual(["Move address validation into its own crate"]);
});

it("folds and unfolds the group of the selected story by a key", async () => {
  await show("huge");
  const needs = () => document.querySelectorAll(".need").length;
  press("n");
  expect(needs()).toBe(5);
  press("f");
  await until(() => {
    flushSync();
    expect(needs()).toBe(9);
  });
  press("f");
  await until(() => {
    flushSync();
    expect(needs()).toBe(5);
  });
  // A project stays the one that the key acts on while its rows are folded away.
  scrollTo(600);
  const story = await rowNamed(/./, (each) => !each.classList.contains("need") && inSight(each));
  point(story, "pointerdown");
  press("f");
  expect(row(story)).toBeNull();
  press("f");
  await until(() => {
    flushSync();
    expect(row(story)).not.toBeNull();
  });
});
