// The only door between the page and its host. `tauri.ts` is the real one, `fake.ts` plays a
// prepared afternoon for design, tests and screenshots. Nothing else in the page knows which it is.

import type {
  AboutProgram,
  AgentStatus,
  ConfigState,
  DiskUse,
  DesktopSupport,
  Envelope,
  Evidence,
  Fault,
  FeedBatch,
  FolderSummary,
  LimitHistory,
  NotifierProgram,
  PullRequest,
  RawPiece,
  Reply,
  Request,
  RunId,
  Seq,
  SettingChange,
  SettingsState,
  StoryId,
  Stream,
  StoryUsage,
  Timestamp,
  UsageQuery,
  UsageReport,
  Verification,
  VerifyProgress,
} from "./protocol";

/** What the page may ask the engine for. */
export type Intent = Exclude<Request, { do: "hello" | "yield" | "check_store" | "why" | ConfigIntent["do"] }>;

/** What the page may ask about the configuration. */
export type ConfigIntent = Extract<Request, { do: "config" | "set_config" | "accept_config" }>;

/** What the engine answers when it does not refuse; a refusal is thrown as {@link Refusal}. */
export type Consent = Exclude<Reply, { reply: "refused" | "config" }>;

/** A view that the desktop asks for: from the tray's menu. */
export type AskedView = "board" | "new_story";

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

/** The fault in what was thrown, of whatever type it is. */
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
  /** Looks at the configuration or changes it, and gives how it stands then. */
  configure(intent: ConfigIntent): Promise<ConfigState>;
  /** Events of a run after a number, at most so many: for paging back. */
  events(run: RunId, after: Seq, most: number): Promise<Envelope[]>;
  /** The agent programs of this machine. Slow: each one is asked. */
  agents(): Promise<AgentStatus[]>;
  /** What a folder is, before a story is started in it. */
  folder(path: string): Promise<FolderSummary>;
  /** The branch that a new story with this goal would have there: free now, and made free when it starts. */
  newBranch(dir: string, goal: string): Promise<string>;
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
  /** The window's settings, and what is wrong with their file. */
  settings(): Promise<SettingsState>;
  /** Changes one setting. Refused, nothing is changed. */
  changeSetting(change: SettingChange): Promise<SettingsState>;
  /** What this desktop can do: notifications, tray. */
  desktop(): Promise<DesktopSupport>;
  /** Shows a notification now; says who showed it. */
  testNotification(): Promise<NotifierProgram>;
  /** The data directory and its size. Slow: every file is looked at. */
  diskUse(): Promise<DiskUse>;
  /** Shows the data directory in the desktop's file manager. */
  openDataFolder(): Promise<void>;
  /** Compares the store with journal and logs. Slow: every log is read. */
  verifyData(): Promise<Verification>;
  /** Versions of the program and of what it stands on. */
  about(): Promise<AboutProgram>;
  /** Says which story is on screen: it gets no notifications. */
  shown(story: StoryId | null): Promise<void>;
  /** Something newer can be pulled. */
  onNotice(hear: (revision: number) => void): Unlisten;
  /** A notification of this story was clicked. */
  onOpen(hear: (story: StoryId) => void): Unlisten;
  /** A view is asked for from outside the page. */
  onView(hear: (view: AskedView) => void): Unlisten;
  /** The settings are others now. */
  onSettings(hear: (state: SettingsState) => void): Unlisten;
  /** The configuration, or what waits in its file, is another one now. */
  onConfig(hear: (state: ConfigState) => void): Unlisten;
  /** How far a verification came. */
  onVerifying(hear: (progress: VerifyProgress) => void): Unlisten;
  /** Files or folders were dropped on the window. */
  onDropped(hear: (paths: string[]) => void): Unlisten;
  /** Something is being dragged over the window, or no longer. */
  onDragging(hear: (over: boolean) => void): Unlisten;
}
