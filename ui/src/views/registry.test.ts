import { describe, expect, it } from "vitest";
import type { Route } from "./registry";
import { ATLAS, NAV, addressOf, navOf, routeOf } from "./registry";

const STORY = "018f0000-0000-7000-8000-000000000001";
const RUN = "018f0000-0000-7000-8000-000000000002";
const BOARD: Route = { view: "board" };

const ADDRESSES: readonly [address: string, route: Route][] = [
  ["musher://board", BOARD],
  ["musher://usage", { view: "usage" }],
  ["musher://settings", { view: "settings" }],
  ["musher://first-start", { view: "first-start" }],
  ["musher://new-story", { view: "new-story", path: null }],
  ["musher://new-story?path=%2Fhome%2Fada%2Fa+b%26c", { view: "new-story", path: "/home/ada/a b&c" }],
  [`musher://story/${STORY}`, { view: "story", story: STORY, step: null }],
  [
    `musher://story/${STORY}?pos=${RUN}%3Astdout%3A1024%3A2`,
    { view: "story", story: STORY, step: { run: RUN, stream: "stdout", offset: 1024, k: 2 } },
  ],
  ["musher://forecast/%2Fhome%2Fada%2Fa%20b%2F.git", { view: "forecast", project: "/home/ada/a b/.git" }],
  ["musher://story/a%2Fb%3Fc", { view: "story", story: "a/b?c", step: null }],
];

const WRONG: readonly [address: string, why: string, instead: Route | null][] = [
  ["", "This is no link of Musher.", null],
  ["https://example.org/", "This is no link of Musher.", null],
  ["musher://", "There is no view called “”.", null],
  ["musher://terminal/1", "There is no view called “terminal”.", null],
  ["musher://constructor", "There is no view called “constructor”.", null],
  ["musher://missing", "There is no such view.", null],
  ["musher://board/2", "There is no “2” there.", null],
  ["musher://story", "The link names no story.", null],
  ["musher://story/", "The link names no story.", null],
  ["musher://forecast", "The link names no project.", null],
  ["musher://%zz", "There is no view called “%zz”.", null],
  ...["", "12", `${RUN}:stdout:1`, `${RUN}:stdlog:1:0`, `${RUN}:stdout:-1:0`, `${RUN}:stdout:1:0:0`].map(
    (pos): [string, string, Route] => [
      `musher://story/${STORY}?pos=${pos}`,
      "The link names a step of a story, but not in a form that can be read.",
      { view: "story", story: STORY, step: null },
    ],
  ),
];

describe("the address of a view", () => {
  it.each(ADDRESSES)("%s is read and written", (address, route) => {
    expect(routeOf(address)).toEqual(route);
    expect(addressOf(route)).toBe(address);
  });

  it.each(WRONG)("%s leads to a view that says why it leads nowhere", (address, why, instead) => {
    expect(routeOf(address)).toEqual({ view: "missing", address, why, instead });
  });

  it("names a place without what is to be done there", () => {
    expect(ADDRESSES.map(([, route]) => ATLAS.placeOf(route)).every((place) => !place.includes("?"))).toBe(
      true,
    );
    expect(ATLAS.placeOf(routeOf("musher://a"))).not.toBe(ATLAS.placeOf(routeOf("musher://b")));
  });
});

describe("the bar", () => {
  it("has the board, usage and settings", () => {
    expect(NAV.map(({ name, key, to }) => [name, key, to])).toEqual([
      ["Board", "Ctrl 1", BOARD],
      ["Usage", "Ctrl 2", { view: "usage" }],
      ["Settings", "Ctrl ,", { view: "settings" }],
    ]);
  });

  it("marks the view that the shown one belongs to", () => {
    const usage: Route = { view: "usage" };
    const story: Route = { view: "story", story: STORY, step: null };
    const create: Route = { view: "new-story", path: null };
    const first: Route = { view: "first-start" };
    expect([
      navOf(usage, usage),
      navOf(story, usage),
      navOf(create, usage),
      navOf(create, first),
      navOf(first, first),
      navOf(routeOf("musher://x"), usage),
    ]).toEqual(["usage", "board", "board", "board", "board", "usage"]);
  });
});
