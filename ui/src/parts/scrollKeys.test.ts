import { afterEach, expect, it, test } from "vitest";
import { scrollByKey } from "./scrollKeys";

afterEach(() => {
  document.body.replaceChildren();
});

function part(height = 5000): HTMLElement {
  const element = document.body.appendChild(document.createElement("div"));
  element.dataset["scrolls"] = "";
  Object.defineProperty(element, "scrollHeight", { value: height });
  return element;
}
function press(key: string, change: KeyboardEventInit = {}): boolean {
  const event = new KeyboardEvent("keydown", { key, cancelable: true, ...change });
  return scrollByKey(event) && event.defaultPrevented;
}

test.each<[key: string, change: KeyboardEventInit, by: number]>([
  ["PageDown", {}, 720],
  [" ", {}, 720],
  [" ", { shiftKey: true }, -720],
  ["PageUp", {}, -720],
  ["ArrowDown", {}, 40],
  ["ArrowUp", {}, -40],
  ["End", {}, 5000],
  ["Home", {}, -5000],
])("%s %o scrolls what is read", (key, change, by) => {
  const element = part();
  element.scrollTop = 1000;
  expect(press(key, change)).toBe(true);
  expect(element.scrollTop).toBe(1000 + by);
});

it("leaves keys to what has the focus, to what was done already, and to what has nothing to scroll", () => {
  const element = part();
  const field = document.body.appendChild(document.createElement("button"));
  field.focus();
  expect(press("End")).toBe(false);
  field.blur();
  expect([press("End", { ctrlKey: true }), press("x")]).toEqual([false, false]);
  expect(element.scrollTop).toBe(0);
  document.body.replaceChildren();
  part(100);
  expect(press("End")).toBe(false);
});
