// How a tool call is shown: its line (tool, argument, how it ended) and the body below it. Titles are shortened by the story's folder.
// Output is folded, but nothing is left out of it.
import type { Diff, TaskStatus, Timestamp, Todo } from "../../ipc/protocol";
import { count, duration, tokensWords, took } from "../format";
import { linesOf } from "./clip";
import { linesOf as diffLines, type DiffLines } from "./diff";
import { printedLines } from "./printed";
import type { CallResult, CallRow, Task } from "./row";
import { m } from "../../paraglide/messages";

/** The story's folder, the time, and whether the run is over. */
export type Place = { dir: string; now: number; over: boolean };

/** The line of a call. */
export type CallDisplay = {
  tool: string;
  title: string;
  /** Whether the title is drawn as code: that of every tool but a subagent, a question or a plan, once its input is complete. */
  isCode: boolean;
  diff: { added: number; removed: number } | null;
  /** `exit 0, 1.9 s` */
  end: string;
  tone: "plain" | "failed" | "waiting";
};

/** The changes of a file. Its path is shown if there are several files. */
export type FileDiff = { path: string; diff: DiffLines };

/** What is shown below the line. */
export type CallBody =
  | { is: "nothing" }
  /** `isPrinted`: a terminal printed it, so terminal commands in it are not shown; the contents of files are shown unchanged. */
  | { is: "output"; lines: readonly string[]; from: "start" | "end"; isPrinted: boolean }
  | { is: "diff"; files: readonly FileDiff[] }
  | { is: "words"; text: string }
  | { is: "todos"; todos: readonly Todo[] };

export function callDisplay(row: CallRow, place: Place): CallDisplay {
  const isCode = !["agent", "ask", "plan"].includes(row.toolKind) && !row.open;
  const body = row.toolKind === "edit" || row.subject.is === "change" ? bodyOf(row) : null;
  const diff = body?.is === "diff" ? sumOf(body.files) : null;
  const title = row.open ? writing(row.title) : shorten(row.title, place.dir);
  return { tool: row.tool, title, isCode, diff, ...endOf(row, place) };
}

export function bodyOf(row: CallRow): CallBody {
  const { result, subject, toolKind } = row;
  if (subject.is === "todos" && subject.items.length > 0) return { is: "todos", todos: subject.items };
  if (subject.is === "change" || toolKind === "edit") return editBody(row);
  if (subject.is === "plan" && subject.markdown.trim() !== "") return { is: "words", text: subject.markdown };
  // The answer is shown with the question.
  if (!result || result.denied || (toolKind === "ask" && result.ok)) return { is: "nothing" };
  if (toolKind === "agent")
    return { is: "words", text: row.task?.summary.trim() ? row.task.summary : result.text };
  if (toolKind === "read" && result.ok) return { is: "nothing" };
  return outputBody(result, toolKind === "command");
}

/** A path or command without the story's folder. */
export function shorten(title: string, dir: string): string {
  if (dir === "") return title;
  return title.replaceAll(`${dir}/`, "").replaceAll(`${dir}\\`, "");
}

function writing(text: string): string {
  return text === "" ? m.call_writes_input() : m.call_writes_characters({ count: text.length });
}

function endOf(row: CallRow, { now, over }: Place): Pick<CallDisplay, "end" | "tone"> {
  const { result, ask, task } = row;
  if (over && !result) return { end: m.call_did_not_end(), tone: "plain" };
  if (ask?.state === "open" && !result)
    return { end: m.call_asks({ time: duration(now - Date.parse(ask.at)) }), tone: "waiting" };
  if (row.refusal !== null || result?.denied || (ask?.state === "denied" && result?.ok !== true))
    return { end: m.call_denied(), tone: "plain" };
  if (task && over && task.status === null) return { end: m.call_left_in_background(), tone: "plain" };
  if (task && (task.status === null || task.background))
    return { end: taskEnd(task, row.steps, now), tone: task.status === "failed" ? "failed" : "plain" };
  if (!result) return { end: row.open ? "" : going(row.at, now), tone: "plain" };
  const parts = [
    exitOf(result),
    row.toolKind === "agent" ? stepsOf(row) : "",
    sizeOf(result),
    result.duration_ms === null || result.duration_ms < 50 ? "" : took(result.duration_ms),
  ];
  return { end: parts.filter(Boolean).join(", "), tone: result.ok || result.cut ? "plain" : "failed" };
}

