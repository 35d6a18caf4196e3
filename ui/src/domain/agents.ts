// What agents are called. The names come with the feed, from the engine, which knows its agents. Pure.

import type { AgentId, AgentName } from "../ipc/protocol";

/** An agent's name for columns and sentences: `Claude`; its id where the engine does not know it. */
export function agentName(agents: readonly AgentName[], agent: AgentId): string {
  return agents.find((each) => each.agent === agent)?.short_name ?? agent;
}
