// What an agent does now and what it asks, in words. Pure.

import type { Activity, StateDetail, ToolKind } from "../ipc/protocol";
import { m } from "../paraglide/messages";

/** Tools whose line is in words; the others' is for a machine: a command, a path, a pattern. */
const IN_WORDS: readonly ToolKind[] = ["agent", "ask", "plan"];

/** What is asked: the question or the plan's title without Markdown, the tool and what it is about else. */
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

/** The tool, and apart from it what the machine reads. */
export function activityOf({ tool, kind, subject }: Activity): { reason: string; code?: string } {
  const about = subject.trim();
  if (about === "") return { reason: tool };
  if (IN_WORDS.includes(kind)) return { reason: `${tool}: ${about}` };
  return { reason: tool, code: about };
}
