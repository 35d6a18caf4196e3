// Whether an agent can be started, and what to do if not. Pure.
import type { GlyphName } from "../../domain/states";
import type { AgentStatus } from "../../ipc/protocol";
import { m } from "../../paraglide/messages";

export type AgentLine = {
  ready: boolean;
  glyph: GlyphName;
  /** Its status: signed in, not signed in, not found. */
  says: string;
  wanted: boolean;
  /** What to do, as Markdown. */
  help: string | null;
  /** The command in that text, for copying. */
  command: string | null;
};

export function lineOf(agent: AgentStatus): AgentLine {
  if (agent.path === null) {
    const says = agent.problem ?? m.agent_not_found();
    return { ready: false, glyph: "idle", says, wanted: false, ...helpOf(agent.how_to_get) };
  }
  if (agent.problem !== null)
    return { ready: false, glyph: "failed", says: agent.problem, wanted: true, help: null, command: null };
  switch (agent.login.kind) {
    case "signed_in":
      return {
        ready: true,
        glyph: "done",
        says: m.agent_signed_in({ method: agent.login.method }),
        wanted: false,
        help: null,
        command: null,
      };
    case "signed_out":
      return {
        ready: false,
        glyph: "waiting",
        says: m.agent_not_signed_in(),
        wanted: true,
        ...helpOf(m.agent_sign_in({ command: agent.login.how })),
      };
    case "unknown":
      return {
        ready: true,
        glyph: "idle",
        says: m.agent_login_not_known({ why: agent.login.why }),
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

/** Numbers as words: within a sentence, and at its beginning. */
const NUMBERS: readonly { readonly word: string; readonly first: string }[] = [
  { word: m.number_0(), first: m.number_first_0() },
  { word: m.number_1(), first: m.number_first_1() },
  { word: m.number_2(), first: m.number_first_2() },
  { word: m.number_3(), first: m.number_first_3() },
  { word: m.number_4(), first: m.number_first_4() },
  { word: m.number_5(), first: m.number_first_5() },
  { word: m.number_6(), first: m.number_first_6() },
  { word: m.number_7(), first: m.number_first_7() },
  { word: m.number_8(), first: m.number_first_8() },
  { word: m.number_9(), first: m.number_first_9() },
];

/** `Two of four agents are ready` */
export function headline(agents: readonly AgentStatus[]): string {
  const ready = agents.filter((agent) => lineOf(agent).ready).length;
  const all = agents.length;
  if (ready === 0) return m.agents_none_ready();
  const total = NUMBERS[all]?.word ?? String(all);
  if (ready === all) return all === 1 ? m.agents_only_ready() : m.agents_all_ready({ total });
  return m.agents_some_ready({ count: ready, some: NUMBERS[ready]?.first ?? String(ready), total });
}
