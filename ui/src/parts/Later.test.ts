import { flushSync, mount, unmount, type Component } from "svelte";
import { afterEach, expect, it, vi } from "vitest";
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

it("shows the view when its code is there, says what is loaded after a while, and tries again what failed", async () => {
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
  shown = mount(Later, { target: document.body, props: { load, name: "Usage", route: { view: "usage" } } });
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
  document.querySelector("button")?.click();
  await see(() => {
    expect(loads).toHaveLength(2);
  });
  expect(document.querySelector("[role=alert]")).toBeNull();
  loads[1]?.give(() => ({}));
  await see(() => {
    expect(document.querySelector("main")).toBeNull();
  });
});
