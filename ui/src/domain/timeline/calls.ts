// Tool calls with their results, questions and background tasks. These arrive later than the call, or never; each is matched to its call by
// id.
import type { Envelope, Event } from "../../ipc/protocol";
import { baseOf, type Ask, type CallRow, type QuestionRow, type Row, type Task } from "./row";
import type { RowLists, Spot } from "./rowLists";

type Of<T extends Event["type"]> = Extract<Event, { type: T }>;

export class Calls {
  readonly #lists: RowLists;
  readonly #calls = new Map<string, Spot>();
  readonly #questions = new Map<string, Spot>();
  readonly #tasks = new Map<string, Spot>();

  constructor(lists: RowLists) {
    this.#lists = lists;
  }

  started(from: Envelope, event: Of<"tool_call">): void {
    const row: CallRow = {
      ...baseOf(from),
      kind: "call",
      call: event.call,
      tool: event.name,
      toolKind: event.kind,
      title: event.title,
      subject: event.subject,
      result: null,
      ask: null,
      task: null,
      refusal: null,
      steps: 0,
      doing: null,
      open: false,
    };
    const parent = this.parentOf(event.parent);
    this.#calls.set(event.call, this.#lists.add(row, parent));
    this.stepped(parent, `${event.name} ${event.title}`);
  }

  /** The call that a step belongs to; null if that call is not known. */
  parentOf(call: string | null): string | null {
    return call !== null && this.#calls.has(call) ? call : null;
  }

  /** Counts a step below its parent call, if it has one. */
  stepped(parent: string | null, doing: string): void {
    if (parent !== null) this.#change(parent, (row) => ({ ...row, steps: row.steps + 1, doing }));
  }

  ended(from: Envelope, event: Of<"tool_result">): void {
    const { ok, denied, text, output, images, duration_ms, cut = false } = event;
    const result = { ok, denied, text, output, images, duration_ms, cut, at: from.at };
    this.#change(event.call, (row) => ({ ...row, result }));
  }

  denied(from: Envelope, event: Of<"denied">): void {
    const joined =
      event.call !== null && this.#change(event.call, (row) => ({ ...row, refusal: event.message }));
    if (joined) return;
    const note = { what: "denied", tool: event.tool, text: event.message } as const;
    this.#lists.add({ ...baseOf(from), kind: "note", note });
  }

  asked(from: Envelope, event: Of<"question">): void {
    const ask: Ask = {
      request: event.request,
      kind: event.kind,
      tool: event.tool,
      title: event.title,
      description: event.description,
      subject: event.subject,
      beside: event.beside ?? [],
      options: event.options ?? [],
      why: event.why,
      blocked_path: event.blocked_path,
      at: from.at,
      state: "open",
      message: null,
      answered_at: null,
    };
    const call = event.call === null ? undefined : this.#calls.get(event.call);
    const joined = call && this.#change(event.call ?? "", (row) => ({ ...row, ask }));
    const spot = joined ? call : this.#lists.add({ ...baseOf(from), kind: "question", ask });
    if (spot) this.#questions.set(event.request, spot);
  }

  answered(from: Envelope, event: Of<"answered">): void {
    const state = event.allowed ? "allowed" : "denied";
    this.#settle(event.request, { state, message: event.message, answered_at: from.at });
  }

  withdrawn(from: Envelope, event: Of<"question_withdrawn">): void {
    this.#settle(event.request, { state: "withdrawn", answered_at: from.at });
  }

  /** The run has ended, so its questions are not open any more. */
  over(): void {
    for (const request of this.#questions.keys())
      if (this.asking(request)?.ask?.state === "open") this.#settle(request, { state: "withdrawn" });
  }

  /** The row that shows a question. */
  asking(request: string): CallRow | QuestionRow | null {
    const spot = this.#questions.get(request);
    return this.#lists.get(spot, "call") ?? this.#lists.get(spot, "question");
  }

  taskStarted(from: Envelope, event: Of<"task_started">): void {
    const task: Task = {
      kind: event.kind,
      description: event.description,
      background: event.background,
      doing: null,
      tokens: null,
      tool_uses: null,
      status: null,
      summary: "",
      started_at: from.at,
      ended_at: null,
    };
    const call = event.call === null ? undefined : this.#calls.get(event.call);
    const joined = call && this.#change(event.call ?? "", (row) => ({ ...row, task }));
    this.#tasks.set(event.task, joined ? call : this.#lists.add({ ...baseOf(from), kind: "task", task }));
  }

  taskGoes(event: Of<"task_progress">): void {
    this.#task(event.task, (task) => ({
      ...task,
      doing: event.description ?? task.doing,
      tokens: event.tokens ?? task.tokens,
      tool_uses: event.tool_uses ?? task.tool_uses,
    }));
  }

  taskEnded(from: Envelope, event: Of<"task_ended">): void {
    const { status, summary } = event;
    const task = this.#task(event.task, (was) => ({ ...was, status, summary, ended_at: from.at }));
    // The call may be far above in the timeline, so the end of its task gets a row, too.
    if (task?.background)
      this.#lists.add({ ...baseOf(from), kind: "note", note: { what: "task_ended", task } });
  }

  #change(call: string, to: (row: CallRow) => CallRow): boolean {
    const spot = this.#calls.get(call);
    const row = this.#lists.get(spot, "call");
    if (!spot || !row) return false;
    this.#lists.set(spot, to(row));
    return true;
  }

  #settle(request: string, with_: Partial<Ask>): void {
    const spot = this.#questions.get(request);
    const row = this.#lists.get(spot, "call") ?? this.#lists.get(spot, "question");
    if (!spot || !row?.ask) return;
    const changed: Row = { ...row, ask: { ...row.ask, ...with_ } };
    this.#lists.set(spot, changed);
  }

  #task(id: string, to: (task: Task) => Task): Task | null {
    const spot = this.#tasks.get(id);
    const row = this.#lists.get(spot, "call") ?? this.#lists.get(spot, "task");
    if (!spot || !row?.task) return null;
    const task = to(row.task);
    const changed: Row = { ...row, task };
    this.#lists.set(spot, changed);
    return task;
  }
}
