// What an agent does now, as the engine says it: the tool's name, a space, and what it is about. Pure.

/** Tools whose line is in words; the others' is for a machine: a command, a path, a pattern. */
const IN_WORDS: ReadonlySet<string> = new Set(["Agent", "Task", "AskUserQuestion", "ExitPlanMode", "TodoWrite"]);

/** `mcp__github__create_issue` is `github create_issue`. */
export function toolName(tool: string): string {
  const [, server, name] = /^mcp__(.+?)__(.+)$/.exec(tool) ?? [];
  return server !== undefined && name !== undefined ? `${server} ${name}` : tool;
}

/** What is asked, from the tool's line: the question or the plan's title without Markdown, the tool's line else. */
export function askedWords(line: string): string {
  const [tool = "", ...rest] = line.split(" ");
  const [first = ""] = rest.join(" ").split(/⏎|\n/);
  const about = first.replace(/^[#>\s]+/, "").replace(/[*`]+/g, "").trim();
  if (tool === "AskUserQuestion") return about === "" ? "a question" : about;
  if (tool === "ExitPlanMode") return about === "" ? "a plan" : `a plan, ${about}`;
  return line;
}

/** The tool, and apart from it what the machine reads. */
export function activityOf(activity: string): { reason: string; code?: string } {
  const [tool = "", ...rest] = activity.split(" ");
  const about = rest.join(" ").trim();
  if (about === "") return { reason: toolName(tool) };
  if (IN_WORDS.has(tool)) return { reason: `${toolName(tool)}: ${about}` };
  return { reason: toolName(tool), code: about };
}
