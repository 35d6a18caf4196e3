import { expect, it } from "vitest";
import { afternoon } from "../ipc/fake/afternoon";
import { storyView } from "../ipc/fake/shape";
import { findProjects, findStories } from "./findStories";

const at = (id: number, title: string, project: string, branch: string | null, created_at: string) => {
  const view = storyView({ id, title, project, branch, state: "done", segments: [["done", -id]] });
  return { ...view, story: { ...view.story, created_at } };
};
const stories = [
  at(1, "Fix the login", "shop", "fix/login", "2026-11-01T10:00:00.000Z"),
  at(2, "Login again", "shop", "fix/login-2", "2026-11-03T10:00:00.000Z"),
  at(3, "Rates", "parcel-api", "feat/login-rates", "2026-11-04T10:00:00.000Z"),
  at(4, "Look over gently in nothing", "parcel-api", null, "2026-11-05T10:00:00.000Z"),
];
const found = (typed: string) =>
  findStories(typed, stories).map(({ view, also }) => [view.story.title, also]);

it("finds titles first, then branches, projects and folders, then initials, each the newest first", () => {
  expect(found("login")).toEqual([
    ["Login again", ""],
    ["Fix the login", ""],
    ["Rates", "feat/login-rates"],
    ["Look over gently in nothing", ""],
  ]);
  expect(findStories("login", stories).map(({ isLoose }) => isLoose)).toEqual([false, false, false, true]);
  // Letters that are scattered over a title are no match.
  expect(found("lgin")).toEqual([]);
  expect(found("parcel rates")).toEqual([["Rates", ""]]);
  expect(found("SHOP again")).toEqual([["Login again", ""]]);
  expect(found("src/parcel-api")[0]?.[1]).toContain("/src/parcel-api");
  expect(found("qqq")).toEqual([]);
  expect(found(" ")).toEqual([]);
});

it("finds the title that was typed first, then titles that begin with it, then those that have it", () => {
  const titles = ["Fix login", "Fix login redirect", "Login that we fix", "Do not fix login yet"];
  const views = titles.map((title, n) => at(n + 1, title, "shop", null, `2026-11-0${n + 1}T10:00:00.000Z`));
  expect(findStories("fix  LOGIN", views).map((found) => found.view.story.title)).toEqual([
    "Fix login",
    "Fix login redirect",
    "Do not fix login yet",
    "Login that we fix",
  ]);
});

it("marks what was typed in the title", () => {
  expect(findStories("again", stories)[0]?.title).toEqual([
    { text: "Login ", hit: false },
    { text: "again", hit: true },
  ]);
});

it("finds projects, the one with the newest story first", () => {
  const names = (typed: string) => findProjects(typed, stories).map(({ name }) => name);
  expect([names("p"), names("shop"), names(""), names("qqq")]).toEqual([
    ["parcel-api", "shop"],
    ["shop"],
    [],
    [],
  ]);
  expect(findProjects("field", afternoon())[0]?.pieces[0]).toEqual({ text: "field", hit: true });
});
