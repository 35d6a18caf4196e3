import axe from "axe-core";
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import App from "../../App.svelte";
import { Refusal, type Backend } from "../../ipc/backend";
import { fake, type Scene } from "../../ipc/fake";
import type { SettingsState, Verification, VerifyProgress } from "../../ipc/protocol";
import { listOf } from "./licences";
import file from "./licences.json";

let app: ReturnType<typeof mount> | undefined;

beforeEach(() => {
  localStorage.clear();
});
afterEach(async () => {
  if (app) await unmount(app);
  app = undefined;
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
const words = (selector: string) =>
  [...document.querySelectorAll(selector)].map((each) => each.textContent.replaceAll(/\s+/g, " ").trim());
const rows = () =>
  [...document.querySelectorAll("main tr")].map((row) =>
    [...row.children].map((cell) => cell.textContent.trim()).join(" | "),
  );
const page = () => words("main")[0] ?? "";
const button = (name: string) =>
  [...document.querySelectorAll<HTMLButtonElement>("button")].find((each) =>
    each.textContent.trim().startsWith(name),
  );
const press = (key: string, ctrlKey = false) =>
  window.dispatchEvent(new KeyboardEvent("keydown", { key, ctrlKey, bubbles: true, cancelable: true }));

async function open(scene: Scene = "still", change: Partial<Backend> = {}): Promise<Backend> {
  const backend = { ...fake(scene), ...change };
  app = mount(App, { target: document.body, props: { backend } });
  flushSync();
  press(",", true);
  await see(() => {
    expect(words("h2")).toEqual(["Appearance", "Notifications", "New stories", "Agents", "Data", "About"]);
  });
  await see(() => {
    expect(page()).toContain("gnome-shell");
  });
  return backend;
}

describe("Settings", () => {
  it("opens by its key and leads back to the board", async () => {
    await open();
    expect(document.querySelector("[aria-current=page]")?.textContent).toContain("Settings");
    press("Escape");
    await see(() => {
      expect(document.querySelector(".board")).not.toBeNull();
    });
  });

  it("shows a theme and a density as soon as they are kept", async () => {
    await open();
    button("Dark")?.click();
    await see(() => {
      expect(document.documentElement.dataset.theme).toBe("dark");
    });
    expect(button("Dark")?.getAttribute("aria-checked")).toBe("true");
    button("Compact")?.click();
    await see(() => {
      expect(document.documentElement.dataset.density).toBe("compact");
    });
    expect([localStorage.getItem("theme"), localStorage.getItem("density")]).toEqual(["dark", "compact"]);
  });

  it("changes the size of text in steps, by button and by key, within its ends", async () => {
    const changeSetting = vi.fn<Backend["changeSetting"]>();
    const plain = fake("still");
    changeSetting.mockImplementation((change) => plain.changeSetting(change));
    await open("still", { changeSetting });
    button("Larger")?.click();
    await see(() => {
      expect(words(".size")).toEqual(["110 %"]);
    });
    press("-", true);
    await see(() => {
      expect(words(".size")).toEqual(["100 %"]);
    });
    for (let n = 0; n < 9; n += 1) {
      press("+", true);
      await Promise.resolve();
    }
    await see(() => {
      expect(words(".size")).toEqual(["200 %"]);
    });
    expect(button("Larger")?.disabled).toBe(true);
    press("0", true);
    await see(() => {
      expect(words(".size")).toEqual(["100 %"]);
    });
  });

  it("can set the usual size over one in the file that is not understood", async () => {
    const changeSetting = vi.fn<Backend["changeSetting"]>();
    const plain = fake("still");
    const problem = { code: "settings", message: "text_percent is 9999.", hint: "Choose one here." } as const;
    changeSetting.mockImplementation((change) => plain.changeSetting(change));
    await open("still", { changeSetting, settings: async () => ({ ...(await plain.settings()), problem }) });
    await see(() => {
      expect(words("[role=alert]").join(" ")).toContain("Choose one here.");
    });
    expect(button("Usual size")?.disabled).toBe(false);
    button("Usual size")?.click();
    await see(() => {
      expect(changeSetting).toHaveBeenCalledWith({ set: "text_percent", to: 100 });
    });
    await see(() => {
      expect(button("Usual size")?.disabled).toBe(true);
    });
    button("Usual size")?.click();
    press("0", true);
    expect(changeSetting).toHaveBeenCalledTimes(1);
  });

  it("says in place why a change was not made, and does not show it as made", async () => {
    const fault = {
      code: "settings",
      message: "This was not set: the file is read-only.",
      hint: "Make it writable, then set it again.",
    } as const;
    await open("still", { changeSetting: () => Promise.reject(new Refusal(fault)) });
    button("Dark")?.click();
    await see(() => {
      expect(words(".set")[0]).toContain(fault.message);
    });
    expect([button("Dark")?.getAttribute("aria-checked"), localStorage.getItem("theme")]).toEqual([
      "false",
      "system",
    ]);
    const box = document.querySelector<HTMLInputElement>("input[type=checkbox]");
    box?.click();
    await see(() => {
      expect(words("tbody td .fault")).toHaveLength(1);
    });
    expect(box?.checked).toBe(true);
    expect(words(".set")[0]).not.toContain(fault.message);
  });

  it("says what is wrong with the file of settings", async () => {
    const state = await fake("still").settings();
    await open("still", {
      settings: () =>
        Promise.resolve({
          ...state,
          problem: { code: "settings", message: "The settings file was damaged.", hint: "It is kept." },
        }),
    });
    expect(words("main > [role=alert]")).toEqual(["The settings file was damaged. It is kept."]);
  });

  it("takes over what was changed elsewhere", async () => {
    let hear: (state: SettingsState) => void = () => undefined;
    const backend = await open("still", {
      onSettings: (each) => {
        hear = each;
        return () => undefined;
      },
    });
    const state = await backend.settings();
    hear({
      ...state,
      settings: {
        ...state.settings,
        notify: { ...state.settings.notify, finished: false },
        paused_until: "2099-01-01T08:00:00Z",
      },
    });
    await see(() => {
      expect(page()).toContain("Paused until");
    });
    expect(document.querySelector<HTMLInputElement>("input[aria-label$='is done']")?.checked).toBe(false);
    expect(button("Turn on again")).toBeDefined();
  });

  it("pauses notifications and turns them on again", async () => {
    await open();
    button("For 1 hour")?.click();
    await see(() => {
      expect(button("Turn on again")).toBeDefined();
    });
    button("Turn on again")?.click();
    await see(() => {
      expect(button("Until tomorrow 08:00")).toBeDefined();
    });
  });

  it("says who took a test, or why nobody did", async () => {
    await open();
    button("Send a test")?.click();
    await see(() => {
      expect(page()).toContain("Taken by gnome-shell 43.9");
    });
  });

  it("says what a desktop without tray and notifications lacks, and that closing ends Musher", async () => {
    const refuses = fake("refuses");
    app = mount(App, { target: document.body, props: { backend: refuses } });
    flushSync();
    press(",", true);
    await see(() => {
      expect(page()).toContain("No tray on this desktop.");
    });
    expect(page()).toContain("No program shows notifications on this desktop");
    expect(page()).toContain("Closing the window ends Musher; agents go on.");
    button("Send a test")?.click();
    await see(() => {
      expect(words(".set").find((set) => set.startsWith("Try it"))).toContain("dunst or mako");
    });
  });

  it("adds up the data directory and says what could not be looked at", async () => {
    const facts = await fake("still").diskUse();
    await open("still", { diskUse: () => Promise.resolve({ ...facts, unread: 2 }) });
    await see(() => {
      expect(page()).toContain("3.2\u202fGB".replace("\u202f", " "));
    });
    expect(page()).toContain("2 files and folders could not be looked at");
    expect(rows()).toContain("Logs | every byte that agents printed and were sent | 1,842 | 2.9\u202fGB");
  });

  it("counts while it verifies, and tells the result in words", async () => {
    let tell: (progress: VerifyProgress) => void = () => undefined;
    let end: (found: Verification) => void = () => undefined;
    await open("still", {
      onVerifying: (hear) => {
        tell = hear;
        return () => undefined;
      },
      verifyData: () =>
        new Promise((resolve) => {
          end = resolve;
        }),
    });
    button("Verify")?.click();
    await see(() => {
      expect(page()).toContain("Reading the journal");
    });
    tell({ runs: 4, of: 9 });
    await see(() => {
      expect(page()).toContain("Reading run 5 of 9");
    });
    end({
      entries: 1,
      runs: 9,
      events: 3,
      damaged: [{ run: "login-fix.1", damage: "the index is short" }],
      damaged_count: 1,
      differences: 0,
      tables: [],
    });
    await see(() => {
      expect(page()).toContain("Something differs. The logs of 1 run are damaged.");
    });
    expect(page()).toContain("login-fix.1 the index is short");
  });

  it("lists what ships when asked", async () => {
    await open();
    expect(document.querySelector(".licence")).toBeNull();
    button("Show the list")?.click();
    await see(() => {
      expect(document.querySelectorAll(".licence").length).toBe(file.crates.length + file.packages.length);
    });
    expect(rows()).toContainEqual(expect.stringMatching(/^svelte \| 5\.[\d.]+ \| MIT$/));
  });

  it("is accessible, with and without what is wrong", async () => {
    await open();
    button("Show the list")?.click();
    await see(() => {
      expect(document.querySelector(".licence")).not.toBeNull();
    });
    const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });
    expect(violations.map((each) => [each.id, each.nodes.map((node) => node.html)])).toEqual([]);
  });
});

describe("the list of licences", () => {
  it("is one list by name, without a row twice", () => {
    const list = listOf(file);
    expect(new Set(list.map((each) => each.key)).size).toBe(list.length);
    expect(list.every((each) => each.name !== "" && each.version !== "" && each.licence !== "")).toBe(true);
  });
});
