import axe from "axe-core";
import { flushSync, mount, unmount } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import App from "../../App.svelte";
import { Refusal, type Backend } from "../../ipc/backend";
import { unpacked } from "../../domain/usage/packed";
import { fake } from "../../ipc/fake";
import { BOARD, storiesOf, withStories } from "../../ipc/fake/topics";
import { answeringSome } from "../../ipc/fake/queries";
import { packed } from "../../ipc/fake/used/packed";
import type { UsageQuery, UsageReport } from "../../ipc/protocol";

let app: ReturnType<typeof mount> | undefined;

afterEach(async () => {
  if (app) await unmount(app);
  document.body.replaceChildren();
});

const see = (what: () => void) =>
  vi.waitFor(
    () => {
      flushSync();
      what();
    },
    { timeout: 15_000 },
  );
const text = (selector: string) =>
  [...document.querySelectorAll(selector)].map((each) => each.textContent.replaceAll(/\s+/g, " ").trim());
const button = (name: string) =>
  [...document.querySelectorAll("button")].find((each) => each.textContent.trim().startsWith(name));
const chart = () => document.querySelector<HTMLElement>("[role=slider]");
const read = () => chart()?.getAttribute("aria-valuetext") ?? "";
const chosen = (group: string) => text(`[aria-label="${group}"] [aria-checked=true]`)[0];

/** Opens the Usage view by its key. Returns the queries that were sent, and the backend. */
async function open(
  used?: string,
  change: Partial<Backend> = {},
): Promise<{ asked: UsageQuery[]; backend: Backend }> {
  const asked: UsageQuery[] = [];
  const base = fake("still", {}, used);
  const backend: Backend = {
    ...base,
    ...answeringSome(
      {
        usage: (query) => {
          asked.push(query);
          return base.query(query);
        },
      },
      base,
    ),
    ...change,
  };
  app = mount(App, { target: document.body, props: { backend } });
  await see(() => {
    expect(document.querySelector(".board")).not.toBeNull();
  });
  press("2", { ctrlKey: true });
  await see(() => {
    expect(document.querySelector("main h1")?.textContent).toBe("Usage");
  });
  return { asked, backend };
}

/** A backend whose usage reports are changed by `change`. */
function reporting(base: Backend, change: (report: UsageReport, query: UsageQuery) => UsageReport) {
  return answeringSome(
    { usage: async (query) => packed(change(unpacked(await base.query(query)), query)) },
    base,
  );
}

/** The same, after all sums are shown. */
async function full(
  used?: string,
  change: Partial<Backend> = {},
): Promise<{ asked: UsageQuery[]; backend: Backend }> {
  const opened = await open(used, change);
  await see(() => {
    expect(document.querySelector("[aria-label=Limits] svg")).not.toBeNull();
  });
  return opened;
}

function press(key: string, change: KeyboardEventInit = {}): void {
  const target = document.activeElement ?? window;
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...change }));
  flushSync();
}

/** Sends a pointer event to the chart, at this position of its width of 1280 px. */
function point(type: string, x: number, y = 150): void {
  const event = new MouseEvent(type, { bubbles: true, cancelable: true, button: 0 });
  Object.defineProperties(event, { offsetX: { value: x }, offsetY: { value: y }, pointerId: { value: 1 } });
  chart()?.dispatchEvent(event);
  flushSync();
}

