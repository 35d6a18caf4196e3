import { expect, test } from "vitest";
import type { AgentStatus } from "../../ipc/protocol";
import { headline, lineOf } from "./ready";

const agent = (change: Partial<AgentStatus> = {}): AgentStatus => ({
  agent: "claude",
  name: "Claude Code",
  path: "/bin/claude",
  version: "2.1.330",
  login: { kind: "signed_in", method: "claude.ai" },
  how_to_get: "Install it with `npm i claude`, or as https://claude.example says.",
  problem: null,
  ...change,
});
const missing = agent({ path: null, login: { kind: "unknown", why: "not found" } });
const out = agent({ login: { kind: "signed_out", how: "claude auth login" } });

test("an agent says whether it can be started and what helps if not", () => {
  expect(lineOf(agent())).toMatchObject({
    ready: true,
    glyph: "done",
    says: "Signed in, claude.ai",
    command: null,
  });
  expect(lineOf(out)).toMatchObject({
    ready: false,
    wanted: true,
    help: "Run `claude auth login`, then test again.",
    command: "claude auth login",
  });
  expect(lineOf(missing)).toMatchObject({ ready: false, glyph: "idle", command: "npm i claude" });
  expect(lineOf(agent({ problem: "cannot be executed" }))).toMatchObject({
    ready: false,
    glyph: "failed",
    says: "cannot be executed",
    help: null,
  });
  expect(lineOf(agent({ login: { kind: "unknown", why: "it does not say" } }))).toMatchObject({
    ready: true,
    says: "Login not known: it does not say",
  });
});

test("the headline counts in words", () => {
  expect(headline([])).toBe("No agent is ready");
  expect(headline([missing, out])).toBe("No agent is ready");
  expect(headline([agent()])).toBe("One agent is ready");
  expect(headline([agent(), missing])).toBe("One of two agents is ready");
  expect(headline([agent(), agent(), missing, out])).toBe("Two of four agents are ready");
  expect(headline([agent(), agent()])).toBe("All two agents are ready");
});
