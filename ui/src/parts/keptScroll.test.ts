import { afterEach, expect, it, vi } from "vitest";
import { keptScroll, Scrolled } from "./keptScroll";

afterEach(() => {
  document.body.replaceChildren();
});

/** A scrolling element: a padding of 10 px, then children with these heights. */
function scroller(heights: number[]) {
  const element = document.body.appendChild(document.createElement("div"));
  let top = 0;
  Object.defineProperty(element, "scrollTop", {
    get: () => top,
    set: (to: number) => (top = Math.round(to)),
  });
  element.getBoundingClientRect = () => new DOMRect(0, 40, 100, 100);
  const put = () => {
    element.replaceChildren(
      ...heights.map((_, n) => {
        const child = document.createElement("p");
        const above = 10 + heights.slice(0, n).reduce((sum, each) => sum + each, 0);
        child.getBoundingClientRect = () => new DOMRect(0, 40 + above - top, 100, heights[n]);
        return child;
      }),
    );
  };
  put();
  return {
    element,
    grow: (n: number, to: number) => {
      heights[n] = to;
      put();
    },
    scroll: (to: number) => {
      top = to;
      element.dispatchEvent(new Event("scroll"));
    },
  };
}
const notified = () => vi.waitFor(() => Promise.resolve());

it("begins at its start, and is found again by what stands there", () => {
  const kept = new Scrolled();
  const first = scroller([200, 300, 400]);
  const end = keptScroll(kept)(first.element);
  expect([first.element.scrollTop, kept.scroll]).toEqual([0, null]);
  first.scroll(10 + 200 + 25);
  expect(kept.scroll).toEqual({ child: 1, within: 25 });
  end();
  const second = scroller([260, 300, 400]);
  keptScroll(kept)(second.element);
  expect(second.element.scrollTop).toBe(10 + 260 + 25);
});

it("holds the place while what is above grows, until a person scrolls", async () => {
  const kept = new Scrolled();
  kept.scroll = { child: 1, within: 0 };
  const page = scroller([100, 900]);
  keptScroll(kept)(page.element);
  page.grow(0, 180);
  await notified();
  expect(page.element.scrollTop).toBe(190);
  page.scroll(400);
  page.grow(0, 500);
  await notified();
  expect(page.element.scrollTop).toBe(400);
  page.scroll(0);
  expect(kept.scroll).toBeNull();
});
