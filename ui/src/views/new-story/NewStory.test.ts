import axe from "axe-core";
import { flushSync, mount, unmount } from "svelte";
import { afterEach, expect, test, vi } from "vitest";
import App from "../../App.svelte";
import { Refusal, type Backend, type Consent, type Intent } from "../../ipc/backend";
import { fake } from "../../ipc/fake";
import { answeringSome, type Answers } from "../../ipc/fake/queries";
import type { FolderSummary } from "../../ipc/protocol";
import { until } from "../../ipc/fake/until";

let app: ReturnType<typeof mount> | undefined;

afterEach(async () => {
  if (app) await unmount(app);
  app = undefined;
  document.body.replaceChildren();
});

const facts: FolderSummary = {
  dir: "/home/ada/src/parcel-api/crates/core",
  name: "core",
  is_repository: true,
  root: "/home/ada/src/parcel-api",
  branch: "main",
  changed: 3,
  ignored: { names: [], more: 0 },
  live: [],
  new_branch: "musher/core",
  worktrees: "/home/ada/src/parcel-api.worktrees",
  gates: [],
  no_place: null,
  set_up: [],
  copies: { by_repository: false, patterns: [], environment: [] },
  no_worktree: null,
  not_as_is: null,
};

async function show(
  change: Partial<Backend> = {},
  answers: Partial<Answers> = {},
  path = facts.dir,
): Promise<void> {
  const base = fake("still");
  const backend: Backend = {
    ...base,
    ...answeringSome({ folder: () => facts, ...answers }, base),
    onDropped: (hear) => {
      queueMicrotask(() => {
        hear([path]);
      });
      return () => undefined;
    },
    ...change,
  };
  app = mount(App, { target: document.body, props: { backend } });
  await until(() => {
    flushSync();
    expect(words(".found h1")).not.toEqual([]);
    expect(words(".opt.on")).not.toEqual([]);
    expect(document.querySelector("[name=agent]")).not.toBeNull();
  });
}

const words = (selector: string) =>
  [...document.querySelectorAll(selector)].map((each) => each.textContent.replaceAll(/\s+/g, " ").trim());
const button = (name: string) =>
  [...document.querySelectorAll("button")].find((each) => each.textContent.includes(name));
function type(selector: string, value: string): void {
  const field = document.querySelector<HTMLInputElement>(selector);
  if (!field) throw new Error(`there is no ${selector}`);
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  flushSync();
}

test("the focus goes to what is asked next", async () => {
  await show();
  await until(() => {
    flushSync();
    expect(document.activeElement?.id).toBe("goal");
  });
  button("Another folder")?.click();
  await until(() => {
    flushSync();
    expect(document.activeElement?.getAttribute("aria-label")).toBe("Path of the folder");
  });
});

test("a dropped folder shows what it is, and nothing is changed", async () => {
  const ask = vi.fn<Backend["ask"]>();
  await show({ ask });
  await until(() => {
    flushSync();
    expect(words(".found h1")).toEqual(["parcel-api"]);
  });
  expect(words(".found .path")).toEqual(["~/src/parcel-api/crates/core lies inside it."]);
  expect(words(".found dd")).toEqual(["git", "main", "3 files", "no story"]);
  expect(words(".found li .title")).toContain("Replace carrier polling with webhooks");
  expect(ask).not.toHaveBeenCalled();
});

test("what misses is said, and then the story starts as it was described", async () => {
  const ask = vi
    .fn<Backend["ask"]>()
    .mockImplementation((intent) =>
      Promise.resolve({ reply: "started", story: intent.op === "start" ? intent.id : "" }),
    );
  await show({ ask });
  await until(() => {
    flushSync();
    expect(words(".found h1")).toEqual(["parcel-api"]);
  });
  button("Start")?.click();
  flushSync();
  expect(words(".plan [role=status]")).toEqual(["Say what the agent is to do."]);
  type("#goal", "Quote rates.");
  type("[aria-label='Add a command']", "npm test");
  document
    .querySelector("[aria-label='Add a command']")
    ?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
  button("Accept edits")?.click();
  flushSync();
  window.dispatchEvent(
    new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true, cancelable: true }),
  );
  expect(ask).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({
      op: "start",
      agent: "claude",
      dir: facts.dir,
      prompt: "Quote rates.",
      gates: ["npm test"],
      worktree: null,
      new_branch: true,
      profile: expect.objectContaining({ permission: "accept-edits" }),
    }),
  );
  await until(() => {
    flushSync();
    expect(document.querySelector(".found")).toBeNull();
  });
});

