import { flushSync, mount, unmount } from "svelte";
import { afterEach, expect, test, vi } from "vitest";
import { until } from "../../ipc/fake/until";
import App from "../../App.svelte";
import { Refusal, type Backend } from "../../ipc/backend";
import { fake } from "../../ipc/fake";
import { answeringSome, type Answers } from "../../ipc/fake/queries";
import type { BaseSummary, FolderSummary } from "../../ipc/protocol";

let app: ReturnType<typeof mount> | undefined;

afterEach(async () => {
  if (app) await unmount(app);
  app = undefined;
  document.body.replaceChildren();
});

const facts: FolderSummary = {
  dir: "/home/ada/src/parcel-api",
  name: "parcel-api",
  is_repository: true,
  root: "/home/ada/src/parcel-api",
  branch: "main",
  changed: 0,
  ignored: { names: [], more: 0 },
  live: [],
  new_branch: "musher/story",
  worktrees: "/home/ada/src/parcel-api.worktrees",
  gates: [],
  no_place: null,
  set_up: ["npm ci"],
  copies: { by_repository: false, patterns: ["*.key"], environment: [".env"] },
  no_worktree: null,
  not_as_is: null,
};

const commit = "1f8a2c0b9d3e4f5a6b7c8d9e0f1a2b3c4d5e6f70";
const known = (name: string, change: Partial<BaseSummary> = {}): BaseSummary => ({
  base: { name, commit, fetched: false },
  subject: "Quote rates",
  at: new Date(0).toISOString(),
  remote: "origin",
  fetched_at: null,
  ...change,
});
const behind = known("main", {
  base: { name: "main", commit, fetched: false, upstream: { name: "origin/main", behind: 4, ahead: 0 } },
});

const started = () =>
  vi
    .fn<Backend["ask"]>()
    .mockImplementation((intent) =>
      Promise.resolve({ reply: "started", story: intent.op === "start" ? intent.id : "" }),
    );

async function show(
  ask: Backend["ask"],
  answers: Partial<Answers> = {},
  change: Partial<Backend> = {},
): Promise<void> {
  const base = fake("still");
  const all: Partial<Answers> = {
    folder: () => facts,
    new_branch: () => "musher/story",
    branches: () => ({ newest: [], more: 0, fetch: false }),
    base: ({ name }) => (name === null ? behind : known(name)),
    ...answers,
  };
  const backend: Backend = {
    ...base,
    ...answeringSome(all, base),
    ask,
    onDropped: (hear) => {
      queueMicrotask(() => {
        hear([facts.dir]);
      });
      return () => undefined;
    },
    ...change,
  };
  app = mount(App, { target: document.body, props: { backend } });
  await until(() => {
    expect(texts(".about p")).not.toEqual([]);
    expect(document.querySelector("[name=agent]:checked")).not.toBeNull();
  });
  type("#goal", "Quote rates.");
}

const texts = (selector: string) =>
  [...document.querySelectorAll(selector)].map((each) => each.textContent.replaceAll(/\s+/g, " ").trim());

function type(selector: string, value: string): void {
  const field = document.querySelector<HTMLInputElement>(selector);
  if (!field) throw new Error(`there is no ${selector}`);
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  flushSync();
}

function press(name: string): void {
  const button = [...document.querySelectorAll("button")].find((each) => each.textContent.includes(name));
  if (!button) throw new Error(`there is no button ${name}`);
  button.click();
  flushSync();
}

function tick(name: string): void {
  const label = [...document.querySelectorAll("label")].find((each) => each.textContent.includes(name));
  if (!label) throw new Error(`there is no choice ${name}`);
  label.click();
  flushSync();
}

test("what the worktree begins from is said before the start, and how far it is behind", async () => {
  await show(started());
  const said = texts(".about p");
  expect(said[0]).toMatch(/^1f8a2c0b9d Quote rates, .+ ago$/);
  expect(said[1]).toBe("4 behind origin/main, as far as it was fetched");
});

