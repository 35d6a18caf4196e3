import axe from "axe-core";
import { flushSync, mount, unmount } from "svelte";
import { afterEach, describe, expect, it } from "vitest";
import App from "../App.svelte";
import type { Backend } from "../ipc/backend";
import { fake } from "../ipc/fake";
import { BOARD, storiesOf, withStories } from "../ipc/fake/topics";
import { until } from "../ipc/fake/until";

let app: ReturnType<typeof mount> | undefined;

async function open(backend: Backend = fake("still")): Promise<HTMLInputElement> {
  Element.prototype.scrollIntoView = () => undefined;
  app = mount(App, { target: document.body, props: { backend } });
  await until(() => {
    flushSync();
    expect(document.querySelector(".story")).not.toBeNull();
  });
  press("k", { ctrlKey: true });
  const input = document.querySelector<HTMLInputElement>(".sheet.palette input");
  if (!input) throw new Error("the palette is open");
  return input;
}

afterEach(async () => {
  if (app) await unmount(app);
  document.body.replaceChildren();
});

function press(key: string, part: KeyboardEventInit = {}): void {
  (document.activeElement ?? window).dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...part }),
  );
  flushSync();
}

function type(input: HTMLInputElement, text: string): void {
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  flushSync();
}

const entries = () => [...document.querySelectorAll(".entry")].map((each) => each.children[1]?.textContent);
const chosen = () => document.querySelector(".entry[aria-selected=true]")?.children[1]?.textContent;

