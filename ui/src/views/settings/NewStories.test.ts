import { flushSync, mount, unmount } from "svelte";
import { afterEach, expect, test, vi } from "vitest";
import App from "../../App.svelte";
import { Refusal, type Backend } from "../../ipc/backend";
import { fake } from "../../ipc/fake";
import { until } from "../../ipc/fake/until";

let app: ReturnType<typeof mount> | undefined;

afterEach(async () => {
  if (app) await unmount(app);
  app = undefined;
  document.body.replaceChildren();
});

const words = (selector: string) =>
  [...document.querySelectorAll(selector)].map((each) => each.textContent.replaceAll(/\s+/g, " ").trim());
const button = (name: string) =>
  [...document.querySelectorAll("button")].find((each) => each.textContent.trim() === name);
const field = (selector: string) => document.querySelector<HTMLInputElement>(selector);

async function show(scene: "still" | "states", change: Partial<Backend> = {}): Promise<Backend> {
  const backend: Backend = { ...fake(scene), ...change };
  app = mount(App, { target: document.body, props: { backend } });
  await until(() => {
    flushSync();
    expect(words(".board, main").length).toBeGreaterThan(0);
  });
  return backend;
}

async function settings(): Promise<void> {
  window.dispatchEvent(
    new KeyboardEvent("keydown", { key: ",", ctrlKey: true, bubbles: true, cancelable: true }),
  );
  await until(() => {
    flushSync();
    expect(field("[id='agents.claude.model']")).not.toBeNull();
  });
}

function write(selector: string, value: string): void {
  const found = field(selector);
  if (!found) throw new Error(`there is no ${selector}`);
  found.value = value;
  found.dispatchEvent(new Event("input", { bubbles: true }));
  found.dispatchEvent(new Event("change", { bubbles: true }));
}

test("a change by hand is announced above every view, shown whole, and put in force by a person", async () => {
  const configure = vi.fn<Backend["configure"]>(fake("states").configure);
  await show("states", { configure });
  await until(() => {
    flushSync();
    expect(words(".notice")[0]).toMatch(
      /^config.json was changed: 2 values that decide what agents may do wait/,
    );
  });
  button("Look at them")?.click();
  await until(() => {
    flushSync();
    expect(words(".waits tbody tr")).toHaveLength(2);
  });
  expect(words(".waits tbody tr")[0]).toBe('agents.codex.permission"ask""accept-edits"');
  const accept = () => button("Put in force");
  expect(accept()?.disabled).toBe(true);
  await until(() => {
    flushSync();
    expect(accept()?.disabled).toBe(false);
  });
  accept()?.click();
  await until(() => {
    flushSync();
    expect(words(".waits")).toEqual([]);
  });
  expect(configure).toHaveBeenCalledWith({ op: "accept_config", file: "1" });
});

test("what is set is asked of the engine by its key, and shown as in force only when it is", async () => {
  const configure = vi.fn<Backend["configure"]>(fake("still").configure);
  await show("still", { configure });
  await settings();
  write("[id='agents.codex.model']", " gpt-5 ");
  await until(() => {
    flushSync();
    expect(field("[id='agents.codex.model']")?.value).toBe("gpt-5");
  });
  expect(configure).toHaveBeenCalledWith({
    op: "set_config",
    key: "agents.codex.model",
    value: '"gpt-5"',
    confirmed: true,
  });
  write("[aria-label='Gates: /home/ada/src/parcel-api']", "cargo test\n\n npm test \n");
  expect(configure).toHaveBeenLastCalledWith({
    op: "set_config",
    key: 'projects."/home/ada/src/parcel-api".gates',
    value: '["cargo test","npm test"]',
    confirmed: true,
  });
  write("[id='agents.codex.model']", "");
  expect(configure).toHaveBeenLastCalledWith(
    expect.objectContaining({ key: "agents.codex.model", value: "null" }),
  );
});

test("a number is set as a number, within the range that the engine lists", async () => {
  const configure = vi.fn<Backend["configure"]>(fake("still").configure);
  await show("still", { configure });
  await settings();
  const first = "[id='limits.first_guess_minutes']";
  expect([field(first)?.value, field(first)?.type, field(first)?.min, field(first)?.max]).toEqual([
    "5",
    "number",
    "1",
    "525600",
  ]);
  write(first, "12");
  expect(configure).toHaveBeenLastCalledWith({
    op: "set_config",
    key: "limits.first_guess_minutes",
    value: "12",
    confirmed: true,
  });
});

test("a refusal stands beside the setting that it is about", async () => {
  const host = fake("still");
  const fault = { code: "bad_input", message: "a branch ends in {name}", hint: "Write it." } as const;
  const configure: Backend["configure"] = (intent) =>
    intent.op === "set_config" ? Promise.reject(new Refusal(fault)) : host.configure(intent);
  await show("still", { configure });
  await settings();
  write("[id='worktrees.branch']", "x");
  await until(() => {
    flushSync();
    expect(words(".set .fault")).toEqual(["A branch ends in {name}. Write it."]);
  });
});