test("a gate that stands in its field counts, and leaving the field moves nothing", async () => {
  const ask = vi.fn<Backend["ask"]>().mockResolvedValue({ reply: "done" });
  await show({ ask });
  type("#goal", "Quote rates.");
  type("[aria-label='Add a command']", " npm test ");
  const layout = () => [words(".fields .opt"), words(".steps div")];
  const before = layout();
  expect(before[1]?.at(-1)).toBe("npm test");
  document.querySelector("[aria-label='Add a command']")?.dispatchEvent(new FocusEvent("blur"));
  flushSync();
  expect(layout()).toEqual(before);
  button("Start")?.click();
  expect(ask).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ gates: ["npm test"] }));
});

test("without a folder the field of the branch proposes none", async () => {
  await show({ ask: () => Promise.resolve({ reply: "started", story: "s" }) });
  type("#goal", "Quote rates.");
  const branch = () => document.querySelector<HTMLInputElement>("[aria-label=Branch]")?.placeholder;
  expect(branch()).toBe("musher/core");
  button("Another folder")?.click();
  flushSync();
  expect(branch()).toBe("named after the goal");
});

test("a command that is shown can be copied into a shell, whatever the folder is called", async () => {
  await show({}, { folder: () => ({ ...facts, worktrees: "/home/ada/src/parcel api.worktrees" }) });
  expect(words(".steps div")[0]).toBe("git worktree add -b musher/core ~/'src/parcel api.worktrees'/core");
});

test("the branch follows the goal, and a name that a person typed is kept", async () => {
  const ask = vi
    .fn<Backend["ask"]>()
    .mockImplementation((intent) =>
      Promise.resolve({ reply: "started", story: intent.op === "start" ? intent.id : "" }),
    );
  const new_branch: Answers["new_branch"] = ({ goal }) =>
    goal === "" ? "musher/story" : "musher/quote-rates-2";
  await show({ ask }, { new_branch });
  await until(() => {
    flushSync();
    expect(words(".found h1")).toEqual(["parcel-api"]);
  });
  type("#goal", "Quote rates.");
  const field = () => document.querySelector<HTMLInputElement>("[aria-label=Branch]");
  await until(() => {
    flushSync();
    expect(field()?.placeholder).toBe("musher/quote-rates-2");
  });
  expect(words(".steps div")[0]).toBe(
    "git worktree add -b musher/quote-rates-2 ~/src/parcel-api.worktrees/quote-rates-2",
  );
  type("[aria-label=Branch]", "feat/rates");
  expect(words(".steps div")[0]).toBe("git worktree add -b feat/rates ~/src/parcel-api.worktrees/its name");
  button("Start")?.click();
  expect(ask).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ worktree: "feat/rates", new_branch: false }),
  );
});

test("a refusal is shown where the story would start, and nothing that was written is lost", async () => {
  const fault = {
    code: "git",
    message: "The branch musher/core is there already.",
    hint: "Take another name.",
  } as const;
  await show({ ask: () => Promise.reject(new Refusal(fault)) });
  await until(() => {
    flushSync();
    expect(words(".found h1")).toEqual(["parcel-api"]);
  });
  type("#goal", "Quote rates.");
  button("Start")?.click();
  await until(() => {
    flushSync();
    expect(words(".plan [role=alert]")).toEqual([
      "The branch musher/core is there already. Take another name.",
    ]);
  });
  expect(document.querySelector<HTMLTextAreaElement>("#goal")?.value).toBe("Quote rates.");
});

