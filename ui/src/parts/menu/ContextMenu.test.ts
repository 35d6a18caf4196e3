import axe from "axe-core";
import { flushSync, mount, unmount } from "svelte";
import { afterEach, expect, it, vi } from "vitest";
import App from "../../App.svelte";
import { Refusal, type Backend } from "../../ipc/backend";
import { fake } from "../../ipc/fake";
import { until } from "../../ipc/fake/until";

let app: ReturnType<typeof mount> | undefined;

afterEach(async () => {
  if (app) await unmount(app);
  document.body.replaceChildren();
});

async function show(change: Partial<Backend> = {}): Promise<void> {
  app = mount(App, { target: document.body, props: { backend: { ...fake("still"), ...change } } });
  await until(() => {
    flushSync();
    expect(document.querySelector(".story")).not.toBeNull();
  });
}
function click(selector: string, change: MouseEventInit = { clientX: 40, clientY: 40 }): MouseEvent {
  const event = new MouseEvent("contextmenu", { bubbles: true, cancelable: true, ...change });
  const target = document.querySelector(selector);
  if (!target) throw new Error(`there is no ${selector}`);
  target.dispatchEvent(event);
  flushSync();
  return event;
}
function press(key: string): void {
  (document.activeElement ?? window).dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }),
  );
  flushSync();
}
const items = () => [...document.querySelectorAll("[role=menuitem]")].map((each) => each.textContent);
const take = (name: string) => {
  [...document.querySelectorAll<HTMLElement>("[role=menuitem]")]
    .find((each) => each.textContent === name)
    ?.click();
  flushSync();
};

it("copies what a story is called and where it works, opens it, and puts away one that is over", async () => {
  const copied: string[] = [];
  const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
  await show({
    ask,
    copy: (text) => {
      copied.push(text);
      return Promise.resolve();
    },
  });
  const done = '[aria-label^="Return 409"]';
  expect(click(`${done} .title`).defaultPrevented).toBe(true);
  expect(items()).toEqual([
    "Open the story",
    "Run the gates again",
    "Copy the title",
    "Copy the id",
    "Copy the branch",
    "Copy the path of the folder",
    "Copy the last answer",
    "Copy resume command",
    "Rename",
    "Forecast",
    "Archive",
    "Delete the logs…",
  ]);
  const { violations } = await axe.run(".menu", { rules: { "color-contrast": { enabled: false } } });
  expect(violations.map((each) => each.id)).toEqual([]);
  take("Copy the title");
  expect([copied, document.querySelector("[role=menu]")]).toEqual([
    ["Return 409 on duplicate shipment references"],
    null,
  ]);
  click(done);
  take("Archive");
  expect(ask).toHaveBeenCalledExactlyOnceWith({ op: "archive", story: expect.any(String) });
  click('[aria-label^="Replace carrier"]');
  expect(items()).not.toContain("Archive");
  expect(items()).not.toContain("Delete the logs…");
  take("Open the story");
  await until(() => {
    flushSync();
    expect(document.querySelector(".st")).not.toBeNull();
  });
  click("section.head h1");
  expect(items()).not.toContain("Open the story");
});

it("has what buttons and keys do with a story, where it can be done", async () => {
  const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
  await show({ ask });
  const story = expect.any(String) as unknown;
  const ofFailed = [...document.querySelectorAll("[data-story]")].find((row) =>
    row.textContent.includes("Send back"),
  );
  ofFailed?.setAttribute("id", "failed");
  click("#failed .title");
  expect(items().slice(0, 3)).toEqual(["Open the story", "Send back", "Run the gates again"]);
  take("Run the gates again");
  expect(ask).toHaveBeenLastCalledWith({ op: "run_gates", story });
  click("#failed .title");
  take("Send back");
  expect(ask).toHaveBeenLastCalledWith(expect.objectContaining({ op: "send", story }));
  ask.mockClear();
  // It stops at the second time, as by its key.
  click('[aria-label^="Replace carrier"]');
  expect(items()).toContain("Interrupt");
  take("Stop");
  expect(ask).not.toHaveBeenCalled();
  expect(document.querySelector("[role=contentinfo], footer")?.textContent).toContain("Replace carrier");
});

it("is gone through by keys, and gives the focus back", async () => {
  await show();
  const board = document.querySelector<HTMLElement>(".board");
  board?.focus();
  press("4");
  click(".board", { clientX: 0, clientY: 0 });
  expect(document.activeElement?.textContent).toBe("Open the story");
  press("ArrowDown");
  expect(document.activeElement?.textContent).toBe("Interrupt");
  press("ArrowUp");
  press("ArrowUp");
  expect(document.activeElement?.textContent).toBe(items().at(-1));
  press("j");
  press("Escape");
  expect(items()).toEqual([]);
  await until(() => {
    expect(document.activeElement).toBe(board);
  });
});

it("is nowhere a browser's, and leaves a field its own", async () => {
  await show();
  expect(click("header").defaultPrevented).toBe(true);
  expect(items()).toEqual([]);
  press("/");
  expect(click("[role=columnheader] input").defaultPrevented).toBe(false);
});

it("copies a command as it is, and a text in which characters are named not at all", async () => {
  const copied: string[] = [];
  await show({ copy: (text) => (copied.push(text), Promise.resolve()) });
  const need = [...document.querySelectorAll(".need code")].find((each) =>
    each.textContent.startsWith("cargo publish"),
  );
  need?.setAttribute("id", "command");
  click("#command");
  take("Copy this");
  expect(copied).toEqual(["cargo publish --dry-run -p address"]);
  need?.appendChild(document.createElement("span")).classList.add("hidden");
  click("#command");
  expect(items()).not.toContain("Copy this");
});