describe("Usage", () => {
  it("opens by its key, has one total, its parts in words, and a chart that is named by its finding", async () => {
    await full();
    expect(text("nav [aria-current=page]")).toEqual(["Usage"]);
    expect(text(".figure")).toEqual([expect.stringMatching(/^≥ \$[\d,.]+$/)]);
    expect(text(".top .small").join(" ")).toMatch(
      /\$[\d.,]+ reported, ≈ \$[\d.,]+ estimated, ≥ \$[\d.]+ incomplete, [\d.]+ M tokens not priced yet.*% of all input read/,
    );
    expect(chart()?.getAttribute("aria-label")).toMatch(
      /^≥\s\$[\d.]+ in the 30 days to today\. Highest day: .+ of it is opus-4\.8\.$/u,
    );
    expect(text("footer")[0]).toContain("Days end at midnight,");
    expect(text("dl[aria-label='Beside the time before'] dt")).toEqual(["Today so far", "This week so far"]);
  });

  it("has one total, made of the same parts, with one sign, whatever it is grouped by", async () => {
    await full();
    const total = () => [
      text(".top .line")[0],
      text("tfoot tr")[0]?.replace(/^All/, ""),
      chart()?.getAttribute("aria-label")?.split(". ")[0],
    ];
    const first = total();
    expect(first[1]).toMatch(/≥ \$[\d,.]+part unpriced$/);
    expect([...document.querySelectorAll("tfoot td")].map((cell) => cell.textContent)).not.toContain("");
    for (const group of ["Project", "Story", "Agent", "Account"]) {
      button(group)?.click();
      await see(() => {
        expect(chosen("Stacked by")).toBe(group);
        expect(document.querySelector(".pane")?.getAttribute("aria-busy")).toBe("false");
      });
      expect(total()).toEqual(first);
    }
  });

  it("says that cost is not known yet where no agent has reported any, and marks it in the bar", async () => {
    const base = fake("still");
    await full(undefined, {
      ...reporting(base, (report) => {
        const change = {
          cost_micros: 0,
          cost_basis: "lower_bound",
          unpriced_tokens: 0,
          is_partial: true,
        } as const;
        const bases = report.whole.bases.map(
          (each) => ({ ...each, basis: "lower_bound", cost_micros: 0 }) as const,
        );
        return {
          ...report,
          whole: { ...report.whole, bases },
          groups: report.groups.map((each) => ({ ...each, ...change })),
          cells: report.cells.map((each) => ({ ...each, ...change })),
        };
      }),
    });
    expect(text(".finding")[0]).toBe(
      "The cost of what was used in the 30 days to today is not known yet. Show tokens",
    );
    expect(document.querySelectorAll("[role=slider] .cap").length).toBeGreaterThan(0);
    expect(text(".legend p").join(" ")).toContain("cost not known yet, not to scale");
  });

  it("leaves runs that used nothing out of the groups and counts them in all", async () => {
    const base = fake("still");
    await full(undefined, {
      ...reporting(base, (report, query) => {
        const total = report.groups[0];
        if (!total || query.by.length === 0) return report;
        const empty = {
          ...total,
          by: { [query.by[0] ?? "model"]: null },
          rest_of: 0,
          tokens: { input: 0, output: 0, cache_read: 0, cache_write: 0 },
          cost_micros: 0,
          cost_basis: "reported",
          unpriced_tokens: 0,
        } as const;
        return {
          ...report,
          groups: [...report.groups.slice(0, 2), empty],
          cells: report.cells.filter((cell) => cell.group < 2),
        };
      }),
    });
    expect(text("[aria-label='The same numbers as a table'] tbody tr")).toHaveLength(2);
    expect(text(".legend li")).toHaveLength(2);
    expect(text("[aria-label='Most expensive stories'] tbody tr")).toHaveLength(2);
    expect(text("[aria-label='The same numbers as a table']").join()).toContain(
      "Runs that used no tokens have no row",
    );
  });

  it("asks for no more bars and groups than can be shown", async () => {
    const { asked, backend } = await full();
    for (const range of ["Today", "7 days", "12 months", "All"]) {
      button(range)?.click();
      await see(() => {
        expect(chosen("Range")).toBe(range);
        expect(document.querySelector(".pane")?.getAttribute("aria-busy")).toBe("false");
      });
    }
    const stepped = asked.filter((query) => query.step !== null);
    expect(stepped.length).toBeGreaterThanOrEqual(5);
    for (const query of stepped) {
      expect(query.most).toBe(5);
      expect((await backend.query({ of: "usage", ...query })).starts.length).toBeLessThanOrEqual(62);
    }
    expect(new Set(asked.map((query) => query.zone))).toEqual(
      new Set([Intl.DateTimeFormat().resolvedOptions().timeZone]),
    );
  });

  it("is read by arrow keys from the focus it takes, and the read-out follows", async () => {
    await full();
    expect(document.activeElement).toBe(chart());
    expect(read()).toMatch(/^Today, so far, ≥\s\$/u);
    press("ArrowLeft");
    expect(read()).toMatch(/^Yesterday, /);
    expect(text(".legend h2")).toEqual(["Yesterday"]);
    press("Home");
    expect(chart()?.getAttribute("aria-valuenow")).toBe("1");
    press("ArrowLeft");
    expect(chart()?.getAttribute("aria-valuenow")).toBe("1");
    press("End");
    expect(read()).toMatch(/^Today, so far/);
    press("ArrowUp");
    expect(read()).toMatch(/^opus-4\.8, ≥\s\$/u);
    expect(text(".legend .chosen")).toEqual([expect.stringContaining("opus-4.8")]);
  });

  it("narrows to a bar by Enter and to marked bars by a key, and Esc goes back step by step", async () => {
    await full();
    press("ArrowLeft");
    press("Enter");
    await see(() => {
      expect(text(".top > .small")[0]).toBe("Cost, yesterday");
    });
    expect(chosen("Step")).toBe("Hour");
    expect(chosen("Range")).toBeUndefined();
    expect(chart()?.getAttribute("aria-valuemax")).toBe("24");
    press("Escape");
    await see(() => {
      expect(text(".top > .small")[0]).toBe("Cost, 30 days to today");
    });
    press("ArrowLeft", { shiftKey: true });
    press("ArrowLeft", { shiftKey: true });
    expect(read()).toMatch(/^3 bars marked, to /);
    press("Enter");
    await see(() => {
      expect(chart()?.getAttribute("aria-valuemax")).toBe("3");
    });
    press("Escape");
    await see(() => {
      expect(chosen("Range")).toBe("30 days");
    });
    press("Escape");
    expect(document.querySelector(".board")).not.toBeNull();
  });

  it("zooms to what is dragged over, drops a drag at Esc, and zooms out by its button", async () => {
    await full();
    point("pointerdown", 700);
    point("pointermove", 800);
    press("Escape");
    point("pointerup", 800);
    expect(chosen("Range")).toBe("30 days");
    point("pointerdown", 700);
    point("pointermove", 800);
    point("pointerup", 800);
    await see(() => {
      expect(Number(chart()?.getAttribute("aria-valuemax"))).toBeLessThan(62);
      expect(chosen("Range")).toBeUndefined();
    });
    expect(chosen("Step")).toMatch(/Hour|Day/);
    button("Zoom out")?.click();
    await see(() => {
      expect(chosen("Range")).toBe("30 days");
    });
  });

  it("reads the bar under the pointer and keeps it when the pointer leaves", async () => {
    await full();
    point("pointermove", 60);
    expect(chart()?.getAttribute("aria-valuenow")).toBe("1");
    point("pointerleave", 2000);
    expect(chart()?.getAttribute("aria-valuenow")).toBe("1");
  });

  it("opens the story of a part, a row or a legend's name, and is as it was on the way back", async () => {
    await full();
    button("Story")?.click();
    await see(() => {
      expect(text(".legend button").length).toBeGreaterThan(0);
    });
    button("Tokens")?.click();
    flushSync();
    const name = text(".legend button")[0] ?? "";
    chart()?.focus();
    press("ArrowUp");
    const part = /^(.+?), /.exec(read())?.[1];
    expect(part).toBeTruthy();
    press("Enter");
    await see(() => {
      expect(document.querySelector("h1")?.textContent).toContain(part);
    });
    expect(text("nav [aria-current]")).toEqual(["Board"]);
    press("Escape");
    await see(() => {
      expect(chosen("Stacked by")).toBe("Story");
    });
    expect([chosen("Measure"), chosen("Range")]).toEqual(["Tokens", "30 days"]);
    button(name)?.click();
    await see(() => {
      expect(document.querySelector("h1")?.textContent).toContain(name);
    });
  });

  it("drops an answer that comes late for an older question", async () => {
    const late: (() => void)[] = [];
    const base = fake("still");
    let isHeld = false;
    await full(undefined, {
      ...answeringSome(
        {
          usage: (query) =>
            isHeld && query.step === "hour"
              ? new Promise((resolve) => {
                  late.push(() => {
                    void base.query(query).then(resolve);
                  });
                })
              : base.query(query),
        },
        base,
      ),
    });
    isHeld = true;
    button("Today")?.click();
    await see(() => {
      expect(late).toHaveLength(1);
    });
    button("12 months")?.click();
    await see(() => {
      expect(text(".top > .small")[0]).toBe("Cost, 12 months to today");
    });
    late[0]?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
    flushSync();
    expect(text(".top > .small")[0]).toBe("Cost, 12 months to today");
    expect(chart()?.getAttribute("aria-label")).toContain("12 months");
  });

  it("says in place why there are no sums, keeps what was known, and tries again", async () => {
    const base = fake("still");
    let isBroken = false;
    await full(undefined, {
      ...answeringSome(
        {
          usage: (query) => {
            if (!isBroken) return base.query(query);
            throw new Refusal({
              code: "store",
              message: "The store is locked.",
              hint: "Close the other program.",
            });
          },
        },
        base,
      ),
    });
    isBroken = true;
    button("7 days")?.click();
    await see(() => {
      expect(text(".fault")[0]).toContain("The store is locked. Close the other program.");
    });
    expect(text(".fault")[0]).toContain("for 30 days to today");
    expect(chart()).not.toBeNull();
    isBroken = false;
    button("Try again")?.click();
    await see(() => {
      expect(text(".top > .small")[0]).toBe("Cost, 7 days to today");
    });
    expect(document.querySelector(".fault")).toBeNull();
  });

  it("says why a step cannot be chosen and why classes have no cost", async () => {
    await full();
    button("Hour")?.click();
    flushSync();
    expect(text(".why")[0]).toContain("more than 62 bars");
    expect(chosen("Step")).toBe("Day");
    button("Class")?.click();
    await see(() => {
      expect(chosen("Measure")).toBe("Tokens");
      expect(text(".legend li")).toHaveLength(4);
    });
    button("Cost")?.click();
    flushSync();
    expect(text(".why")[0]).toBe(
      "Agents do not report cost by class of tokens. Choose another group to see cost.",
    );
    expect(text("tfoot").join()).toMatch(/\$/);
  });

  it("shows five of fifty models apart, and all of them in the table when asked", async () => {
    await full("models");
    expect(text(".legend li .cut").at(-1)).toBe("45 others");
    button("Show all in the table")?.click();
    await see(() => {
      expect(document.querySelectorAll("[aria-label='The same numbers as a table'] tbody tr")).toHaveLength(
        50,
      );
    });
  });

  it("has the chart's numbers as a table by bar, and every digit when asked", async () => {
    await full();
    button("By day")?.click();
    flushSync();
    const rows = [...document.querySelectorAll("[aria-label='The same numbers as a table'] tbody tr")];
    expect(rows).toHaveLength(30);
    // Names of days are not cut, and names that are written from right to left keep their beginning.
    expect(document.querySelector("[aria-label='The same numbers as a table'] table")?.className).toContain(
      "whole",
    );
    expect(
      [...document.querySelectorAll("tbody th .cut, .legend .cut[title]")].filter(
        (each) => !each.matches("h2") && each.getAttribute("dir") !== "auto",
      ),
    ).toEqual([]);
    expect(rows.at(-1)?.textContent).toContain("Today, so far");
    document.body.focus();
    press("x");
    expect(rows.at(-1)?.textContent).toMatch(/≥\s\$\d+\.\d{6}/u);
  });

  it("marks what is not exact in the picture too", async () => {
    await full();
    expect(document.querySelectorAll("[role=slider] .cap").length).toBeGreaterThan(0);
    expect(document.querySelectorAll("[role=slider] .lid").length).toBeGreaterThan(0);
    expect(document.querySelectorAll("[role=slider] path.block").length).toBeGreaterThan(0);
    expect(document.querySelectorAll("[role=slider] .grows")).toHaveLength(1);
    expect(text(".legend p").join(" ")).toMatch(
      /estimated.*at least this much.*without a price, not to scale.*still going on/,
    );
  });

  it("says that nothing was used yet, with an example and one action", async () => {
    await open("none");
    await see(() => {
      expect(text("h2")).toContain("Nothing used yet");
    });
    expect(chart()).toBeNull();
    expect(document.querySelector("figure svg")?.getAttribute("aria-label")).toContain("Example");
    expect(text("footer .hint")).not.toContainEqual(expect.stringContaining("Previous bar"));
  });

  it.each([
    ["unpriced", "Not priced yet", "No price is known for what was used in the 30 days to today."],
    ["free", "$0.00", "$0.00 in the 30 days to today, as the agents report it."],
  ])("leads from cost to tokens where all is %s", async (used, figure, words) => {
    await full(used);
    expect(text(".figure")[0]).toContain(figure);
    expect(text(".finding")[0]).toContain(words);
    button("Show tokens")?.click();
    flushSync();
    expect(chosen("Measure")).toBe("Tokens");
    expect(document.querySelectorAll("[role=slider] .block").length).toBeGreaterThan(0);
  });

  it("shows the windows of every account with their past, those that are not heard of now too", async () => {
    await full();
    const names = [...document.querySelectorAll("[aria-label=Limits] svg[role=img]")].map((each) =>
      each.getAttribute("aria-label"),
    );
    expect(names).toHaveLength(5);
    expect(names).toContainEqual(expect.stringMatching(/^Claude work, 5\s?h: \d+ windows, the fullest/u));
    expect(names).toContainEqual(expect.stringMatching(/^Gemini oauth, requests per day: \d+ windows/));
    expect(names.join(" ")).toMatch(/Held 2 times/);
  });

  it("asks again for news, one round at a time and not too soon", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    const base = fake("still");
    let hear: (revision: number) => void = () => undefined;
    let charts = 0;
    const all = await base.pull(BOARD);
    let spent = 1;
    app = mount(App, {
      target: document.body,
      props: {
        backend: {
          ...base,
          ...answeringSome(
            {
              usage: (query) => {
                if (query.step !== null) charts += 1;
                return base.query(query);
              },
            },
            base,
          ),
          onNotice: (notify: (revision: number) => void) => {
            hear = notify;
            return () => undefined;
          },
          pull: async (request: Parameters<Backend["pull"]>[0]) => {
            const batch = await base.pull({ ...request, epoch: 0 });
            const stories = storiesOf(all).map((view) => ({
              ...view,
              story: { ...view.story, cost_micros: spent },
            }));
            return { ...withStories(batch, () => stories), revision: spent };
          },
        },
      },
    });
    const pass = async (ms: number) => {
      for (let n = 0; n < ms; n += 100) {
        await vi.advanceTimersByTimeAsync(100);
        flushSync();
      }
    };
    await pass(500);
    press("2", { ctrlKey: true });
    await vi.dynamicImportSettled();
    await pass(1000);
    expect(charts).toBe(1);
    for (let n = 0; n < 8; n += 1) {
      spent += 1;
      hear(spent);
      await pass(200);
    }
    expect(charts).toBe(1);
    await pass(5000);
    expect(charts).toBe(2);
    press("1", { ctrlKey: true });
    spent += 1;
    hear(spent);
    await pass(10_000);
    expect(charts).toBe(2);
    vi.useRealTimers();
  });

  it.each(["year", "none", "odd"])("has no violation of accessibility rules with %s", async (used) => {
    await open(used);
    await see(() => {
      expect(
        document.querySelector(used === "none" ? "figure svg" : "[aria-label=Limits] svg"),
      ).not.toBeNull();
    });
    const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });
    expect(violations.map((each) => [each.id, each.nodes.map((node) => node.html)])).toEqual([]);
  });
});
