// Shows the board in tests: a scene of the fake engine, keys to press, texts to read. It is removed after each test.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, expect, vi } from "vitest";
import App from "../../App.svelte";
import type { Backend } from "../../ipc/backend";
import { fake, type Scene } from "../../ipc/fake";
import { until } from "../../ipc/fake/until";

let app: ReturnType<typeof mount> | undefined;

export async function show(scene: Scene, change: Partial<Backend> = {}): Promise<Backend> {
  const backend = { ...fake(scene === "full" ? "still" : scene), ...change };
  app = mount(App, { target: document.body, props: { backend } });
  await until(() => {
    flushSync();
    expect(document.querySelector(".story, .need, .empty, .problem")).not.toBeNull();
  });
  return backend;
}

afterEach(async () => {
  vi.useRealTimers();
  if (app) await unmount(app);
  document.body.replaceChildren();
});

export function press(...keys: string[]): void {
  for (const key of keys) {
    window.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    flushSync();
  }
}

export function chord(key: string, part: KeyboardEventInit = {}): void {
  window.dispatchEvent(
    new KeyboardEvent("keydown", { key, ctrlKey: true, bubbles: true, cancelable: true, ...part }),
  );
  flushSync();
}
export function filterBy(filter: string): void {
  const input = document.querySelector<HTMLInputElement>("[role=columnheader] input");
  if (!input) throw new Error("the filter is open");
  input.value = filter;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  flushSync();
}

export const text = (selector: string) =>
  [...document.querySelectorAll(selector)].map((each) => each.textContent.replaceAll(/\s+/g, " ").trim());
export const selected = () => text('[aria-selected="true"] .title');
export const button = (name: string) =>
  [...document.querySelectorAll("button")].find((each) => each.textContent.includes(name));