it("renames a story in a sheet, and says why a title is refused", async () => {
  const refused = {
    code: "bad_input",
    message: "the title is empty",
    hint: "Say what it is about.",
  } as const;
  const ask = vi
    .fn<Backend["ask"]>()
    .mockRejectedValueOnce(new Refusal(refused))
    .mockResolvedValueOnce({ reply: "done" });
  await show({ ask });
  click('[aria-label^="Return 409"]');
  take("Rename");
  const field = () => document.querySelector<HTMLInputElement>("[role=dialog] input");
  await until(() => {
    flushSync();
    expect(document.activeElement).toBe(field());
  });
  const input = field();
  if (!input) throw new Error("the sheet has a field");
  expect(input.value).toBe("Return 409 on duplicate shipment references");
  input.value = "Return 409";
  input.dispatchEvent(new Event("input", { bubbles: true }));
  const { violations } = await axe.run("[role=dialog]", { rules: { "color-contrast": { enabled: false } } });
  expect(violations.map((each) => each.id)).toEqual([]);
  press("Enter");
  await until(() => {
    flushSync();
    expect(document.querySelector("[role=dialog] [role=alert]")?.textContent).toContain(
      "The title is empty.",
    );
  });
  press("Enter");
  await until(() => {
    flushSync();
    expect(field()).toBeNull();
  });
  expect(ask).toHaveBeenLastCalledWith({ op: "rename", story: expect.any(String), title: "Return 409" });
});

it("keeps a title that was typed and not saved", async () => {
  const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
  await show({ ask });
  const field = () => document.querySelector<HTMLInputElement>("[role=dialog] input");
  const open = async () => {
    click('[aria-label^="Return 409"]');
    take("Rename");
    await until(() => {
      flushSync();
      expect(field()).not.toBeNull();
    });
  };
  const write = (title: string) => {
    const input = field();
    if (!input) throw new Error("the sheet has a field");
    input.value = title;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    flushSync();
  };
  await open();
  write("Return 409");
  press("Escape");
  await open();
  expect(field()?.value).toBe("Return 409");
  expect(document.querySelector("[role=dialog]")?.textContent).toContain(
    "It is not saved yet. The story is still called “Return 409 on duplicate shipment references”.",
  );
  press("Enter");
  await until(() => {
    flushSync();
    expect(field()).toBeNull();
  });
  await open();
  expect(field()?.value).toBe("Return 409 on duplicate shipment references");
});

it("takes a story out of the archive, and offers only what applies", async () => {
  await show();
  click('[aria-label^="Return 409"]');
  expect(items()).not.toContain("Take out of the archive");
  take("Archive");
  // The board shows what was put away only when it is asked for.
  const archived = '[aria-label^="Return 409"]';
  await until(() => {
    flushSync();
    expect(document.querySelector(archived)).toBeNull();
  });
  [...document.querySelectorAll("button")].find((each) => each.textContent.includes("archived"))?.click();
  await until(() => {
    flushSync();
    expect(document.querySelector(archived)).not.toBeNull();
  });
  click(archived);
  expect(items()).toContain("Take out of the archive");
  expect(items()).not.toContain("Archive");
  take("Take out of the archive");
  await until(() => {
    flushSync();
    expect(document.querySelector(archived)).toBeNull();
  });
});

it("deletes the logs of a story in a sheet that says what goes and what stays", async () => {
  const refused = {
    code: "data_dir",
    message: "no logs were deleted: a is missing",
    hint: "Restore it.",
  } as const;
  const done = fake("still");
  const ask = vi
    .fn<Backend["ask"]>()
    .mockRejectedValueOnce(new Refusal(refused))
    .mockImplementation(done.ask);
  await show({ ...done, ask });
  click('[aria-label^="Return 409"]');
  take("Delete the logs…");
  const sheet = () => document.querySelector("[role=dialog]");
  await until(() => {
    flushSync();
    expect(sheet()?.textContent).toContain("Nothing brings them back.");
  });
  expect(sheet()?.textContent).toMatch(/They take [\d.]+\s(kB|MB)\./);
  expect(sheet()?.textContent).toContain("The story stays, with its prompts, questions and answers");
  const { violations } = await axe.run("[role=dialog]", { rules: { "color-contrast": { enabled: false } } });
  expect(violations.map((each) => each.id)).toEqual([]);
  // Enter alone deletes nothing.
  press("Enter");
  expect(ask).not.toHaveBeenCalled();
  const pressDelete = () => {
    const buttons = [...(sheet()?.querySelectorAll("button") ?? [])];
    buttons.find((each) => each.textContent.includes("Delete"))?.click();
    flushSync();
  };
  pressDelete();
  await until(() => {
    flushSync();
    expect(sheet()?.querySelector("[role=alert]")?.textContent).toContain("No logs were deleted");
  });
  pressDelete();
  await until(() => {
    flushSync();
    expect(sheet()).toBeNull();
  });
  expect(ask).toHaveBeenLastCalledWith({ op: "delete_logs", story: expect.any(String) });
  await until(() => {
    flushSync();
    click('[aria-label^="Return 409"]');
    expect(items()).not.toContain("Delete the logs…");
  });
  take("Open the story");
  await until(() => {
    flushSync();
    expect(document.querySelector("section.head")?.textContent).toContain("deleted on");
  });
  await until(() => {
    flushSync();
    expect(document.querySelector("[role=feed]")?.textContent).toContain("Logs deleted");
  });
});
