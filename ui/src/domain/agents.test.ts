import { expect, test } from "vitest";
import { AGENTS } from "../ipc/fake/shape";
import { agentName } from "./agents";

test("an agent has its short name, one that the engine does not know its id", () => {
  expect(["claude", "opencode", "aider"].map((agent) => agentName(AGENTS, agent))).toEqual([
    "Claude",
    "OpenCode",
    "aider",
  ]);
  expect(agentName([], "claude")).toBe("claude");
});
