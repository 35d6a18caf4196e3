// What an agent does now and what it asks, in words. Pure.

import type { Activity, StateDetail, ToolKind } from "../ipc/protocol";

/** Tools whose line is in words; the others' is for a machine: a command, a path, a pattern. */
const IN_WORDS: readonly ToolKind[] = ["agent", "ask", "plan"];

/** `mcp__github__create_issue` is `github create_issue`. */
export function toolName(tool: string): string {
  const [, server, name] = /^mcp__(.+?)__(.+)$/.exec(tool) ?? [];
  return server !== undefined && name !== undefined ? `${server} ${name}` : tool;
}

/** What is asked: the question or the plan's title without Markdown, the tool and what it is about else. */
export function askedWords({ asks, tool, subject }: Extract<StateDetail, { kind: "question" }>): string {
  if (asks === "permission") return [toolName(tool), subject].filter(Boolean).join(" ");
  const [first = ""] = subject.split(/⏎|\n/);
  const about = first.replace(/^[#>\s]+/, "").replace(/[*`]+/g, "").trim();
  if (asks === "choice") return about === "" ? "a question" : about;
  return about === "" ? "a plan" : `a plan, ${about}`;
}

/** The tool, and apart from it what the machine reads. */
export function activityOf({ tool, kind, subject }: Activity): { reason: string; code?: string } {
  const about = subject.trim();
  if (about === "") return { reason: toolName(tool) };
  if (IN_WORDS.includes(kind)) return { reason: `${toolName(tool)}: ${about}` };
  return { reason: toolName(tool), code: about };
}
