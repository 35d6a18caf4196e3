import { describe, expect, it } from "vitest";
import { Router } from "./route.svelte";

describe("the router", () => {
  it("leads from a story back to the view that it was opened from, and from there to the board", () => {
    const router = new Router();
    router.go({ view: "usage" });
    router.go({ view: "story", story: "s1" });
    router.go({ view: "new-story", path: null });
    expect([router.belowName, router.below.view]).toEqual(["Usage", "usage"]);
    router.up();
    expect(router.route).toEqual({ view: "usage" });
    router.up();
    expect(router.route).toEqual({ view: "board" });
    router.go({ view: "story", story: "s1" });
    expect(router.belowName).toBe("Board");
    router.up();
    expect(router.route).toEqual({ view: "board" });
  });
});
