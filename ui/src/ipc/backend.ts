// The only door between the page and its host. `tauri.ts` is the real one, `fake.ts` plays a
// prepared afternoon for design, tests and screenshots. Nothing else in the page knows which it is.

import type {
  AgentFacts,
  Envelope,
  Evidence,
  Fault,
  FeedBatch,
  FolderFacts,
  JsonValue,
  LimitHistory,
  PullRequest,
  RawPiece,
  Reply,
  Request,
  RunId,
  Seq,
  StoryId,
  Stream,
  StoryUsage,
  Timestamp,
  UsageQuery,
  UsageReport,
} from "./protocol";

/** What the page may ask the engine for. */
export type Intent = Exclude<Request, { do: "hello" | "yield" }>;

/** What the engine answers when it does not refuse; a refusal is thrown as {@link Refusal}. */
export type Consent = Exclude<Reply, { reply: "refused" }>;

/** Ends a subscription. */
export type Unlisten = () => void;

/** An answer that is no: what happened, and what to do now. */
export class Refusal extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.message);
    this.name = "Refusal";
    this.fault = fault;
  }
}

/** The fault in whatever was thrown. */
export function faultOf(thrown: unknown): Fault {
  if (thrown instanceof Refusal) return thrown.fault;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: "internal", message, hint: "" };
}

export interface Backend {
  /** What is newer than the page has. */
  pull(request: PullRequest): Promise<FeedBatch>;
  /** Asks for something to be done; its effect comes back through the feed. */
  ask(intent: Intent): Promise<Consent>;
  /** Events of a run after a number, at most so many: for paging back. */
  events(run: RunId, after: Seq, most: number): Promise<Envelope[]>;
  /** The agent programs of this machine. Slow: each one is asked. */
  agents(): Promise<AgentFacts[]>;
  /** What a folder is, before a story is started in it. */
  folder(path: string): Promise<FolderFacts>;
  /** A folder chosen in the system's own dialog; null if none was. */
  pickFolder(): Promise<string | null>;
  /** Starts the demo story in a scratch repository. */
  startDemo(): Promise<StoryId>;
  /** What the story's state rests on. */
  evidence(story: StoryId): Promise<Evidence>;
  /** A piece of a run's log, at most 64 KiB. */
  raw(run: RunId, stream: Stream, offset: number, len: number): Promise<RawPiece>;
  /** The command that goes on with the agent's conversation without Musher. */
  resumeCommand(story: StoryId): Promise<string | null>;
  /** Sums of what was used, by time and group. */
  usage(query: UsageQuery): Promise<UsageReport>;
  /** What a story used turn by turn, and how full its conversation was. */
  storyUsage(story: StoryId): Promise<StoryUsage>;
  /** What was heard of every limit window in a range, and when accounts were held. */
  limitHistory(from: Timestamp, to: Timestamp): Promise<LimitHistory[]>;
  /** Puts text on the clipboard. */
  copy(text: string): Promise<void>;
  /** Opens an https address in the browser. */
  openLink(url: string): Promise<void>;
  /** A setting of the window; null if it was never set. */
  setting(key: string): Promise<JsonValue>;
  setSetting(key: string, value: JsonValue): Promise<void>;
  /** Says which story is on screen: it gets no notifications. */
  shown(story: StoryId | null): Promise<void>;
  /** Something newer can be pulled. */
  onNotice(hear: (revision: number) => void): Unlisten;
  /** A notification of this story was clicked. */
  onOpen(hear: (story: StoryId) => void): Unlisten;
  /** Files or folders were dropped on the window. */
  onDropped(hear: (paths: string[]) => void): Unlisten;
  /** Something is being dragged over the window, or no longer. */
  onDragging(hear: (over: boolean) => void): Unlisten;
}
