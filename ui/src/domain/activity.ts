// Texts for what an agent is doing and for what it asks. Pure.

import type { Activity, StateDetail, ToolKind } from "../ipc/protocol";
import { m } from "../paraglide/messages";

/** Tools whose subject is prose. For other tools the subject is a command, a path or a pattern, and is shown as code. */
const IN_WORDS: readonly ToolKind[] = ["agent", "ask", "plan"];

/** What is asked: for a permission the tool and its subject, for a question its text, for a plan its title without Markdown. */
export function askedWords({ asks, tool, subject }: Extract<StateDetail, { kind: "question" }>): string {
  if (asks === "permission") return [tool, subject].filter(Boolean).join(" ");
  const [first = ""] = subject.split(/⏎|\n/);
  const about = first
    .replace(/^[#>\s]+/, "")
    .replace(/[*`]+/g, "")
    .trim();
  if (asks === "choice") return about === "" ? m.asks_a_question() : about;
  return about === "" ? m.asks_a_plan() : m.asks_a_plan_about({ about });
}

/** The tool as text, and its subject as code if it is one. */
export function activityOf({ tool, kind, subject }: Activity): { reason: string; code?: string } {
  const about = subject.trim();
  if (about === "") return { reason: tool };
  if (IN_WORDS.includes(kind)) return { reason: `${tool}: ${about}` };
  return { reason: tool, code: about };
}
