import { flushSync, mount, unmount } from "svelte";
import { afterEach, expect, it, vi } from "vitest";
import Segmented from "./Segmented.svelte";
import Tabs from "./Tabs.svelte";

let made: ReturnType<typeof mount> | undefined;

afterEach(async () => {
  if (made) await unmount(made);
  document.body.replaceChildren();
});

const buttons = () => [...document.querySelectorAll("button")];
const stops = () => buttons().flatMap((each) => (each.tabIndex === 0 ? [each.textContent] : []));
function press(key: string): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  (document.activeElement ?? document.body).dispatchEvent(event);
  flushSync();
  return event;
}

it("a choice is one stop of Tab, and arrow keys choose what can be chosen", () => {
  const onchoose = vi.fn();
  const options = [
    { value: 1, text: "One" },
    { value: 2, text: "Two", why: "Not now." },
    { value: 3, text: "Three" },
  ];
  made = mount(Segmented, {
    target: document.body,
    props: { label: "How many", options, value: 1, onchoose },
  });
  flushSync();
  expect(document.querySelector("[role=radiogroup]")?.getAttribute("aria-label")).toBe("How many");
  expect(buttons().map((each) => [each.role, each.ariaChecked, each.ariaDisabled])).toEqual([
    ["radio", "true", null],
    ["radio", "false", "true"],
    ["radio", "false", null],
  ]);
  expect(stops()).toEqual(["One"]);
  buttons()[0]?.focus();
  expect(press("ArrowRight").defaultPrevented).toBe(true);
  expect(onchoose).toHaveBeenLastCalledWith(options[2]);
  expect(document.activeElement?.textContent).toBe("Three");
  expect(press("Tab").defaultPrevented).toBe(false);
});

it("a choice of which nothing is chosen begins at its first", () => {
  const options = [
    { value: "a", text: "A" },
    { value: "b", text: "B" },
  ];
  made = mount(Segmented, {
    target: document.body,
    props: { label: "Which", options, value: null, onchoose: vi.fn() },
  });
  flushSync();
  expect(stops()).toEqual(["A"]);
});

it("tabs name what they show, and arrow keys go around their ends", () => {
  const onchoose = vi.fn();
  const tabs = [
    { value: "why", text: "Why" },
    { value: "raw", text: "Raw" },
  ];
  made = mount(Tabs, {
    target: document.body,
    props: { label: "Beside", tabs, value: "why", panel: "panel", onchoose },
  });
  flushSync();
  expect(buttons().map((each) => [each.role, each.ariaSelected, each.getAttribute("aria-controls")])).toEqual(
    [
      ["tab", "true", "panel"],
      ["tab", "false", "panel"],
    ],
  );
  expect(stops()).toEqual(["Why"]);
  buttons()[0]?.focus();
  press("ArrowLeft");
  expect(onchoose).toHaveBeenLastCalledWith("raw");
  expect(document.activeElement?.textContent).toBe("Raw");
  press("End");
  expect(onchoose).toHaveBeenLastCalledWith("raw");
});
