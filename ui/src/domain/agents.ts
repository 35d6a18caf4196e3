// The names of agents. The engine sends them in the feed. Pure.

import type { AgentId, AgentName } from "../ipc/protocol";

/** An agent's short name for columns and sentences, such as `Claude`; its id if the engine sent no name. */
export function agentName(agents: readonly AgentName[], agent: AgentId): string {
  return agents.find((each) => each.agent === agent)?.short_name ?? agent;
}
