import { flushSync, mount, unmount, type Component } from "svelte";
import { afterEach, expect, it, vi } from "vitest";
import { Keys } from "../state/keys.svelte";
import Later from "./Later.svelte";

let shown: ReturnType<typeof mount> | undefined;

afterEach(async () => {
  if (shown) await unmount(shown);
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

it("shows the view when its code is there, says what is loaded after a while, tries again what failed, and leads back", async () => {
  const loads: { give: (view: Component) => void; fail: (why: Error) => void }[] = [];
  const load = () =>
    new Promise<{ default: Component }>((resolve, reject) => {
      loads.push({
        give: (view) => {
          resolve({ default: view });
        },
        fail: reject,
      });
    });
  const keys = new Keys();
  const run = vi.fn();
  const back = { keys: "Esc", label: "Board", run };
  shown = mount(Later, {
    target: document.body,
    props: { load, name: "Usage", route: { view: "usage" }, keys, back },
  });
  await see(() => {
    expect(loads).toHaveLength(1);
  });
  await see(() => {
    expect(document.body.textContent).toContain("Loading Usage");
  });
  loads[0]?.fail(new Error("no such file"));
  await see(() => {
    expect(document.querySelector("[role=alert]")?.textContent).toContain(
      "Usage could not be loaded. No such file. What is stored is not touched.",
    );
  });
  const escape = () => keys.press(new KeyboardEvent("keydown", { key: "Escape", cancelable: true }));
  escape();
  expect(run).toHaveBeenCalledOnce();
  document.querySelector("button")?.click();
  await see(() => {
    expect(loads).toHaveLength(2);
  });
  expect(document.querySelector("[role=alert]")).toBeNull();
  loads[1]?.give(() => ({}));
  await see(() => {
    expect(document.querySelector("main")).toBeNull();
  });
  // The view has its own keys.
  escape();
  expect(run).toHaveBeenCalledOnce();
});
