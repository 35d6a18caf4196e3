import axe from "axe-core";
import { flushSync } from "svelte";
import { describe, expect, it, vi } from "vitest";
import { Refusal, type Backend } from "../../ipc/backend";
import { denied } from "../../domain/timeline/ask";
import { keepDraft } from "../../state/drafts";
import { SETTLING } from "../../state/settled.svelte";
import { fake } from "../../ipc/fake";
import { questions } from "../../ipc/fake/afternoon";
import { answeringSome } from "../../ipc/fake/queries";
import { packed } from "../../ipc/fake/used/packed";
import type { UsageQuery, UsageReport } from "../../ipc/protocol";
import { button, chord, filterBy, press, selected, show, text } from "./boardStage";
import { until } from "../../ipc/fake/until";

/** Waits until the rows accept answers. */
const settle = () =>
  until(() => {
    flushSync();
    expect(button("Allow once")?.disabled).toBe(false);
  });

describe("Board", () => {
  it("shows what needs a person first, each with its answers", async () => {
    await show("full");
    expect(text(".need .title")).toEqual([
      "Parse GPX 1.1 extensions without copying",
      "Virtualise the route list",
      "Move address validation into its own crate",
    ]);
    expect(text(".need code")).toContain("cargo publish --dry-run -p address");
    expect(document.querySelectorAll(".btn.act")).toHaveLength(1);
    expect(document.querySelector(".btn.act")?.textContent).toContain("Allow once");
  });

  it("shows the selected story whole in a sheet, and a key that closes it", async () => {
    await show("full");
    press("4", " ");
    expect(text(".peek pre")).toEqual(["cargo nextest run -p carriers"]);
    expect(text(".peek dd")).toContain("9 files, 3 commits ahead, 1 behind, 214 added, 31 removed");
    expect(text(".work")[0]).toMatch(/\+214\s*−31$/);
    expect(text(".peek .title")).toEqual(["Replace carrier polling with webhooks"]);
    press("Escape");
    expect(document.querySelector(".peek")).toBeNull();
    expect(selected()).toEqual(["Replace carrier polling with webhooks"]);
  });

  it("says of today what the engine sums, as the Usage view does, and nothing before it answered", async () => {
    const asked: UsageQuery[] = [];
    let answer: (report: UsageReport) => void = () => undefined;
    await show("full", {
      ...answeringSome(
        {
          usage: (query) => {
            asked.push(query);
            return new Promise((resolve) => {
              answer = (report) => {
                resolve(packed(report));
              };
            });
          },
        },
        fake("still"),
      ),
    });
    const foot = () => text("footer > span").find((each) => each.startsWith("Today"));
    expect(foot()).toBe("Today not known yet");
    await until(() => {
      expect(asked).toHaveLength(1);
    });
    expect(asked[0]).toMatchObject({ step: null, by: [] });
    const midnight = new Date(asked[0]?.from ?? 0);
    expect([
      midnight.getHours(),
      midnight.getMinutes(),
      Date.parse(asked[0]?.to ?? "") - midnight.getTime(),
    ]).toEqual([0, 0, 86_400_000]);
    const { from, to } = { from: asked[0]?.from ?? "", to: asked[0]?.to ?? "" };
    const tokens = { input: 18_100_000, output: 0, cache_read: 0, cache_write: 0 };
    const bases = [
      { basis: "lower_bound", tokens, cost_micros: 38_670_000 },
      { basis: "unpriced", tokens: { ...tokens, input: 0 }, cost_micros: 0 },
    ] as const;
    answer({
      from,
      to,
      starts: [from],
      groups: [],
      cells: [],
      whole: { bases: [...bases], runs: 9, turns: 20 },
    });
    await until(() => {
      flushSync();
      expect(foot()).toMatch(/^Today ≥\s18\.1\sM tokens, ≥\s\$38\.67$/u);
    });
  });

  it("says why today is not known when the engine refuses", async () => {
    await show("full", {
      ...answeringSome(
        {
          usage: () => {
            throw new Refusal({
              code: "store",
              message: "The store cannot be read.",
              hint: "Restart Musher.",
            });
          },
        },
        fake("still"),
      ),
    });
    await until(() => {
      flushSync();
      expect(text("footer > span")).toContain("Today could not be read");
    });
    expect(
      document.querySelector('footer > [title="The store cannot be read. Restart Musher."]'),
    ).not.toBeNull();
  });

  it("has every key in one sheet, under which nothing acts", async () => {
    await show("full");
    press("4", "?");
    expect(text(".sheet dt")).toEqual(
      expect.arrayContaining([
        "Stop, Replace carrier polling with webhooks",
        "Next story",
        "Select the first to ninth story",
        "New story",
      ]),
    );
    press("s", "s");
    expect(document.querySelector(".warning")).toBeNull();
    press("Escape");
    expect(document.querySelector(".sheet")).toBeNull();
  });

  it("lets nobody allow a command that hides something or has many lines", async () => {
    await show("states");
    expect(text(".need .acts").slice(0, 2)).toEqual([
      expect.stringContaining("Read it all"),
      expect.stringContaining("Read it all"),
    ]);
    expect(text(".need code .hidden")).toContain("RLO");
    press("1", "a");
    expect(document.querySelectorAll(".need .title")[0]?.textContent).toContain("many lines");
  });

  it("names each row by title, state and reason", async () => {
    await show("full");
    const names = [...document.querySelectorAll("[role=row][aria-label]")].map((row) =>
      row.getAttribute("aria-label"),
    );
    expect(names).toContain("Return 409 on duplicate shipment references, Done 14:55, gate passed");
  });

  it("is walked through by keyboard", async () => {
    await show("full");
    press("j", "j");
    expect(selected()).toEqual(["Virtualise the route list"]);
    press("k");
    expect(selected()).toEqual(["Parse GPX 1.1 extensions without copying"]);
    press("4");
    expect(selected()).toEqual(["Replace carrier polling with webhooks"]);
    press("n");
    expect(selected()).toEqual(["Parse GPX 1.1 extensions without copying"]);
    press("Escape");
    expect(selected()).toEqual([]);
  });

  it("answers the selected question and no other, by a key that nobody types", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show("full", { ask });
    await settle();
    chord("Enter");
    chord("Backspace");
    expect(ask).not.toHaveBeenCalled();
    press("n", "n", "n");
    press(..."add tests first; dbr");
    expect(ask).not.toHaveBeenCalled();
    chord("Backspace", { repeat: true });
    chord("Enter", { repeat: true });
    expect(ask).not.toHaveBeenCalled();
    // A newly selected story does not accept it, either.
    chord("Backspace");
    expect(ask).not.toHaveBeenCalled();
    await until(() => {
      chord("Backspace");
      expect(ask).toHaveBeenCalled();
    });
    expect(ask).toHaveBeenCalledExactlyOnceWith({
      op: "answer",
      question: expect.stringContaining("r-118"),
      answer: denied(""),
    });
  });

  it("leads to the card where a person has begun to answer in words", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    for (const { id } of questions())
      keepDraft({ of: "question", id }, { message: "keep the file", given: [], typed: null });
    await show("full", { ask });
    expect(button("Finish the answer")).toBeDefined();
    expect(button("Allow once")).toBeUndefined();
    expect(button("Deny")).toBeUndefined();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    press("n");
    vi.advanceTimersByTime(SETTLING);
    chord("Enter");
    chord("Backspace");
    expect(ask).not.toHaveBeenCalled();
    vi.useRealTimers();
    localStorage.clear();
  });

  it("allows nothing in the first moments of a row", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show("full", { ask });
    await until(() => {
      flushSync();
      expect(button("Allow once")).toBeDefined();
    });
    expect(button("Allow once")?.disabled).toBe(true);
    button("Allow once")?.click();
    expect(ask).not.toHaveBeenCalled();
    await settle();
    button("Allow once")?.click();
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it("stops only on the second press", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show("full", { ask });
    const stop = () => {
      chord(".");
    };
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const ripe = () => {
      vi.advanceTimersByTime(SETTLING);
    };
    press("4", "s", "s");
    expect(text("footer [role=alert]")).toEqual([]);
    stop();
    expect(ask).not.toHaveBeenCalled();
    expect(text("footer [role=alert]")).toEqual([
      "Press Ctrl . again to stop Replace carrier polling with webhooks",
    ]);
    stop();
    ripe();
    press("j");
    stop();
    ripe();
    press("k");
    stop();
    expect(ask).not.toHaveBeenCalled();
    ripe();
    stop();
    expect(ask).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ op: "stop", now: false }));
  });

  it("says that a second press came too soon to count", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show("full", { ask });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    press("4");
    chord(".");
    chord(".");
    expect(text("footer [role=alert]")).toEqual([
      "That came too soon to count. Press Ctrl . again to stop it",
    ]);
    expect(ask).not.toHaveBeenCalled();
    vi.advanceTimersByTime(SETTLING);
    chord(".");
    expect(ask).toHaveBeenCalledTimes(1);
    expect(text("footer [role=alert]")).toEqual([]);
  });

  it("names in the key line what acts in the filter, and nothing else", async () => {
    await show("full");
    press("4");
    const keys = () => text("footer .hints kbd");
    expect(keys()).toEqual(expect.arrayContaining(["J", "Enter"]));
    press("/");
    document.querySelector<HTMLInputElement>("[role=columnheader] input")?.focus();
    flushSync();
    expect(keys()).toEqual([]);
    expect(document.querySelector("footer .idle kbd")?.textContent).toBe("?");
    press("Escape");
    expect(keys()).toContain("J");
  });

  it("says in its place why something was refused", async () => {
    const fault = {
      code: "wrong_state",
      message: "The session is in use.",
      hint: "Close the terminal first.",
    } as const;
    await show("full", { ask: () => Promise.reject(new Refusal(fault)) });
    press("n");
    await settle();
    button("Resume")?.click();
    await until(() => {
      flushSync();
      expect(text(".need .refused")).toEqual(["The session is in use. Close the terminal first."]);
    });
  });

  it("says that the engine does not answer, and shows what was known", async () => {
    let pulls = 0;
    const played = fake("still");
    const fault = { code: "store", message: "The store is locked.", hint: "" } as const;
    let notice: (revision: number) => void = () => undefined;
    await show("full", {
      pull: (request) => (pulls++ === 0 ? played.pull(request) : Promise.reject(new Refusal(fault))),
      onNotice: (hear) => {
        notice = hear;
        return () => undefined;
      },
    });
    notice(1_000_000);
    await until(() => {
      flushSync();
      expect(text(".problem")[0]).toMatch(/^The store is locked\. Shown is what was known at 16:51:\d\d\.$/);
    });
    // Rows are drawn over several frames.
    await until(() => {
      flushSync();
      expect(document.querySelectorAll(".story")).toHaveLength(12);
    });
  });

  it("filters, says how many are left, and acts on nothing that is hidden", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show("full", { ask });
    await settle();
    press("n", "n", "n", "/");
    filterBy("map");
    // The typed letter is drawn before the result.
    await until(() => {
      flushSync();
      // Filtered-out rows stay in the document, hidden.
      expect(text("[data-story] .title")).toEqual([
        "Dark map style and legend",
        "Offline cache for map tiles",
      ]);
    });
    expect(text("[role=columnheader] .faint")).toEqual(["2 stories"]);
    window.dispatchEvent(
      new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true, cancelable: true }),
    );
    expect(ask).not.toHaveBeenCalled();
    press("Escape");
    // New rows are drawn over several frames.
    await until(() => {
      flushSync();
      expect(document.querySelectorAll(".story").length).toBe(12);
    });
  });

  it("is filtered and gone through by keys alone: Down or Enter to the first, Enter opens, Esc leads back", async () => {
    await show("full");
    const inFocus = (key: string) => {
      document.activeElement?.dispatchEvent(
        new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }),
      );
      flushSync();
    };
    const filter = () => document.querySelector<HTMLInputElement>("[role=columnheader] input");
    for (const key of ["ArrowDown", "Enter"]) {
      inFocus("/");
      const input = filter();
      if (!input) throw new Error("the filter is open");
      expect(document.activeElement).toBe(input);
      input.value = "map";
      input.dispatchEvent(new Event("input", { bubbles: true }));
      flushSync();
      inFocus(key);
      expect(selected()).toEqual(["Dark map style and legend"]);
      expect(document.activeElement?.matches(".board")).toBe(true);
    }
    inFocus("j");
    expect(selected()).toEqual(["Offline cache for map tiles"]);
    inFocus("Enter");
    await until(() => {
      flushSync();
      expect(document.querySelector(".st")).not.toBeNull();
    });
    inFocus("Escape");
    expect([filter()?.value, selected()]).toEqual(["map", ["Offline cache for map tiles"]]);
    inFocus("/");
    expect(document.activeElement).toBe(filter());
    // Out of the field, then out of the filter.
    inFocus("Escape");
    expect([filter()?.value, document.activeElement?.matches(".board")]).toEqual(["map", true]);
    inFocus("Escape");
    expect([filter(), selected()]).toEqual([null, ["Offline cache for map tiles"]]);
    // An empty field goes away with the first.
    inFocus("/");
    inFocus("Escape");
    expect([filter(), document.activeElement?.matches(".board")]).toEqual([null, true]);
  });

  it.each([
    ["is:limited is:done", "No story matches all of “is:limited is:done”. Show all stories"],
    ["is:draft quartz", "No draft has “quartz” in it. Show all stories"],
    ["is:broken", /^There is no filter “is:broken”\. There are is:running, /],
  ])("says in words that no story is found for %j, and shows all again", async (filter, said) => {
    await show("full");
    press("/");
    filterBy(filter);
    await until(() => {
      flushSync();
      expect(text(".word-of-wait")).toEqual([expect.stringMatching(said)]);
    });
    button("Show all stories")?.click();
    await until(() => {
      flushSync();
      expect(document.querySelectorAll(".story")).toHaveLength(12);
    });
  });

  it("shows the stories that the foot counts, and all again", async () => {
    await show("full");
    button("4 running")?.click();
    flushSync();
    expect(text(".story")).toHaveLength(4);
    expect(button("4 running")?.getAttribute("aria-pressed")).toBe("true");
    button("1 held")?.click();
    flushSync();
    expect(text(".story .word")[0]).toMatch(/^Limited/);
    button("1 held")?.click();
    await until(() => {
      flushSync();
      expect(document.querySelectorAll(".story")).toHaveLength(12);
    });
  });

  it("visits every need by N, also folded ones and through a filter that leaves none", async () => {
    await show("huge");
    const waiting = Number(text(".needs .word")[0]);
    const visited = new Set<string>();
    for (let n = 0; n < waiting; n += 1) {
      press("n");
      visited.add(document.querySelector('[aria-selected="true"]')?.id ?? "");
    }
    expect([visited.size, visited.has("")]).toEqual([waiting, false]);
    press("n");
    expect(document.querySelector('[aria-selected="true"]')?.id).toBe([...visited][0]);
    button("running")?.click();
    flushSync();
    expect(document.querySelector(".need")).toBeNull();
    press("n");
    expect(document.querySelector('.need[aria-selected="true"]')).not.toBeNull();
  });

  it("goes on to the next need after an answer, and to none where it was refused", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show("full", { ask });
    await settle();
    press("n", "n", "n");
    expect(selected()).toEqual(["Move address validation into its own crate"]);
    button("Allow once")?.click();
    button("Allow once")?.click();
    await until(() => {
      flushSync();
      expect(selected()).toEqual(["Parse GPX 1.1 extensions without copying"]);
    });
    expect(ask).toHaveBeenCalledTimes(1);
    ask.mockRejectedValue(new Refusal({ code: "busy", message: "Not now.", hint: "" }));
    button("Resume")?.click();
    await until(() => {
      flushSync();
      expect(text(".need .refused")).toEqual(["Not now."]);
    });
    expect(selected()).toEqual(["Parse GPX 1.1 extensions without copying"]);
  });

  it("stays on a story that a person makes go on, so that the next key is not for another one", async () => {
    const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
    await show("full", { ask });
    await settle();
    press("n");
    const before = selected();
    for (const word of ["Resume", "Run the gates again", "Send back"]) button(word)?.click();
    await settle();
    expect(ask).toHaveBeenCalled();
    expect(selected()).toEqual(before);
  });

  it("is scrolled by its reader while a story is selected, and brings what is selected into sight once", async () => {
    let notice: (revision: number) => void = () => undefined;
    const played = fake("huge");
    await show("huge", {
      onNotice: (hear) => {
        notice = hear;
        return played.onNotice(hear);
      },
    });
    const board = document.querySelector<HTMLElement>(".board");
    if (!board) throw new Error("the board is here");
    press(...Array<string>(40).fill("j"));
    expect(board.scrollTop).toBeGreaterThan(0);
    board.scrollTop = 0;
    board.dispatchEvent(new Event("scroll"));
    flushSync();
    notice(1_000_000);
    await new Promise(requestAnimationFrame);
    flushSync();
    expect(board.scrollTop).toBe(0);
    press("k");
    expect(board.scrollTop).toBeGreaterThan(0);
  });

  it("closes a project and opens it again", async () => {
    await show("full");
    button("fieldkit")?.click();
    flushSync();
    expect(text(".story .title")).not.toContain("Fuzz the NMEA reader");
    expect(button("fieldkit")?.getAttribute("aria-expanded")).toBe("false");
    button("fieldkit")?.click();
    flushSync();
    expect(text(".story .title")).toContain("Fuzz the NMEA reader");
  });

  it("draws what is in sight of six hundred stories, and folds what needs a person", async () => {
    await show("huge");
    expect(document.querySelectorAll(".story").length).toBeLessThan(40);
    expect(text(".more")).toEqual(["4 more"]);
    expect(text(".count")[0]).toBe("600 stories");
  });

  it("has no accessibility violations", async () => {
    await show("full");
    press("n", "n", "n");
    // jsdom has no layout. Contrast is tested elsewhere: on the design tokens, and in a browser.
    const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });
    expect(violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html).join(" ")}`)).toEqual(
      [],
    );
  });
});
