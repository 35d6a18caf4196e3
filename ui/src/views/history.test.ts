// Back and Forward through the real views: each is restored as it was left.

import { flushSync, mount, unmount } from "svelte";
import { afterEach, expect, it, vi } from "vitest";
import App from "../App.svelte";
import type { Backend } from "../ipc/backend";
import { fake, type Scene } from "../ipc/fake";
import { answeringSome, type Answers } from "../ipc/fake/queries";
import { storyId } from "../ipc/fake/shape";
import { until } from "../ipc/fake/until";

let app: ReturnType<typeof mount> | undefined;

afterEach(async () => {
  if (app) await unmount(app);
  document.body.replaceChildren();
});

async function start(scene: Scene, change: Partial<Backend> = {}): Promise<void> {
  app = mount(App, { target: document.body, props: { backend: { ...fake(scene), ...change } } });
  await see(".story, .need, .intro");
}

const see = (selector: string) =>
  until(() => {
    flushSync();
    expect(document.querySelector(selector), selector).not.toBeNull();
  });
function press(key: string, change: KeyboardEventInit = {}): void {
  (document.activeElement ?? window).dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...change }),
  );
  flushSync();
}
const back = () => {
  press("ArrowLeft", { altKey: true });
};
const forward = () => {
  press("ArrowRight", { altKey: true });
};
function click(name: string, within = "button"): void {
  const found = [...document.querySelectorAll<HTMLElement>(within)].find((each) =>
    each.textContent.includes(name),
  );
  if (!found) throw new Error(`there is no ${name}`);
  found.click();
  flushSync();
}
function field(selector: string): HTMLInputElement {
  const found = document.querySelector<HTMLInputElement>(selector);
  if (!found) throw new Error(`there is no ${selector}`);
  return found;
}
function type(selector: string, value: string): void {
  const into = field(selector);
  into.value = value;
  into.dispatchEvent(new Event("input", { bubbles: true }));
  flushSync();
}
const selected = () => document.querySelector('[aria-selected="true"] .title')?.textContent.trim();

const WORDS = '[aria-label="What comes next"]';
const FILTER = '[aria-label="Filter stories"]';

it("the board keeps its filter and its selection, a story its tab, its filter and unsent words", async () => {
  await start("still");
  press("/");
  type(FILTER, "parcel");
  press("ArrowDown");
  press("j");
  const chosen = selected();
  press("Enter");
  await see(".st");
  click("Errors");
  click("Why", "[role=tab]");
  type(WORDS, "And add a test");
  back();
  expect([field(FILTER).value, selected(), document.activeElement]).toEqual([
    "parcel",
    chosen,
    field(".board"),
  ]);
  forward();
  await see(".tools");
  expect(field(WORDS).value).toBe("And add a test");
  expect(document.querySelector('[aria-checked="true"]')?.textContent).toBe("Errors");
  expect(document.querySelector(".panel")?.getAttribute("aria-label")).toBe("why");
});

it("the focus is where it was left, in the story, beside it and on the board, and nowhere after a link", async () => {
  await start("still");
  field(".board").focus();
  press("4");
  press("Enter");
  await see(".st");
  field(WORDS).focus();
  back();
  expect(document.activeElement).toBe(field(".board"));
  forward();
  expect(document.activeElement).toBe(field(WORDS));
  await see("[role=slider]");
  field("[role=slider]").focus();
  press("2", { ctrlKey: true });
  await see("main .total, main .legend, main");
  back();
  await until(() => {
    flushSync();
    expect(document.activeElement).toBe(field("[role=slider]"));
  });
  press("1", { ctrlKey: true });
  await see(".board");
  expect(document.activeElement).toBe(document.body);
});

it("N leads from need to need inside of stories, oldest first, and the top bar counts them on every screen", async () => {
  await start("still");
  const needs = () => document.querySelector<HTMLElement>("header .needs");
  const title = () => document.querySelector("h1")?.textContent.trim();
  expect(needs()?.textContent).toMatch(/^3\s*need you$/);
  press("2", { ctrlKey: true });
  await see("main .total, main .legend, main");
  needs()?.click();
  await see(".st");
  const seen = [title()];
  for (let presses = 0; presses < 3; presses += 1) {
    press("n");
    await see(".st");
    if (title() !== seen.at(-1)) seen.push(title());
  }
  expect(seen).toEqual([
    "Parse GPX 1.1 extensions without copying",
    "Virtualise the route list",
    "Move address validation into its own crate",
    "Parse GPX 1.1 extensions without copying",
  ]);
});