describe("Palette", () => {
  it("takes the focus, lists what can be done with its keys, and gives the focus back", async () => {
    await open();
    expect(document.activeElement?.getAttribute("role")).toBe("combobox");
    expect(entries()).toContain("Next that needs you");
    expect(entries()).not.toContain("Allow once");
    press("Escape");
    expect(document.querySelector(".sheet.palette")).toBeNull();
    expect(document.activeElement).toBe(document.body);
  });

  it("lists what was put away in a place of its own, first only if it matches best", async () => {
    const backend = fake("still");
    const input = await open(backend);
    const story = document.querySelector('[aria-label^="Return 409"]')?.id.replace("story-", "") ?? "";
    const groups = () =>
      [...document.querySelectorAll(".sheet [role=group]")].map((each) => each.getAttribute("aria-label"));
    type(input, "return 409");
    expect(groups()).toEqual(["Stories"]);
    await backend.ask({ op: "archive", story });
    await until(() => {
      flushSync();
      expect(groups()).toEqual(["In the archive"]);
    });
    type(input, "parcel-api");
    expect(groups()).toEqual(["Stories", "In the archive", "Projects"]);
  });

  it("gives the focus back to the field in which somebody wrote, as the sheet of keys does", async () => {
    await open();
    press("Escape");
    press("/");
    const field = document.querySelector<HTMLInputElement>("[aria-label='Filter stories']");
    await until(() => {
      expect(document.activeElement).toBe(field);
    });
    press("k", { ctrlKey: true });
    expect(document.activeElement?.getAttribute("role")).toBe("combobox");
    press("Escape");
    await until(() => {
      expect(document.activeElement).toBe(field);
    });
    // From the field, with the button in the key line, which a click does not focus.
    [...document.querySelectorAll<HTMLElement>("footer button")].at(-1)?.click();
    flushSync();
    expect(document.querySelector(".sheet")).not.toBeNull();
    press("Escape");
    await until(() => {
      expect(document.activeElement).toBe(field);
    });
  });

  it("begins with what answers nothing", async () => {
    await open();
    press("Escape");
    press("n");
    press("k", { ctrlKey: true });
    expect(chosen()).toBe("New story");
    expect(entries()).toContain("Resume");
  });

  it("finds a story and opens it", async () => {
    const input = await open();
    type(input, "zig cc");
    expect(entries()).toEqual(["Port the build to zig cc"]);
    expect(document.querySelector(".entry mark")?.textContent).toBe("zig cc");
    press("Enter");
    await until(() => {
      flushSync();
      expect(document.querySelector(".board")).toBeNull();
    });
  });

  it("finds stories by their branch, folder and project, and begins one in a project", async () => {
    const input = await open();
    type(input, "feat/409");
    const notes = () => [...document.querySelectorAll(".entry .note")].map((each) => each.textContent);
    const byBranch = entries();
    type(input, "fieldkit");
    expect(entries().at(-1)).toBe("fieldkit");
    expect(notes().at(-1)).toMatch(/^New story in ~\/src\/fieldkit/);
    expect(byBranch.length).toBeLessThanOrEqual(1);
    press("ArrowUp");
    entries().forEach(() => {
      press("ArrowDown");
    });
    press("Enter");
    await until(() => {
      flushSync();
      expect(document.querySelector(".found")).not.toBeNull();
    });
  });

  it("says how many more there are", async () => {
    const input = await open();
    type(input, "src");
    expect(document.querySelector(".list")?.textContent).toMatch(/\d+ more, type on to find them/);
  });

  it("moves among what was found and changes the appearance", async () => {
    const input = await open();
    type(input, "appearance");
    expect(entries()).toEqual(["Appearance: light", "Appearance: dark", "Appearance: as the system"]);
    expect(chosen()).toBe("Appearance: light");
    press("ArrowDown");
    press("ArrowDown");
    press("ArrowUp");
    expect(chosen()).toBe("Appearance: dark");
    press("Enter");
    await until(() => {
      expect(document.documentElement.dataset.theme).toBe("dark");
    });
  });

  it.each([
    ["theme", "Appearance: light"],
    ["dark theme", "Appearance: dark"],
    ["help", "All keys"],
    ["text size", "Text size: larger"],
    ["zoom", "Text size: larger"],
    ["pause", "Pause notifications for 1 hour"],
    ["copy the id", "Copy the id"],
    ["copy the path", "Copy the path of the folder"],
    ["worktree", "Clean up worktrees"],
    ["directory", "Copy the path of the folder"],
    ["answer", "Copy the last answer"],
    ["resume command", "Copy resume command"],
  ])("finds for %j: %s", async (typed, name) => {
    await open();
    press("Escape");
    press("4");
    press("k", { ctrlKey: true });
    const input = document.querySelector<HTMLInputElement>(".sheet.palette input");
    if (!input) throw new Error("the palette is open");
    type(input, typed);
    expect(chosen()).toBe(name);
  });

  it("says why something cannot be done, and does nothing at Enter", async () => {
    const input = await open();
    type(input, "stop");
    expect(entries()).toContain("Stop: no story is selected");
    expect(document.querySelector(".entry[aria-disabled=true]")?.textContent).toContain("Stop");
    type(input, "rename");
    expect(entries()[0]).toBe("Rename: no story is selected");
    press("Enter");
    expect(document.querySelector(".sheet.palette")).not.toBeNull();
    press("Escape");
    const done = document.querySelector<HTMLElement>('[aria-label^="Return 409"]');
    done?.dispatchEvent(new MouseEvent("pointerdown", { bubbles: true }));
    flushSync();
    press("k", { ctrlKey: true });
    const again = document.querySelector<HTMLInputElement>(".sheet.palette input");
    if (!again) throw new Error("the palette is open");
    type(again, "stop");
    expect(entries()).toContain("Stop: nothing runs");
    type(again, "archive");
    expect([chosen(), entries()]).toEqual([
      "Archive",
      expect.arrayContaining(["Archive", "Take out of the archive: it is not in the archive"]),
    ]);
  });

  it("chooses nothing destructive for initials alone", async () => {
    await open();
    press("Escape");
    const done = document.querySelector<HTMLElement>('[aria-label^="Return 409"]');
    done?.dispatchEvent(new MouseEvent("pointerdown", { bubbles: true }));
    flushSync();
    press("k", { ctrlKey: true });
    const input = document.querySelector<HTMLInputElement>(".sheet.palette input");
    if (!input) throw new Error("the palette is open");
    type(input, "detl");
    expect(entries()).toEqual(["Delete the logs…"]);
    expect(chosen()).toBeUndefined();
    press("Enter");
    expect(document.querySelector(".sheet.palette")).not.toBeNull();
    press("ArrowDown");
    expect(chosen()).toBe("Delete the logs…");
    type(input, "delete");
    expect(chosen()).toBe("Delete the logs…");
  });

  it("pauses notifications and turns them on again, each under its own name", async () => {
    const input = await open();
    type(input, "pause notifications");
    press("Enter");
    await until(() => {
      press("k", { ctrlKey: true });
      const again = document.querySelector<HTMLInputElement>(".sheet.palette input");
      if (!again) throw new Error("the palette is open");
      type(again, "notifications");
      expect(entries()).toContain("Turn notifications on again");
    });
    expect(entries()).not.toContain("Pause notifications for 1 hour");
  });

  it("puts a story whose title was typed before an action that has the word somewhere", async () => {
    const base = fake("still");
    const all = await base.pull(BOARD);
    const named = storiesOf(all).map((view, n) => ({
      ...view,
      story: { ...view.story, title: n === 0 ? "until" : view.story.title },
    }));
    const pull: Backend["pull"] = async (request) => withStories(await base.pull(request), () => named);
    const input = await open({ ...base, pull });
    type(input, "unti");
    expect([chosen(), entries().length]).toEqual(["until", 2]);
    type(input, "tomorrow");
    expect(chosen()).toContain("until tomorrow");
  });

  it("says when nothing is called so", async () => {
    type(await open(), "qqq");
    expect(document.querySelector(".list")?.textContent).toContain("Nothing is called “qqq”");
  });

  it("has no accessibility violations", async () => {
    await open();
    const { violations } = await axe.run(".sheet.palette", {
      rules: { "color-contrast": { enabled: false } },
    });
    expect(violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html).join(" ")}`)).toEqual(
      [],
    );
  });
});
