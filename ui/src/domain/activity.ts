// What an agent does now, as the engine says it: the tool's name, a space, and what it is about. Pure.

/** Tools whose line is in words; the others' is for a machine: a command, a path, a pattern. */
const IN_WORDS: ReadonlySet<string> = new Set(["Agent", "Task", "AskUserQuestion", "ExitPlanMode", "TodoWrite"]);

/** `mcp__github__create_issue` is `github create_issue`. */
export function toolName(tool: string): string {
  const [, server, name] = /^mcp__(.+?)__(.+)$/.exec(tool) ?? [];
  return server !== undefined && name !== undefined ? `${server} ${name}` : tool;
}

/** The tool, and apart from it what the machine reads. */
export function activityOf(activity: string): { reason: string; code?: string } {
  const [tool = "", ...rest] = activity.split(" ");
  const about = rest.join(" ").trim();
  if (about === "") return { reason: toolName(tool) };
  if (IN_WORDS.has(tool)) return { reason: `${toolName(tool)}: ${about}` };
  return { reason: toolName(tool), code: about };
}