it("a person who does something first keeps the focus", async () => {
  await start("still");
  press("4");
  press("Enter");
  await see("[role=slider]");
  field("[role=slider]").focus();
  back();
  forward();
  field(WORDS).focus();
  await see("[role=slider]");
  await new Promise(requestAnimationFrame);
  expect(document.activeElement).toBe(field(WORDS));
});

it("what was unfolded beside a story is unfolded, and the measure of its bars is the chosen one", async () => {
  await start("still");
  press("4");
  press("Enter");
  await see("[role=slider]");
  click("Tokens", "[role=radio]");
  click("Why", "[role=tab]");
  await see(".panel .since .link");
  document.querySelector<HTMLElement>(".panel .since .link")?.click();
  await see(".entry");
  back();
  forward();
  await see(".entry");
  click("Usage", "[role=tab]");
  await see("[role=slider]");
  expect(document.querySelector('[aria-label^="What the bars"] [aria-checked="true"]')?.textContent).toBe(
    "Tokens",
  );
});

it("a new story keeps what was written into it, and a question what was said of it", async () => {
  await start("still");
  press("n", { ctrlKey: true });
  type("#goal", "Fix the login");
  type('[aria-label="Path of the folder"]', "/home/ada/sr");
  type('[aria-label="Add a command"]', "npm te");
  press("2", { ctrlKey: true });
  await see("main .total, main .legend, main");
  back();
  expect(field("#goal").value).toBe("Fix the login");
  expect(field('[aria-label="Path of the folder"]').value).toBe("/home/ada/sr");
  expect(field('[aria-label="Add a command"]').value).toBe("npm te");
});

it("a dropped folder is read once, not again when one comes back", async () => {
  const base = fake("still");
  const folder = vi.fn<Answers["folder"]>((query) => base.query(query));
  let drop: (paths: string[]) => void = () => undefined;
  await start("still", {
    ...answeringSome({ folder }, base),
    onDropped: (hear) => {
      drop = hear;
      return () => undefined;
    },
  });
  drop(["/home/ada/src/parcel-api"]);
  await see(".found dl");
  press("1", { ctrlKey: true });
  back();
  await see(".found dl");
  expect(folder).toHaveBeenCalledTimes(1);
});

it("the side buttons of a mouse lead back and forward, and a sheet has them to itself", async () => {
  await start("still");
  press(",", { ctrlKey: true });
  await see("nav[aria-label=Settings]");
  const side = (button: number) => {
    window.dispatchEvent(new MouseEvent("mouseup", { button, bubbles: true, cancelable: true }));
    flushSync();
  };
  press("k", { ctrlKey: true });
  side(3);
  press("Escape");
  expect(document.querySelector("nav[aria-label=Settings]")).not.toBeNull();
  side(3);
  await see(".board");
  side(4);
  await see("nav[aria-label=Settings]");
});

it("a first start is left and found again", async () => {
  await start("empty");
  press("n", { ctrlKey: true });
  await see("#goal");
  back();
  await see(".intro");
  forward();
  await see("#goal");
});

it("a link leads to its view, and one that leads nowhere says why and has a way back", async () => {
  await start("still");
  const follow = (link: string) => {
    press("k", { ctrlKey: true });
    type("[role=combobox]", link);
    press("Enter");
  };
  follow(`musher://story/${storyId(2)}`);
  await see(".st");
  expect(document.querySelector("h1")?.textContent).toContain("Replace carrier polling");
  follow("musher://ledger/7");
  expect(document.body.textContent).toContain("There is no view called “ledger”.");
  press("Escape");
  await see(".board");
  follow("musher://story/018f0000-0000-7000-8000-00000000dead");
  expect(document.querySelector("h1")?.textContent).toBe("This story is not here");
  press("Escape");
  await see(".board");
  follow(`musher://story/${storyId(2)}?pos=nonsense`);
  click("Open the story");
  await see(".st");
  follow(`musher://story/${storyId(2)}?pos=${storyId(3)}:stdout:7:0`);
  await until(() => {
    flushSync();
    expect(document.body.textContent).toContain("The step of this link is not in this story.");
  });
  click("Hide");
  expect(document.body.textContent).not.toContain("The step of this link");
});
