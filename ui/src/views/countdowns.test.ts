import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import App from "../App.svelte";
import { fake } from "../ipc/fake";
import { START, storyId } from "../ipc/fake/shape";
import { until } from "../ipc/fake/until";

const HELD = "Retry label purchases on carrier time-outs";
let app: ReturnType<typeof mount> | undefined;

const plain = (text: string) =>
  text
    .replaceAll(/[\u202f\u00a0]/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
const texts = (css: string) => [...document.querySelectorAll(css)].map((each) => plain(each.textContent));
const row = () =>
  [...document.querySelectorAll("[role=row]")].find(
    (each) => plain(each.querySelector(".title")?.textContent ?? "") === HELD,
  );
const title = () => plain(document.title);

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  flushSync();
}

/** Simulates sleep: the wall clock advances while timers stand still; then a second passes. */
async function sleep(ms: number): Promise<void> {
  vi.setSystemTime(Date.now() + ms);
  await pass(1000);
}

/** Opens the board of the fake afternoon at its first second, or one of its stories. */
async function open(story?: string): Promise<void> {
  const opens =
    story === undefined
      ? {}
      : {
          onOpen: (hear: (id: string) => void) => {
            queueMicrotask(() => {
              hear(story);
            });
            return () => undefined;
          },
        };
  app = mount(App, { target: document.body, props: { backend: { ...fake("still"), ...opens } } });
  await pass(0);
  await until(() => {
    flushSync();
    expect(document.querySelector(story === undefined ? ".story" : ".facts")).not.toBeNull();
  });
  // The title changes at most once a second; the clock is at a whole second after this.
  await pass(2000 - (Date.now() % 1000));
}

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  document.title = "Musher";
});
afterEach(async () => {
  if (app) await unmount(app);
  app = undefined;
  document.body.replaceChildren();
  vi.useRealTimers();
});

describe("a limit's countdown", () => {
  it("moves each second in its row, in the limits and in the title, and names itself to nobody", async () => {
    await open();
    const name = row()?.getAttribute("aria-label");
    const spoken = texts("[aria-live], [role=status], [role=alert]");
    const shown: string[][] = [];
    for (let n = 0; n < 3; n += 1) {
      const second = plain(row()?.querySelector(".second.cut:not(.code)[title*=resumes]")?.textContent ?? "");
      shown.push([second, texts(".held .word")[0] ?? "", title()]);
      await pass(1000);
    }
    expect(shown).toEqual(
      ["50:50", "50:49", "50:48"].map((left) => [
        `resumes by itself in ${left}`,
        `Held, ${left}`,
        `3 need you · Codex limited ${left} · Musher`,
      ]),
    );
    expect(row()?.getAttribute("aria-label")).toBe(name);
    expect(name).toBe(`${HELD}, Limited until 17:42, resumes by itself`);
    expect(texts("[aria-live], [role=status], [role=alert]")).toEqual(spoken);
  });

  it("is right at once, whatever the page's own clock says", async () => {
    vi.setSystemTime(START + 9 * 24 * 3_600_000);
    const titles: string[] = [];
    const set = Object.getOwnPropertyDescriptor(Document.prototype, "title")?.set;
    vi.spyOn(document, "title", "set").mockImplementation((text) => {
      titles.push(plain(text));
      set?.call(document, text);
    });
    await open();
    await pass(2000);
    expect(titles[0]).toBe("3 need you · Codex limited 50:52 · Musher");
    expect(titles.filter((text) => !text.includes("50:"))).toEqual([]);
  });

  it("tells the last seconds, then that the reset passed and nothing was heard", async () => {
    await open();
    await sleep(50 * 60_000 + 48_000);
    expect(texts(".held .word")).toEqual(["Held, 1 s"]);
    await pass(1000);
    expect(row()?.textContent).toContain("reset passed, waiting for the agent to confirm");
    expect(title()).toBe("3 need you · Codex reset passed · Musher");
    expect(texts(".window").filter((text) => text.includes("reset passed"))).toEqual([
      expect.stringContaining("waiting for the agent to confirm"),
    ]);
    await sleep(3_600_000);
    expect(document.body.textContent).not.toMatch(/0:00|-\d+:|NaN/);
  });

  it("is right at the first look after the machine slept", async () => {
    await open();
    await sleep(40 * 60_000);
    expect(texts(".held .word")[0]).toBe("Held, 10:49");
  });

  it("stands in what is read out of its strip, and is read aloud to nobody there", async () => {
    await open();
    const spoken = () => texts("[role=status], [role=alert]");
    row()?.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
    for (const key of ["ArrowLeft", "ArrowRight"])
      document.querySelector(".board")?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    flushSync();
    expect(texts(".readout")[0]).toContain("resumes by itself in 50:50");
    const said = spoken();
    await pass(1000);
    expect(texts(".readout")[0]).toContain("resumes by itself in 50:49");
    expect(spoken()).toEqual(said);
  });

  it("stands in the story's head and in why", async () => {
    await open(storyId(3));
    const reason = () => texts(".facts .reason dd")[0];
    expect(reason()).toBe("resumes by itself in 50:50");
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "w", bubbles: true }));
    await pass(1000);
    expect(reason()).toBe("resumes by itself in 50:49");
    expect(texts("aside dd").find((text) => text.startsWith("17:42"))).toBe(
      "17:42, in 50:49, according to the provider",
    );
    await sleep(51 * 60_000);
    expect(reason()).toBe("reset passed, waiting for the agent to confirm");
    expect(texts("aside dd").find((text) => text.startsWith("17:42"))).toContain(
      "passed, and the agent has not confirmed it yet",
    );
  });
});

describe("a hidden page", () => {
  it("says nothing that may grow old, and is right when it is shown", async () => {
    await open();
    const visibility = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
    document.dispatchEvent(new Event("visibilitychange"));
    await pass(60_000);
    expect(title()).toBe("Musher");
    visibility.mockReturnValue("visible");
    document.dispatchEvent(new Event("visibilitychange"));
    await pass(1000);
    expect(title()).toMatch(/^3 need you · Codex limited 49:4\d · Musher$/);
  });
});
