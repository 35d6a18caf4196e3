import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import App from "../App.svelte";
import type { Backend } from "../ipc/backend";
import { fake } from "../ipc/fake";
import { withStories } from "../ipc/fake/topics";
import { START } from "../ipc/fake/shape";
import { everyState } from "../ipc/fake/states";
import type { StoryId } from "../ipc/protocol";
import { until } from "../ipc/fake/until";

let app: ReturnType<typeof mount> | undefined;

const plain = (text: string) =>
  text
    .replaceAll(/[\u202f\u00a0]/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
const texts = (css: string) => [...document.querySelectorAll(css)].map((each) => plain(each.textContent));
const button = (name: string) =>
  [...document.querySelectorAll("button")].find((each) => plain(each.textContent).startsWith(name));

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  flushSync();
}

function titled(title: string): StoryId {
  const view = everyState().find(({ story }) => story.title === title);
  if (!view) throw new Error(`there is no story "${title}"`);
  return view.story.id;
}

/** Shows the only story, on the board or in its own view, at a whole second. */
async function open(
  title: string,
  where: "board" | "screen",
): Promise<ReturnType<typeof vi.fn<Backend["ask"]>>> {
  const id = titled(title);
  const base = fake("states");
  const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
  const backend: Backend = {
    ...base,
    ask,
    async pull(request) {
      const batch = await base.pull(request);
      return withStories(batch, (stories) => stories.filter(({ story }) => story.id === id));
    },
    ...(where === "screen"
      ? {
          onOpen: (hear: (story: StoryId) => void) => {
            queueMicrotask(() => {
              hear(id);
            });
            return () => undefined;
          },
        }
      : {}),
  };
  app = mount(App, { target: document.body, props: { backend } });
  await pass(0);
  await until(() => {
    flushSync();
    expect(document.querySelector(where === "board" ? ".line.story" : ".facts")).not.toBeNull();
  });
  await pass(1000 - (Date.now() % 1000));
  return ask;
}

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});
afterEach(async () => {
  if (app) await unmount(app);
  app = undefined;
  document.body.replaceChildren();
  vi.useRealTimers();
});

describe("a story whose next run is about to start", () => {
  it("says so in its row, counts the seconds there, and names itself to nobody", async () => {
    await open("Was done, waits for git", "board");
    const row = () => document.querySelector(".line.story");
    const name = row()?.getAttribute("aria-label");
    const shown: string[] = [];
    for (let n = 0; n < 3; n += 1) {
      shown.push(
        `${texts(".state")[0] ?? ""}, ${plain(row()?.querySelector(".second[title^=waits]")?.textContent ?? "")}`,
      );
      await pass(1000);
    }
    expect(shown).toEqual([13, 14, 15].map((seconds) => `Starting, waits for git, ${seconds} s`));
    expect(row()?.classList.contains("quiet")).toBe(false);
    expect([name, row()?.getAttribute("aria-label")]).toEqual(
      Array(2).fill("Was done, waits for git, Starting, waits for git"),
    );
  });

  it("is stopped from the row in which it needed a person, by a second press", async () => {
    const ask = await open("Crashed, waits for its next process", "board");
    expect(texts(".need .ask .rest")).toEqual(["waits for the process to start, 1 min"]);
    expect(texts(".need .acts button").map((name) => name.split(" ")[0])).toEqual(["Stop", "Open"]);
    button("Stop")?.click();
    await pass(1000);
    expect(ask).not.toHaveBeenCalled();
    expect(texts("footer")[0]).toContain("again to stop Crashed, waits for its next process");
    button("Press again")?.click();
    await pass(0);
    expect(ask).toHaveBeenCalledExactlyOnceWith({
      op: "stop",
      story: titled("Crashed, waits for its next process"),
      why: "board",
      now: false,
    });
  });

  it("offers to stop it and not to resume it on its own screen, and says why there", async () => {
    await open("Crashed, waits for its next process", "screen");
    expect(texts(".facts dd").slice(0, 2)).toEqual(["Starting", "waits for the process to start, 1 min"]);
    expect([button("Stop") !== undefined, button("Resume") !== undefined]).toEqual([true, false]);
    expect(texts(".panel .summary")[0]).toBe(
      "Its next run is about to start. Musher waits for the process to start.",
    );
    expect(texts(".panel h2, .panel .before")).toEqual(["Starting", "Before that: Crashed"]);
    expect(document.querySelector("textarea")?.placeholder).toBe(
      "Say what comes next. Sent after the prompt that waits.",
    );
  });
});

describe("a story that another cause holds", () => {
  it("is queued while its worktree is taken", async () => {
    await open("Was done, waits for the worktree", "screen");
    expect(texts(".facts dd").slice(0, 2)).toEqual([
      "Queued",
      "waits for case-4, which works in the same worktree",
    ]);
  });

  it("keeps its actions after a fault of Musher", async () => {
    await open("Timed out, Musher could not decide", "screen");
    expect(texts(".facts dd").slice(0, 2)).toEqual(["Timed out", "Musher could not decide (fault)"]);
    expect(button("Resume")).toBeDefined();
    expect(texts(".panel .summary").at(-1)).toContain("This is a fault of Musher.");
  });
});