test("a branch that was named is asked about, and the story begins from it", async () => {
  const ask = started();
  const base = vi.fn<Answers["base"]>().mockImplementation(({ name }) => {
    if (name === "gone")
      throw new Refusal({ code: "bad_input", message: "There is no gone", hint: "Fetch." });
    return name === null ? behind : known(name);
  });
  await show(ask, { base });
  type("[aria-label=From]", "gone");
  await until(() => {
    expect(texts(".about p")).toEqual(["There is no gone. Fetch."]);
  });
  // It may come with a fetch.
  expect(texts(".choice")[0]).toContain("Fetch origin first");
  type("[aria-label=From]", " origin/topic ");
  await until(() => {
    expect(base).toHaveBeenLastCalledWith({ of: "base", dir: facts.dir, name: "origin/topic" });
    expect(texts(".about p")).toHaveLength(1);
  });
  expect(texts(".steps div")[0]).toMatch(/ origin\/topic$/);
  press("Start");
  expect(ask).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ base: "origin/topic", fetch: false, set_up: ["npm ci"], copy: [] }),
  );
});

test("files and commands are taken as they are ticked", async () => {
  const ask = started();
  await show(ask);
  expect(texts(".steps div")).toContain("copy *.key");
  tick("*.key");
  tick(".env");
  type("[aria-label='Add a set-up command']", "make");
  expect(texts(".steps div")).toContain("copy .env");
  press("Start");
  expect(ask).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ copy: ["/.env"], set_up: ["npm ci", "make"], defaults: ["arguments"] }),
  );
});

test("after a fetch that failed the story starts from what is there only if a person says so", async () => {
  const fault = { code: "fetch", message: "The remote origin could not be fetched.", hint: "" } as const;
  const ask = started();
  ask.mockRejectedValueOnce(new Refusal(fault));
  await show(ask, { branches: () => ({ newest: [], more: 0, fetch: true }) });
  await until(() => {
    expect(texts(".steps div")[0]).toBe("git fetch origin");
  });
  press("Start");
  await until(() => {
    expect(texts("[role=alert]")).toEqual(["The remote origin could not be fetched."]);
  });
  expect(ask).toHaveBeenCalledTimes(1);
  press("Start from what is there");
  const [first, second] = ask.mock.calls.map(([intent]) => intent);
  expect([first, second]).toMatchObject([{ fetch: true }, { fetch: false }]);
});

test("where no worktree can be made, a place is offered and taken with one press", async () => {
  const fault = { code: "git", message: "no worktree can be made at /mnt", hint: "Elsewhere." } as const;
  const offered = "~/trees/{project}/{name}";
  let place: FolderSummary["no_place"] = { fault, offered };
  const configure = vi.fn<Backend["configure"]>().mockImplementation((intent) => {
    if (intent.op === "set_config") place = null;
    return fake("still").configure({ op: "config" });
  });
  await show(started(), { folder: () => ({ ...facts, no_place: place }) }, { configure });
  expect(texts("[role=alert] p")).toEqual(["No worktree can be made at /mnt. Elsewhere."]);
  press("Make worktrees in ~/trees/parcel-api");
  await until(() => {
    expect(configure).toHaveBeenCalledWith(
      expect.objectContaining({ op: "set_config", key: "worktrees.place", value: JSON.stringify(offered) }),
    );
    expect(texts("[role=alert] p")).toEqual([]);
  });
});

test("while it is made, it is said what is waited for", async () => {
  const ask = vi.fn<Backend["ask"]>().mockImplementation((intent) => {
    if (intent.op !== "why") return new Promise(() => undefined);
    const since = new Date(0).toISOString();
    return Promise.resolve({ reply: "why", waits_for: { by: "job", job: "checkout", since, percent: 45 } });
  });
  await show(ask);
  press("Start");
  await until(() => {
    expect(texts(".begin [role=status]")).toEqual(["waits for git to make the worktree, 45 %"]);
  });
});
