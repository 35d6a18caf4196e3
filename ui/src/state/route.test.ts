import { describe, expect, it } from "vitest";
import { ATLAS } from "../views/registry";
import { MOST, Router } from "./route.svelte";
import type { Route } from "../views/registry";

const story = (id: string): Route => ({ view: "story", story: id, step: null });
const begin = () => new Router(ATLAS);

class Left {
  tab = "timeline";
}
class Other {
  words = "";
}

describe("the router", () => {
  it("leads from a story back to the view that it was opened from, and from there to the board", () => {
    const router = begin();
    router.go({ view: "usage" });
    router.go(story("s1"));
    router.go({ view: "new-story", path: null });
    expect([router.belowName, router.below.view]).toEqual(["Usage", "usage"]);
    router.up();
    expect(router.route).toEqual({ view: "usage" });
    router.up();
    expect(router.route).toEqual({ view: "board" });
    router.go(story("s1"));
    expect(router.belowName).toBe("Board");
    router.up();
    expect(router.route).toEqual({ view: "board" });
  });

  it("leads back and forward through what was shown, and not further", () => {
    const router = begin();
    expect([router.canGoBack, router.canGoForward]).toEqual([false, false]);
    router.go(story("s1"));
    router.go({ view: "usage" });
    router.back();
    expect(router.route).toEqual(story("s1"));
    router.back();
    router.back();
    expect([router.route, router.canGoBack]).toEqual([{ view: "board" }, false]);
    router.forward();
    router.forward();
    router.forward();
    expect([router.route, router.canGoForward]).toEqual([{ view: "usage" }, false]);
  });

  it("forgets what was forward when another view is opened, and keeps what a view was opened from", () => {
    const router = begin();
    router.go({ view: "usage" });
    router.go(story("s1"));
    router.back();
    router.go({ view: "settings" });
    expect(router.canGoForward).toBe(false);
    router.back();
    router.forward();
    expect(router.route).toEqual({ view: "settings" });
    router.back();
    router.go(story("s2"));
    expect(router.belowName).toBe("Usage");
  });

  it("goes up by going back where one came from there, so that forward leads to the story again", () => {
    const router = begin();
    router.go(story("s1"));
    router.up();
    expect([router.route, router.canGoBack]).toEqual([{ view: "board" }, false]);
    router.forward();
    expect(router.route).toEqual(story("s1"));
  });

  it("counts a view that is asked for again as the same visit", () => {
    const router = begin();
    router.go({ view: "board" });
    expect(router.canGoBack).toBe(false);
    router.go({ view: "new-story", path: null });
    router.go({ view: "new-story", path: "/src" });
    expect(router.route).toEqual({ view: "new-story", path: "/src" });
    router.back();
    expect(router.route).toEqual({ view: "board" });
  });

  it("keeps a number of visits", () => {
    const router = begin();
    for (let n = 0; n < 3 * MOST; n += 1) router.go(story(`s${n}`));
    let back = 0;
    while (router.canGoBack) {
      router.back();
      back += 1;
    }
    expect([back, router.route]).toEqual([MOST - 1, story(`s${2 * MOST}`)]);
  });
});

describe("what a view is left with", () => {
  it("is there on each visit of its place, and nowhere else", () => {
    const router = begin();
    router.go(story("s1"));
    router.keep(Left, () => new Left()).tab = "raw";
    router.keep(Other, () => new Other()).words = "Then";
    router.go(story("s2"));
    expect(router.keep(Left, () => new Left()).tab).toBe("timeline");
    router.back();
    expect(router.keep(Left, () => new Left()).tab).toBe("raw");
    router.go({ view: "board" });
    router.go({ view: "story", story: "s1", step: { run: "r", stream: "stdout", offset: 0, k: 0 } });
    expect([router.keep(Left, () => new Left()).tab, router.keep(Other, () => new Other()).words]).toEqual([
      "raw",
      "Then",
    ]);
  });

  it("is let go when it was not asked for in the longest time", () => {
    const router = begin();
    const visit = (id: string) => {
      router.go(story(id));
      return router.keep(Left, () => new Left());
    };
    visit("old").tab = "raw";
    visit("used").tab = "why";
    for (let n = 2; n < MOST; n += 1) visit(`s${n}`);
    expect(visit("used").tab).toBe("why");
    visit("one more");
    expect([visit("used").tab, visit("old").tab]).toEqual(["why", "timeline"]);
  });
});
