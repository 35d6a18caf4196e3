import { expect, test } from "vitest";
import { storyView } from "../../ipc/fake/shape";
import type { AgentStatus, FolderSummary } from "../../ipc/protocol";
import {
  closedText,
  gatesOf,
  patternOf,
  knownFolders,
  knownGates,
  knownModels,
  missing,
  startOf,
  storiesIn,
  type StoryDraft,
} from "./storyDraft";

const facts: FolderSummary = {
  dir: "/home/ada/src/parcel-api/crates/core",
  name: "core",
  is_repository: true,
  root: "/home/ada/src/parcel-api",
  branch: "main",
  changed: 3,
  ignored: { names: [], more: 0 },
  live: [],
  worktrees: "/home/ada/src/parcel-api.worktrees",
  gates: [],
  no_place: null,
  set_up: [],
  copies: { by_repository: false, patterns: [], environment: [] },
  new_branch: "musher/core",
  no_worktree: null,
  not_as_is: null,
};
const draft: StoryDraft = {
  goal: " Quote rates. \n",
  place: "worktree",
  branch: "feat/rates",
  agent: "claude",
  model: " ",
  permission: "ask",
  gates: [
    { command: " npm test ", on: true },
    { command: "npm run lint", on: false },
    { command: "", on: true },
  ],
  resumes: true,
  worktree: {
    base: " origin/main ",
    fetch: true,
    copiesUsual: true,
    copies: [".env"],
    setUp: [{ command: " npm ci ", on: true }],
  },
};
const claude = { agent: "claude" } as AgentStatus;
const stories = [
  storyView({
    id: 1,
    project: "parcel-api",
    title: "a",
    state: "done",
    branch: null,
    model: "opus",
    gates: ["npm test"],
    segments: [["running", -90]],
  }),
  storyView({
    id: 2,
    project: "parcel-api",
    title: "b",
    state: "running",
    branch: null,
    model: "sonnet",
    gates: ["cargo test", "npm test"],
    segments: [["running", -30]],
  }),
  storyView({
    id: 3,
    project: "atlas-web",
    title: "c",
    state: "done",
    agent: "codex",
    branch: null,
    segments: [["running", -60]],
  }),
  storyView({
    id: 4,
    project: "parcel-api",
    title: "d",
    state: "archived",
    branch: null,
    segments: [["running", -300]],
  }),
];

test("a draft becomes a request with what was meant and nothing else", () => {
  expect(startOf(draft, facts, "id")).toMatchObject({
    id: "id",
    agent: "claude",
    dir: facts.dir,
    prompt: "Quote rates.",
    title: null,
    gates: ["npm test"],
    worktree: "feat/rates",
    base: "origin/main",
    fetch: true,
    copy: ["/.env"],
    set_up: ["npm ci"],
    defaults: ["arguments", "copy"],
    resume_on_reset: true,
    env: null,
    profile: { model: null, permission: "ask" },
  });
  expect(startOf({ ...draft, branch: " " }, facts, "id")).toMatchObject({ worktree: null, new_branch: true });
  expect(startOf({ ...draft, place: "as_is", model: "opus" }, facts, "id")).toMatchObject({
    worktree: null,
    new_branch: false,
    base: null,
    fetch: false,
    copy: [],
    set_up: [],
    defaults: ["arguments"],
    profile: { model: "opus" },
  });
});

test("a pattern names exactly one file", () => {
  expect([".env", "a/[b]*?.env", "x ", "-y", "!z", "#w", String.raw`q\r`].map(patternOf)).toEqual([
    "/.env",
    String.raw`/a/\[b\]\*\?.env`,
    String.raw`/x\ `,
    "/-y",
    "/!z",
    "/#w",
    String.raw`/q\\r`,
  ]);
});

test("what misses is said in the order of the screen", () => {
  expect(missing(draft, null, claude)).toBe("Choose a folder.");
  expect(missing({ ...draft, goal: " " }, facts, claude)).toBe("Say what the agent is to do.");
  expect(missing(draft, facts, undefined)).toBe("Choose an agent.");
  expect(missing({ ...draft, branch: "" }, facts, claude)).toBe("");
});

test("what stories of the same repository used is offered, the newest first", () => {
  expect(storiesIn(facts, stories).map(({ story }) => story.title)).toEqual(["a", "b"]);
  expect(knownGates(storiesIn(facts, stories))).toEqual(["cargo test", "npm test"]);
  expect(knownModels("claude", stories)).toEqual(["sonnet", "opus"]);
  expect(knownFolders(stories)).toEqual(["/home/ada/src/parcel-api", "/home/ada/src/atlas-web"]);
});

test("a place that is closed misses, and says why", () => {
  const fault = { code: "git", message: "no commit yet", hint: "Make one." } as const;
  const fresh = { ...facts, no_worktree: fault };
  expect(missing(draft, fresh, claude)).toBe("No commit yet. Make one.");
  expect(missing({ ...draft, place: "as_is" }, fresh, claude)).toBe("");
  expect([
    closedText("worktree", fresh),
    closedText("worktree", { ...fresh, is_repository: false }),
    closedText("as_is", fresh),
    closedText("worktree", null),
  ]).toEqual(["needs a first commit", "needs a git repository", "", ""]);
  expect(closedText("as_is", { ...facts, not_as_is: fault })).toBe("a bare repository has no files");
});

test("gates follow the folder, and what a person wrote stays", () => {
  const line = (command: string, on = true) => ({ command, on });
  const here = { ...facts, gates: ["cargo test", "cargo clippy"] };
  const first = gatesOf(here, [], [line("make")]);
  expect(first).toEqual([line("cargo test"), line("cargo clippy"), line("make")]);
  const changed = [line("cargo test", false), line("cargo clippy"), line("make")];
  // When the same folder is read again, gates that were turned off stay off.
  expect(gatesOf(here, here.gates, changed)).toEqual(changed);
  expect(gatesOf({ ...facts, gates: ["npm test"] }, here.gates, changed)).toEqual([
    line("npm test"),
    line("make"),
  ]);
});
