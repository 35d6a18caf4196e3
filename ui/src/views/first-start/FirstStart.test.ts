import axe from "axe-core";
import { flushSync, mount, unmount } from "svelte";
import { afterEach, expect, test, vi } from "vitest";
import App from "../../App.svelte";
import { Refusal, type Backend } from "../../ipc/backend";
import { fake } from "../../ipc/fake";
import { answeringSome, type Answers } from "../../ipc/fake/queries";
import type { AgentStatus } from "../../ipc/protocol";
import { until } from "../../ipc/fake/until";

let app: ReturnType<typeof mount> | undefined;

afterEach(async () => {
  if (app) await unmount(app);
  app = undefined;
  document.body.replaceChildren();
});

const missing: AgentStatus = {
  agent: "claude",
  name: "Claude Code",
  path: null,
  version: null,
  login: { kind: "unknown", why: "not found" },
  how_to_get: "Install it with `npm install -g claude`, or as https://claude.example/setup says.",
  problem: "claude was not found in PATH nor in 6 usual places",
};

async function show(change: Partial<Backend> = {}): Promise<void> {
  app = mount(App, { target: document.body, props: { backend: { ...fake("empty"), ...change } } });
  await until(() => {
    flushSync();
    expect(document.querySelector(".intro li, .intro .problem")).not.toBeNull();
  });
}
const words = (selector: string) =>
  [...document.querySelectorAll(selector)].map((each) => each.textContent.replaceAll(/\s+/g, " ").trim());
const button = (name: string) =>
  [...document.querySelectorAll("button")].find((each) => each.textContent.includes(name));

test("agents are shown with where they are, their version and their login", async () => {
  await show();
  expect(words("h1")).toEqual(["Two of four agents are ready"]);
  expect(words(".intro li")[0]).toBe("Claude Code ~/.local/bin/claude 2.1.330 Signed in, claude.ai");
  expect(document.querySelectorAll(".btn.act")).toHaveLength(1);
  expect(words(".btn.act")[0]).toContain("Choose a folder");
});

test("without an agent the demo is the first thing offered, as what it is", async () => {
  const startDemo = vi.fn<Backend["startDemo"]>().mockResolvedValue("01f0c3a0-0000-7000-8000-000000000001");
  await show({ agents: () => Promise.resolve([missing]), startDemo });
  expect(words("h1")).toEqual(["No agent is ready"]);
  expect(words(".btn.act")[0]).toContain("Play the demo story");
  expect(words(".start")[0]).toContain("The demo is a script, not a model");
  window.dispatchEvent(
    new KeyboardEvent("keydown", { key: "d", ctrlKey: true, bubbles: true, cancelable: true }),
  );
  await until(() => {
    flushSync();
    expect(document.querySelector(".intro")).toBeNull();
  });
  expect(startDemo).toHaveBeenCalledTimes(1);
});

test("how to get an agent can be copied, and its page is opened by the host", async () => {
  const copy = vi.fn<Backend["copy"]>().mockResolvedValue();
  const openLink = vi.fn<Backend["openLink"]>().mockResolvedValue();
  await show({ agents: () => Promise.resolve([missing]), copy, openLink });
  expect(words(".intro li")[0]).toContain("claude was not found in PATH nor in 6 usual places");
  button("Copy")?.click();
  expect(copy).toHaveBeenCalledWith("npm install -g claude");
  button("https://claude.example/setup")?.click();
  expect(openLink).toHaveBeenCalledWith("https://claude.example/setup");
});

test("testing again asks each program once more", async () => {
  const agents = vi
    .fn<Backend["agents"]>()
    .mockResolvedValueOnce([missing])
    .mockResolvedValue([
      { ...missing, path: "/bin/claude", problem: null, login: { kind: "signed_in", method: "claude.ai" } },
    ]);
  await show({ agents });
  button("Test again")?.click();
  await until(() => {
    flushSync();
    expect(words("h1")).toEqual(["One agent is ready"]);
  });
});

test("a demo that cannot start says why", async () => {
  const fault = { code: "git", message: "git was not found.", hint: "Install git, then try again." } as const;
  await show({ startDemo: () => Promise.reject(new Refusal(fault)) });
  button("Play the demo")?.click();
  await until(() => {
    flushSync();
    expect(words(".start [role=alert]")).toEqual(["Git was not found. Install git, then try again."]);
  });
});

test("a pasted path begins a story there", async () => {
  const folder = vi.fn<Answers["folder"]>().mockReturnValue(new Promise(() => undefined));
  await show(answeringSome({ folder }, fake("empty")));
  const event = new Event("paste", { bubbles: true });
  Object.assign(event, { clipboardData: { getData: () => "/home/ada/src/x\n" } });
  window.dispatchEvent(event);
  flushSync();
  await until(() => {
    expect(folder).toHaveBeenCalledWith({ of: "folder", path: "/home/ada/src/x" });
  });
});

test("the screen has no accessibility violations", async () => {
  await show();
  // jsdom has no layout. Contrast is tested elsewhere: on the design tokens, and in a browser.
  const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });
  expect(
    violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html.slice(0, 200)).join(" ")}`),
  ).toEqual([]);
});
