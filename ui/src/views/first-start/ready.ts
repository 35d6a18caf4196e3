// Whether an agent can be started, and what to do when it cannot. Pure.
import type { GlyphName } from "../../domain/states";
import type { AgentStatus } from "../../ipc/protocol";

export type AgentLine = {
  ready: boolean;
  glyph: GlyphName;
  /** Where it stands: signed in, not signed in, not found. */
  says: string;
  wanted: boolean;
  /** What helps, Markdown. */
  help: string | null;
  /** The command in it, to be copied. */
  command: string | null;
};

export function lineOf(agent: AgentStatus): AgentLine {
  if (agent.path === null) {
    const says = agent.problem ?? "Not found in your shell's PATH nor in the usual folders.";
    return { ready: false, glyph: "idle", says, wanted: false, ...helpOf(agent.how_to_get) };
  }
  if (agent.problem !== null)
    return { ready: false, glyph: "failed", says: agent.problem, wanted: true, help: null, command: null };
  switch (agent.login.kind) {
    case "signed_in":
      return {
        ready: true,
        glyph: "done",
        says: `Signed in, ${agent.login.method}`,
        wanted: false,
        help: null,
        command: null,
      };
    case "signed_out":
      return {
        ready: false,
        glyph: "waiting",
        says: "Not signed in",
        wanted: true,
        ...helpOf(`Run \`${agent.login.how}\`, then test again.`),
      };
    case "unknown":
      return {
        ready: true,
        glyph: "idle",
        says: `Login not known: ${agent.login.why}`,
        wanted: false,
        help: null,
        command: null,
      };
  }
}

function helpOf(text: string): Pick<AgentLine, "help" | "command"> {
  const command = /`([^`]+)`/.exec(text)?.[1] ?? null;
  return { help: text === "" ? null : text, command };
}

const NUMBERS = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"];
const word = (n: number) => NUMBERS[n] ?? String(n);

/** `Two of four agents are ready` */
export function headline(agents: readonly AgentStatus[]): string {
  const ready = agents.filter((agent) => lineOf(agent).ready).length;
  const all = agents.length;
  if (ready === 0) return "No agent is ready";
  if (ready === all)
    return all === 1 ? "One agent is ready" : `All ${word(all).toLowerCase()} agents are ready`;
  return `${word(ready)} of ${word(all).toLowerCase()} agents ${ready === 1 ? "is" : "are"} ready`;
}
