import axe from "axe-core";
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import App from "../../../App.svelte";
import { Refusal, type Backend } from "../../../ipc/backend";
import { fake } from "../../../ipc/fake";
import { withStories } from "../../../ipc/fake/topics";
import { answeringSome, type Answers } from "../../../ipc/fake/queries";
import { at, runId, START, storyId } from "../../../ipc/fake/shape";
import type { StoryUsage, TurnUsage } from "../../../ipc/protocol";
import { until } from "../../../ipc/fake/until";

const [FIRST, LAST] = [runId(1, 2), runId(1, 6)];
let app: ReturnType<typeof mount> | undefined;

beforeEach(() => {
  // jsdom has no layout, and a plot without a width draws nothing.
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(440);
});
afterEach(async () => {
  vi.useRealTimers();
  if (app) await unmount(app);
  app = undefined;
  document.body.replaceChildren();
});

const plain = (text: string | null | undefined) =>
  (text ?? "")
    .replaceAll(/[\u202f\u00a0]/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
/** The text below an element; cells of tables are separated by spaces. */
function wordsOf(node: Node): string {
  return node.childNodes.length === 0
    ? (node.textContent ?? "")
    : [...node.childNodes].map(wordsOf).join(" ");
}
const texts = (css: string) => [...document.querySelectorAll(css)].map((each) => plain(wordsOf(each)));
const see = (what: () => void) =>
  until(() => {
    flushSync();
    what();
  });
const chart = () => document.querySelector<HTMLElement>("[role=slider]");
const says = () => plain(chart()?.getAttribute("aria-valuetext"));

function press(key: string): void {
  chart()?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  flushSync();
}

const turn = (
  run: string,
  seq: number | null,
  from: number,
  to: number,
  models: [string, number, number][],
  basis: "reported" | "lower_bound" = "reported",
): TurnUsage => ({
  run,
  seq,
  from: at(from),
  to: at(to),
  turns: 1,
  models: models.map(([model, tokens, micros]) => ({
    model,
    tokens: { input: tokens, output: 0, cache_read: 0, cache_write: 0 },
    cost: { micros, basis },
  })),
});
const USED: StoryUsage = {
  turns: [
    turn(FIRST, 9, -151, -100, [
      ["opus", 1000, 3_000_000],
      ["haiku", 50, 60_000],
    ]),
    turn(FIRST, 18, -100, -60, [["opus", 500, 500_000]]),
    turn(LAST, null, -13, -4, [["opus", 200, 500_000]], "lower_bound"),
  ],
  context: [
    { at: at(-150), tokens: 20_000 },
    { at: at(-62), tokens: 122_000 },
  ],
  compacted: [],
  context_window: 200_000,
};

async function open(story_usage: Answers["story_usage"], change: Partial<Backend> = {}): Promise<void> {
  const onOpen: Backend["onOpen"] = (hear) => {
    queueMicrotask(() => {
      hear(storyId(1));
    });
    return () => undefined;
  };
  const base = fake("still");
  app = mount(App, {
    target: document.body,
    props: { backend: { ...base, onOpen, ...answeringSome({ story_usage }, base), ...change } },
  });
  await see(() => {
    expect(document.querySelector(".turns")).not.toBeNull();
  });
}
async function chartOf(usage: StoryUsage): Promise<void> {
  await open(() => Promise.resolve(usage));
  await see(() => {
    expect(chart()).not.toBeNull();
  });
}

describe("the turns of a story", () => {
  it("are a chart that says its finding, a read-out and a table with the same numbers", async () => {
    await chartOf(USED);
    expect(plain(chart()?.getAttribute("aria-label"))).toBe(
      "3 turns, ≥ $4.06; the most expensive was turn 1 with $3.06. Turn 3 is provisional until its result comes.",
    );
    expect(texts(".legend .head")).toEqual(["All 3 turns ≥ $4.06"]);
    expect(texts(".legend li")).toEqual(["opus ≥ 1.70 k ≥ $4.00", "haiku 50 $0.06"]);
    expect(texts(".table tbody tr")).toEqual([
      "1 15:11 1.05 k 0 0 0 $3.06",
      "2 15:51 500 0 0 0 $0.50",
      "3 running ≥ 200 ≥ 0 ≥ 0 ≥ 0 ≥ $0.50",
    ]);
    expect(texts(".table tfoot tr")).toEqual(["All ≥ 1.75 k ≥ 0 ≥ 0 ≥ 0 ≥ $4.06"]);
    expect(chart()?.querySelectorAll(".block").length).toBe(4);
    expect(chart()?.querySelectorAll(".grows").length).toBe(1);
    expect(plain(document.querySelector(".chart svg[role=img]")?.getAttribute("aria-label"))).toBe(
      "Context, as last reported: 122 k of 200 k tokens, 61 %.",
    );
  });

  it("are read by the arrow keys, in cost or tokens", async () => {
    await chartOf(USED);
    expect(says()).toBe("The whole story");
    press("ArrowRight");
    expect(says()).toBe(
      "Turn 1, 14:20 to 15:11, 51 min, $3.06, reported by the agent. Input 1,050, output 0, cache read 0, " +
        "cache write 0. opus $3.00, haiku $0.06. context 20.0 k of 200 k tokens, 10 %",
    );
    press("ArrowRight");
    expect(texts(".legend .head")).toEqual(["Turn 2, 15:11 to 15:51, 40 min $0.50"]);
    expect(texts(".legend li")).toEqual(["opus 500 $0.50", "haiku 0"]);
    expect(texts(".table tr.chosen")).toEqual(["2 15:51 500 0 0 0 $0.50"]);
    press("End");
    expect(says()).toMatch(/^Turn 3, 16:38 to now, .*It is provisional until its result comes$/);
    press("ArrowRight");
    expect(says()).toMatch(/^Turn 3/);
    [...document.querySelectorAll("button")].find((each) => each.textContent === "Tokens")?.click();
    flushSync();
    expect(texts(".legend .head")).toEqual([expect.stringMatching(/^Turn 3, .* ≥ 200$/)]);
    press("Escape");
    expect([says(), texts(".legend .head")[0]]).toEqual(["The whole story", "All 3 turns ≥ 1.75 k"]);
  });

  it("lead to their results in the timeline, by Enter and from the table", async () => {
    await chartOf(USED);
    press("Home");
    press("Enter");
    await see(() => {
      expect(document.querySelector(".st.selected, .selected")).not.toBeNull();
    });
    const first = texts(".st.selected")[0];
    [...document.querySelectorAll<HTMLButtonElement>(".table tbody button")].at(-1)?.click();
    await see(() => {
      expect(texts(".st.selected")[0]).not.toBe(first);
    });
    // The panel stays open.
    expect(chart()).not.toBeNull();
  });

  it("have the focus by U, which the words and the sheet of keys say, and U gives it back", async () => {
    await chartOf(USED);
    const type = (key: string) => {
      (document.activeElement ?? document.body).dispatchEvent(
        new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }),
      );
      flushSync();
    };
    expect(texts(".marks")[0]).toContain(
      "Key U selects the chart. There Left and Right select a turn, Enter shows it in the timeline, and U goes back.",
    );
    type("?");
    expect(texts(".sheet dt")).toContain("Usage, read by turn");
    type("Escape");
    type("u");
    await see(() => {
      expect(document.activeElement).toBe(chart());
    });
    type("ArrowRight");
    expect(says()).toMatch(/^Turn 1, /);
    type("u");
    expect(document.activeElement).toBe(document.body);
    // Also from another panel, once the chart is loaded.
    type("w");
    expect(chart()).toBeNull();
    type("u");
    await see(() => {
      expect(chart()).not.toBeNull();
      expect(document.activeElement).toBe(chart());
    });
  });

  it("hide nothing in a model's name, however it is written", async () => {
    const long = `provider/${"very-long-".repeat(20)}model`;
    await chartOf({
      ...USED,
      turns: [
        turn(FIRST, 9, -151, -100, [
          ["\u202eopus", 10, 9],
          ["נמל 4.8", 10, 8],
          [long, 10, 7],
          ["", 10, 6],
        ]),
      ],
    });
    expect(texts(".legend li bdi")).toEqual([
      expect.stringContaining("RLO"),
      "נמל 4.8",
      long,
      "Not reported by model",
    ]);
    expect(texts(".legend .head")[0]).toMatch(/^Turn 1 /);
  });

  it("say so when they used nothing, instead of an empty chart", async () => {
    await open(() => Promise.resolve({ ...USED, turns: [turn(FIRST, 9, -151, -150, [])] }));
    await see(() => {
      expect(texts(".turns p")[0]).toBe(
        "1 turn ended without using any tokens. What each turn used will appear here, along the story's line of time.",
      );
    });
    expect(chart()).toBeNull();
  });

  it("say that nothing was used yet", async () => {
    await open(() =>
      Promise.resolve({
        turns: [turn(LAST, null, -13, -4, [["opus", 0, 0]], "lower_bound")],
        context: [],
        compacted: [],
        context_window: null,
      }),
    );
    await see(() => {
      expect(texts(".turns")[0]).toMatch(/^No turn has used anything yet\./);
    });
    expect(chart()).toBeNull();
  });

  it("are read again when the story used more, at most every few seconds", async () => {
    vi.useFakeTimers({ now: START });
    const played = fake("still");
    const notices: ((revision: number) => void)[] = [];
    let used = 0;
    const asked: number[] = [];
    const story_usage: Answers["story_usage"] = () => {
      asked.push(performance.now());
      return Promise.resolve(USED);
    };
    const pull: Backend["pull"] = async (request) => {
      const all = await played.pull({ ...request, epoch: 0 });
      const changed = withStories(all, (stories) =>
        stories.map((view) => ({
          ...view,
          story: { ...view.story, cost_micros: view.story.cost_micros + used },
        })),
      );
      return { ...changed, revision: all.revision + used };
    };
    await open(story_usage, {
      pull,
      onNotice: (hear) => {
        notices.push(hear);
        return () => undefined;
      },
    });
    await see(() => {
      expect(chart()).not.toBeNull();
    });
    // News every half second, for ten seconds.
    for (used = 1; used <= 20; used += 1) {
      for (const hear of notices) hear(1_000_000 + used);
      await vi.advanceTimersByTimeAsync(500);
      flushSync();
    }
    const began = asked.length;
    expect(began).toBeGreaterThan(2);
    for (const [n, at] of asked.entries())
      expect(at - (asked[n - 1] ?? -Infinity)).toBeGreaterThanOrEqual(3000);
    // Without news no query is sent.
    await vi.advanceTimersByTimeAsync(5000);
    const quiet = asked.length;
    await vi.advanceTimersByTimeAsync(15_000);
    expect(asked.length).toBe(quiet);
  });

  it("say why they cannot be read, and are read again", async () => {
    const story_usage = vi
      .fn<Answers["story_usage"]>()
      .mockRejectedValueOnce(
        new Refusal({ code: "store", message: "The store is locked.", hint: "Try again." }),
      )
      .mockResolvedValue(USED);
    await open(story_usage);
    await see(() => {
      expect(texts(".turns [role=alert]")).toEqual([
        "What each turn used could not be read. The store is locked. Try again.",
      ]);
    });
    [...document.querySelectorAll("button")].find((each) => each.textContent.includes("Read again"))?.click();
    await see(() => {
      expect(chart()).not.toBeNull();
    });
    expect(texts(".turns [role=alert]")).toEqual([]);
    expect(story_usage).toHaveBeenCalledTimes(2);
  });

  it("have no accessibility violations", async () => {
    await chartOf(USED);
    press("ArrowRight");
    const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });
    expect(violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html).join(" ")}`)).toEqual(
      [],
    );
  });
});