function exitOf({ ok, output, cut }: CallResult): string {
  if (cut) return output?.kind === "command" ? m.call_may_still_run() : m.call_did_not_end();
  if (output?.kind !== "command") return ok ? "" : m.call_failed();
  if (output.interrupted) return m.call_interrupted();
  if (output.background !== null) return m.call_in_background();
  if (output.exit_code !== null) return m.call_exit({ code: output.exit_code });
  return ok ? "" : m.call_failed();
}

function sizeOf({ output, images }: CallResult): string {
  if (images.length > 0) return m.call_pictures({ count: images.length });
  return output?.kind === "read" && output.lines !== null ? m.call_lines({ count: output.lines }) : "";
}

function stepsOf(row: CallRow): string {
  const used = row.task?.tokens ? tokensWords(row.task.tokens) : "";
  return [row.steps > 0 ? m.call_steps({ count: row.steps }) : "", used].filter(Boolean).join(", ");
}

function taskEnd(task: Task, steps: number, now: number): string {
  const many =
    steps > 0
      ? m.call_steps({ count: steps })
      : task.tool_uses
        ? m.call_calls({ calls: count(task.tool_uses) })
        : "";
  const used = task.tokens ? tokensWords(task.tokens) : "";
  const { status, started_at, ended_at } = task;
  const end =
    status === null || ended_at === null
      ? [task.background ? m.call_in_background() : "", going(started_at, now)]
      : [endedAfter(status, took(Date.parse(ended_at) - Date.parse(started_at)))];
  return [many, used, ...end].filter(Boolean).join(", ");
}

function endedAfter(status: TaskStatus, time: string): string {
  switch (status) {
    case "completed":
      return m.call_completed_after({ time });
    case "failed":
      return m.call_failed_after({ time });
    case "stopped":
      return m.call_stopped_after({ time });
    case "unknown":
      return m.call_unknown_after({ time });
  }
}

function going(at: Timestamp, now: number): string {
  return m.call_running({ time: duration(now - Date.parse(at)) });
}

function editBody({ subject, result }: CallRow): CallBody {
  if (result && !result.ok)
    return result.denied
      ? { is: "nothing" }
      : { is: "output", lines: linesOf(result.text), from: "start", isPrinted: false };
  const reported = result?.output?.kind === "edit" ? changesOf([result.output]) : [];
  const files = reported.length > 0 || subject.is !== "change" ? reported : changesOf(subject.files);
  return files.length > 0 ? { is: "diff", files } : { is: "nothing" };
}

/** The files whose changes are known. */
function changesOf(files: readonly { path: string; diff: Diff }[]): FileDiff[] {
  return files
    .filter(({ diff }) => diff.hunks.length > 0)
    .map(({ path, diff }) => ({ path, diff: diffLines(diff) }));
}

function sumOf(files: readonly FileDiff[]): { added: number; removed: number } {
  const sum = (of: (diff: DiffLines) => number) => files.reduce((all, { diff }) => all + of(diff), 0);
  return { added: sum(({ added }) => added), removed: sum(({ removed }) => removed) };
}

function outputBody(result: CallResult, isPrinted: boolean): CallBody {
  const { output, ok, text } = result;
  const printed =
    output?.kind === "command"
      ? [output.stdout, output.stderr].filter((part) => part !== "").join("\n")
      : text;
  const told = printed === "" && !ok ? text : printed;
  const lines = isPrinted ? printedLines(told) : linesOf(told);
  if (lines.every((line) => line.trim() === "")) return { is: "nothing" };
  return { is: "output", lines, from: ok ? "start" : "end", isPrinted };
}
