import axe from "axe-core";
import { flushSync } from "svelte";
import { describe, expect, test, vi } from "vitest";
import { call, prompt, Recorder, result, STORY } from "../../../domain/timeline/recorder";
import { Refusal, type Backend } from "../../../ipc/backend";
import { fake } from "../../../ipc/fake";
import type { ChangesScene } from "../../../ipc/fake/changes/answers";
import { answeringSome } from "../../../ipc/fake/queries";
import { until } from "../../../ipc/fake/until";
import { batch, button, press, show, words } from "../storyStage";

const feed = () => batch(new Recorder().run("r1").says(prompt("Hi")));
const scene = (changes: ChangesScene): Backend => fake("still", {}, "none", changes);

/** Shows the changes by their key. */
async function open(changes: ChangesScene = "zoo", change: Partial<Backend> = {}): Promise<void> {
  const { query, ask } = scene(changes);
  await show(feed(), { query, ask, ...change });
  press("d");
  await until(() => {
    expect(document.querySelector(".changes :is(.head, .state)")?.textContent.trim()).toBeTruthy();
  });
}
/** Opens the field by its key, and writes words that are to be found. */
async function find(sought: string): Promise<void> {
  press("/");
  const field = await until(() => {
    const found = document.querySelector<HTMLInputElement>(".find input");
    expect(document.activeElement).toBe(found);
    return found;
  });
  if (!field) throw new Error("no field");
  field.value = sought;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
const heads = () => words(".lines .row-box .head h2");
const lines = (kind: string) => words(`.lines .${kind}`);
const current = () => words(".lines .here .text, .lines .head.here h2");

test("the key shows the files as a tree and their lines, and leads back", async () => {
  await open();
  await until(() => {
    expect(lines("line").length).toBeGreaterThan(5);
  });
  expect(words("[role=tab][aria-selected=true]")).toEqual(["Changes"]);
  expect(words(".sum")[0]).toMatch(/^26 files\s*\+5,676 −48$/);
  const items = [...document.querySelectorAll("[role=treeitem]")].map((each) =>
    each.getAttribute("aria-label"),
  );
  expect(items).toContain("crates/address/src/validate.rs, Changed, 10 added, 8 removed");
  expect(items).toContain(
    "crates/label/src/legacy/old_validate.rs, Removed, 0 added, 24 removed, not named by a tool call",
  );
  expect(items).toContain("scripts, 2 files");
  press("d");
  await until(() => {
    expect(words("[role=tab][aria-selected=true]")).not.toContain("Changes");
    expect(document.querySelector(".changes")).toBeNull();
  });
});

test("the key leads back before the code of the changes is loaded", async () => {
  const { query, ask } = scene("zoo");
  await show(feed(), { query, ask });
  press("d");
  flushSync();
  press("d");
  flushSync();
  expect(document.querySelector(".compose textarea")).not.toBeNull();
});

test("keys go from change to change and from file to file, and fold a file", async () => {
  await open();
  await until(() => {
    expect(lines("add").length).toBeGreaterThan(2);
  });
  press("j");
  expect(current()).toEqual(["runs-on: ubuntu-22.04", "runs-on: ubuntu-24.04"]);
  press("j");
  expect(current()[0]).toBe("- uses: actions/checkout@v4");
  press("k");
  expect(current()[0]).toBe("runs-on: ubuntu-22.04");
  press("J", { shiftKey: true });
  expect(current()).toEqual(["crates/address/src/error.rs"]);
  expect(words("[aria-live=polite]").join(" ")).toContain("crates/address/src/error.rs");
  // The tree marks what is read.
  await until(() => {
    expect(marked()).toEqual(["crates/address/src/error.rs, Added, 14 added, 0 removed"]);
  });
  press("Enter");
  expect(foldState()).toBe("false");
});
const marked = () =>
  [...document.querySelectorAll("[role=treeitem][aria-selected=true]")].map((each) =>
    each.getAttribute("aria-label"),
  );
const foldState = () =>
  document
    .querySelector('.lines .row-box [aria-label="Lines of crates/address/src/error.rs"]')
    ?.getAttribute("aria-expanded");

test("Esc leads back to the timeline, and the key line says so", async () => {
  await open();
  expect(words("footer .hint").join(" ")).toContain("Esc:Back to the timeline");
  press("Escape");
  await until(() => {
    expect(document.querySelector(".changes")).toBeNull();
  });
  expect(document.querySelector(".compose textarea")).not.toBeNull();
});

test("what no checkpoint has is named, and all of it can be read", async () => {
  await open("many");
  await until(() => {
    expect(words(".left-out")[0]).toMatch(/^16 files are in no checkpoint:/);
  });
  expect(words(".left-out li")).toEqual([
    "data/parcels.sqlite 83.9 MB, too large for a checkpoint",
    "data/newLFline.bin 4.2 MB, too much at once for a checkpoint",
  ]);
  button("Show all of them")?.click();
  flushSync();
  expect(words(".left-out li").slice(2)).toEqual([
    "run/agent.sock a socket",
    String.raw`"secret/\377.key" cannot be read`,
    "12 more, which the commit of the checkpoint names",
  ]);
});

test("collapsed lines open where they are, by a press and by a key", async () => {
  await open();
  await until(() => {
    expect(words(".gap").some((text) => text.includes("Show 26 unchanged lines"))).toBe(true);
  });
  button("Show 26 unchanged lines")?.click();
  await until(() => {
    expect(lines("same")).toContain("impl Address {");
  });
});

test("side by side, a line stands before and after the change", async () => {
  await open();
  press("v");
  await until(() => {
    expect(words(".pair:has(.del):has(.add)")[0]).toBe("runs-on: ubuntu-22.04 runs-on: ubuntu-24.04");
  });
  press("v");
  await until(() => {
    expect(document.querySelector(".pair")).toBeNull();
  });
});

test("in a narrow window two sides have no room, and it says so", async () => {
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(700);
  await open();
  await until(() => {
    expect(document.querySelector("[role=radio][aria-disabled=true]")?.textContent).toContain(
      "A wider window",
    );
  });
  // The list of files is asked for.
  expect(document.querySelector("[role=tree]")).toBeNull();
  button("List of files")?.click();
  await until(() => {
    expect(document.querySelector("[role=tree]")).not.toBeNull();
  });
});

test("words are found in all files, which are read for that", async () => {
  await open();
  await find("carrier");
  await until(() => {
    expect(words(".find .found")[0]).toMatch(/^5 matches · \d+ files searched, 5 files not searched$/);
  });
  press("Enter");
  await until(() => {
    expect(words(".find .found")[0]).toMatch(/^1 of 5 · /);
    expect(words(".text .current").join("")).toBe("carrier");
  });
  press("Escape");
  await until(() => {
    expect(document.querySelector(".changes .find")).toBeNull();
  });
});

test("a file that comes in parts is searched to its end", async () => {
  const asked: number[] = [];
  const backend = scene("zoo");
  await open("zoo", {
    ...answeringSome(
      {
        file_change: async (query) => {
          const diff = await backend.query(query);
          if (query.path !== "crates/address/src/validate.rs") return diff;
          asked.push(query.skip);
          // The first part holds no line.
          return query.skip === 0 ? { ...diff, diff: { hunks: [] }, next: 7 } : { ...diff, next: null };
        },
      },
      backend,
    ),
  });
  await find("fn validate");
  await until(() => {
    expect(words(".find .found")[0]).toMatch(/^[1-9]\d* match(es)? · \d+ files searched/);
  });
  expect(asked).toContain(7);
});

test("what is folded says why, and shows its lines if a person wants them", async () => {
  await open("zoo");
  press("J", { shiftKey: true });
  const row = await until(() => {
    const found = [...document.querySelectorAll<HTMLElement>("[role=treeitem]")].find((each) =>
      each.getAttribute("aria-label")?.startsWith("data/postcodes.csv"),
    );
    expect(found).toBeDefined();
    return found;
  });
  row?.click();
  await until(() => {
    expect(words(".lines p")).toContain(
      "A very large file, or a very large change. 5,200 lines added, 0 removed. Show its lines",
    );
  });
});

test("an error of one file stands in its place, and is tried again", async () => {
  await open();
  const row = await until(() => {
    const found = document.querySelectorAll<HTMLElement>('[role=treeitem][aria-label^="src/locked.rs"]')[0];
    expect(found).toBeDefined();
    return found;
  });
  row?.click();
  await until(() => {
    expect(words(".lines p").join(" ")).toContain(
      "Git could not read this file: the object 5f2c1e is not there.",
    );
  });
  expect(button("Try again")).toBeDefined();
});

describe("what can be in place of the files", () => {
  test.each<[ChangesScene, string]>([
    ["none", "Nothing has changed since the base."],
    ["first", "The story has no checkpoint yet, so it is not known what changed."],
    ["broken", "Git did not answer within 30 s."],
  ])("%s", async (changes, says) => {
    await open(changes);
    expect(words(".state").join(" ")).toContain(says);
  });
});

test("a scope that has nothing says so, and another one is shown from its beginning", async () => {
  await open();
  const scope = document.querySelector<HTMLSelectElement>('select[aria-label="Which changes"]');
  if (!scope) throw new Error("no scope");
  const choose = (value: string) => {
    scope.value = value;
    scope.dispatchEvent(new Event("change", { bubbles: true }));
  };
  choose("uncommitted");
  await until(() => {
    expect(words(".state")).toEqual(["Everything is committed."]);
  });
  choose("commit");
  await until(() => {
    expect(words(".ends")).toEqual([
      "From the commit before it to “address: validation has errors of its own”",
    ]);
  });
  choose("checkpoints");
  await until(() => {
    expect(document.querySelectorAll("select")).toHaveLength(3);
  });
  choose("looked");
  await until(() => {
    expect(words(".line").join(" ")).toContain("You have not looked at this story yet");
  });
  press("M", { ctrlKey: true, shiftKey: true });
  await until(() => {
    expect(words(".state")).toEqual(["Nothing has changed since you looked."]);
  });
});

test("files that changed since the newest checkpoint are held when a person wants it", async () => {
  await open("outdated");
  await until(() => {
    expect(words(".line").join(" ")).toContain("Files have changed since the newest checkpoint");
  });
  button("Checkpoint now")?.click();
  await until(() => {
    expect(words(".sum")[0]).toMatch(/^27 files/);
    expect(words(".line").join(" ")).not.toContain("Files have changed");
  });
});

test("a new checkpoint moves nothing: a note says how many files changed since", async () => {
  const backend = scene("zoo");
  const recorder = new Recorder().run("r1").says(prompt("Hi"));
  let heard: (revision: number) => void = () => undefined;
  let now = batch(recorder);
  await show(now, {
    query: backend.query,
    pull: () => Promise.resolve(now),
    onNotice: (hear) => {
      heard = hear;
      return () => undefined;
    },
  });
  press("d");
  await until(() => {
    expect(heads().length).toBeGreaterThan(1);
  });
  await backend.ask({ op: "checkpoint", story: STORY });
  recorder.notes({
    type: "checkpoint",
    n: 7,
    commit: "c",
    tree: "t",
    because: "turn",
    left_out: [],
    more_left_out: 0,
  });
  now = { ...batch(recorder), revision: 3 };
  heard(3);
  await until(() => {
    expect(words(".newer button")).toEqual(["↓ 1 file changed since"]);
  });
  expect(words(".sum")[0]).toMatch(/^26 files/);
  button("1 file changed since")?.click();
  await until(() => {
    expect(words(".sum")[0]).toMatch(/^27 files/);
  });
});

test("a step that says it changed a file leads to what really changed, in its turn", async () => {
  const scopes = vi.fn();
  const backend = scene("zoo");
  const path = "/home/ada/src/parcel-api/web/src/carrier/client.ts";
  const diff = { hunks: [{ start: null, pieces: [{ side: "added" as const, text: "a" }] }] };
  const subject = { is: "change" as const, files: [{ path, act: "edit" as const, diff }] };
  const recorder = new Recorder()
    .run("r1")
    .says(prompt("Hi"), call("c1", path, { name: "Edit", kind: "edit", subject }), result("c1"));
  await show(batch(recorder), {
    ...answeringSome(
      {
        changes: (query) => {
          scopes(query.scope);
          return backend.query(query);
        },
      },
      backend,
    ),
  });
  button("Show in changes")?.click();
  await until(() => {
    expect(current()).toEqual(["web/src/carrier/client.ts"]);
  });
  expect(scopes).toHaveBeenLastCalledWith({ of: "turn", turn: 1 });
});

test("a changed file leads back to the step that says it changed it, also in a subagent", async () => {
  const path = "/home/ada/src/parcel-api/crates/address/src/validate.rs";
  const step = (id: string, parent: string | null = null) => {
    const diff = { hunks: [{ start: null, pieces: [{ side: "added" as const, text: id }] }] };
    const subject = { is: "change" as const, files: [{ path, act: "edit" as const, diff }] };
    return call(id, path, { name: "Edit", kind: "edit", subject, parent });
  };
  const recorder = new Recorder()
    .run("r1")
    .says(
      prompt("Hi"),
      step("c1"),
      result("c1"),
      call("a1", "Look", { name: "Task", kind: "agent", subject: { is: "other", words: "" } }),
      step("c2", "a1"),
      result("c2", { parent: "a1" }),
      result("a1"),
      step("c3"),
      result("c3", { ok: false }),
    );
  await show(batch(recorder), { query: scene("zoo").query });
  press("d");
  const button = await until(() => {
    const head = [...document.querySelectorAll(".lines .head")].find((each) =>
      each.textContent.includes("validate.rs"),
    );
    const own = [...(head?.querySelectorAll("button") ?? [])].find(
      (each) => each.textContent === "Show step",
    );
    expect(own).toBeDefined();
    return own;
  });
  button?.click();
  await until(() => {
    expect(words("[role=feed] .selected").join(" ")).toContain("c2");
  });
  press("d");
  const other = await until(() => {
    const found = [...document.querySelectorAll(".lines .head")].find((each) =>
      each.textContent.includes("error.rs"),
    );
    expect(found).toBeDefined();
    return found;
  });
  [...(other?.querySelectorAll("button") ?? [])].find((each) => each.textContent === "Show step")?.click();
  await until(() => {
    expect(words(".lines .head [role=status]")).toEqual(["no such step was found"]);
  });
});

test("a refused checkpoint says why, and what is shown stays", async () => {
  const { ask } = scene("outdated");
  const refusing = vi.fn<Backend["ask"]>((intent) =>
    intent.op === "checkpoint"
      ? Promise.reject(new Refusal({ code: "busy", message: "git is busy", hint: "Try again." }))
      : ask(intent),
  );
  await open("outdated", { ask: refusing });
  button("Checkpoint now")?.click();
  await until(() => {
    expect(words(".line[role=alert]")).toEqual(["Git is busy. Try again."]);
  });
  expect(words(".sum")[0]).toMatch(/^26 files/);
});

test("a file opens elsewhere by a chord, and what hinders that is said", async () => {
  const editFile = vi
    .fn<Backend["editFile"]>()
    .mockResolvedValueOnce(undefined)
    .mockRejectedValueOnce(
      new Refusal({ code: "not_found", message: "the editor was not opened: no", hint: "Copy it." }),
    );
  await open("zoo", { editFile });
  press("o", { ctrlKey: true });
  expect(editFile).toHaveBeenCalledExactlyOnceWith(STORY, ".github/workflows/ci.yml");
  press("o", { ctrlKey: true });
  await until(() => {
    expect(words(".line[role=alert]")).toEqual(["The editor was not opened: no. Copy it."]);
  });
});

test("everything has a name and a role", async () => {
  // A low window draws few lines.
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(120);
  await open();
  press("/");
  await until(() => {
    expect(lines("line").length).toBeGreaterThan(5);
    expect(document.querySelector(".changes .find")).not.toBeNull();
  });
  const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`)).toEqual([]);
});