test("a refusal goes when something else would be started, and what is written meanwhile stays", async () => {
  let answer: (consent: Consent) => void = () => undefined;
  const ask = vi
    .fn<Backend["ask"]>()
    .mockRejectedValueOnce(new Refusal({ code: "git", message: "The branch is there already.", hint: "" }))
    .mockImplementationOnce(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
  await show({ ask });
  await until(() => {
    flushSync();
    expect(words(".found h1")).toEqual(["parcel-api"]);
  });
  type("#goal", "Quote rates.");
  button("Start")?.click();
  await until(() => {
    flushSync();
    expect(words(".plan [role=alert]")).toEqual(["The branch is there already."]);
  });
  type("[aria-label=Branch]", "feat/rates");
  expect(words(".plan [role=alert]")).toEqual([]);
  button("Start")?.click();
  type("#goal", "Quote rates. And then refunds.");
  answer({ reply: "started", story: "s9" });
  await until(() => {
    flushSync();
    expect(document.querySelector("#goal")).toBeNull();
  });
  window.dispatchEvent(
    new KeyboardEvent("keydown", { key: "n", ctrlKey: true, bubbles: true, cancelable: true }),
  );
  flushSync();
  expect(document.querySelector<HTMLTextAreaElement>("#goal")?.value).toBe("And then refunds.");
});

test("a goal is there after a restart", async () => {
  await show();
  type("#goal", "Quote rates.");
  if (app) await unmount(app);
  await show();
  expect(document.querySelector<HTMLTextAreaElement>("#goal")?.value).toBe("Quote rates.");
});

test("a story that is being made can be stopped, and what was written stays", async () => {
  const asked: Intent[] = [];
  let refuse: (why: Error) => void = () => undefined;
  const ask: Backend["ask"] = (intent) => {
    asked.push(intent);
    return intent.op === "start"
      ? new Promise((_, reject) => (refuse = reject))
      : Promise.resolve({ reply: "done" });
  };
  await show({ ask });
  await until(() => {
    flushSync();
    expect(words(".found h1")).toEqual(["parcel-api"]);
  });
  expect(button("Stop")).toBeUndefined();
  type("#goal", "Quote rates.");
  button("Start")?.click();
  flushSync();
  button("Stop")?.click();
  const ids = asked.map((intent) =>
    intent.op === "start" ? intent.id : intent.op === "stop" && intent.story,
  );
  expect(asked.map((intent) => intent.op)).toEqual(["start", "stop"]);
  expect(ids[0]).toBe(ids[1]);
  refuse(new Refusal({ code: "stopped", message: "It was stopped.", hint: "Start it again." }));
  await until(() => {
    flushSync();
    expect(words(".plan [role=alert]")).toEqual(["It was stopped. Start it again."]);
  });
  expect(button("Stop")).toBeUndefined();
  expect(document.querySelector<HTMLTextAreaElement>("#goal")?.value).toBe("Quote rates.");
});

test("asking again after an answer that got lost is for the same story", async () => {
  const ids: string[] = [];
  const ask: Backend["ask"] = (intent) => {
    if (intent.op === "start") ids.push(intent.id);
    return Promise.reject(new Error("the pipe broke"));
  };
  await show({ ask });
  await until(() => {
    flushSync();
    expect(words(".found h1")).toEqual(["parcel-api"]);
  });
  type("#goal", "Quote rates.");
  for (const times of [1, 2]) {
    button("Start")?.click();
    await until(() => {
      flushSync();
      expect(ids).toHaveLength(times);
      expect(words(".plan [role=alert]")).not.toEqual([]);
    });
  }
  expect(new Set(ids).size).toBe(1);
});

test("a folder that cannot be read says why and asks again", async () => {
  const fault = {
    code: "not_found",
    message: "There is no folder at /nope.",
    hint: "Check the path.",
  } as const;
  const folder = () => {
    throw new Refusal(fault);
  };
  await show({}, { folder }, "/nope");
  await until(() => {
    flushSync();
    expect(words(".found [role=alert]")).toEqual(["There is no folder at /nope. Check the path."]);
  });
  expect(words(".found h1")).toEqual(["Which folder?"]);
});

const refusal = (message: string) => ({ code: "git", message, hint: "Do otherwise." }) as const;
const choice = (value: string) => document.querySelector<HTMLInputElement>(`[value=${value}]`);

test.each([
  [{ is_repository: false, branch: null, changed: null }, "needs a git repository"],
  [{ branch: "main", changed: 0 }, "needs a first commit"],
])(
  "a folder of which no worktree can be made says so at once and is used as it is: %j",
  async (change, why) => {
    await show({}, { folder: () => ({ ...facts, ...change, no_worktree: refusal("no worktree") }) });
    await until(() => {
      flushSync();
      expect(words(".opt.on")[0]).toMatch(/^The folder as it is/);
    });
    expect(words(".opt.off")[0]).toBe(`New worktree and branch ${why}`);
    expect([choice("worktree")?.disabled, choice("as_is")?.disabled]).toEqual([true, false]);
  },
);

test("what a new worktree will not have is named before the start", async () => {
  const ignored = { names: [".env", "node_modules/"], more: 0 };
  await show({}, { folder: () => ({ ...facts, ignored }) });
  await until(() => {
    flushSync();
    expect(words(".lacking")).toEqual([
      "What is not in git is not in the new worktree: 3 uncommitted files; ignored .env, node_modules/.",
    ]);
  });
  choice("as_is")?.click();
  flushSync();
  expect(words(".lacking")).toEqual([]);
});

test("a worktree that will have everything needs no word", async () => {
  await show({}, { folder: () => ({ ...facts, changed: 0 }) });
  await until(() => {
    flushSync();
    expect(words(".opt.on")[0]).toMatch(/^New worktree and branch/);
  });
  expect(words(".lacking")).toEqual([]);
});

test("a bare repository is used through a new worktree only", async () => {
  await show({}, { folder: () => ({ ...facts, not_as_is: refusal("no files") }) });
  await until(() => {
    flushSync();
    expect(words(".opt.on")[0]).toMatch(/^New worktree and branch/);
  });
  expect([choice("worktree")?.disabled, choice("as_is")?.disabled]).toEqual([false, true]);
});

test("agents are asked again when the view opens, and on demand", async () => {
  const [claude] = await fake("still").agents();
  if (!claude) throw new Error("the fake has an agent");
  const other = (name: string) => ({ ...claude, agent: name, name });
  const agents = vi
    .fn<Backend["agents"]>()
    .mockResolvedValueOnce([claude])
    .mockResolvedValueOnce([claude, other("codex")])
    .mockResolvedValue([claude, other("codex"), other("gemini")]);
  await show({ agents });
  const names = () =>
    [...document.querySelectorAll("[name=agent]")].map(
      (each) => each.parentElement?.textContent.trim().split(" ")[0],
    );
  // The window queried at its start; the view queries again each time it is shown.
  window.dispatchEvent(
    new KeyboardEvent("keydown", { key: "1", ctrlKey: true, bubbles: true, cancelable: true }),
  );
  await until(() => {
    flushSync();
    expect(document.querySelector(".found")).toBeNull();
  });
  window.dispatchEvent(
    new KeyboardEvent("keydown", { key: "n", ctrlKey: true, bubbles: true, cancelable: true }),
  );
  await until(() => {
    flushSync();
    expect(names()).toEqual(["Claude", "codex"]);
  });
  button("Test again")?.click();
  await until(() => {
    flushSync();
    expect(names()).toEqual(["Claude", "codex", "gemini"]);
  });
});

test("the screen has no accessibility violations", async () => {
  await show();
  await until(() => {
    flushSync();
    expect(words(".found h1")).toEqual(["parcel-api"]);
  });
  // jsdom has no layout. Contrast is tested elsewhere: on the design tokens, and in a browser.
  const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });
  expect(
    violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html.slice(0, 200)).join(" ")}`),
  ).toEqual([]);
});
