// The only door between the page and its host. `tauri.ts` is the real one, `fake.ts` plays a
// prepared afternoon for design, tests and screenshots. Nothing else in the page knows which it is.

import type {
  AboutProgram,
  AgentStatus,
  ConfigState,
  DesktopSupport,
  DiskUse,
  Fault,
  FeedBatch,
  NotifierProgram,
  PullRequest,
  Query,
  QueryAnswer,
  Reply,
  Request,
  SettingChange,
  SettingsState,
  StoryId,
  Verification,
  VerifyProgress,
} from "./protocol";

/** What the page may ask the engine for. */
export type Intent = Exclude<Request, { do: "hello" | "yield" | "check_store" | "why" | ConfigIntent["do"] }>;

/** What the page may ask about the configuration. */
export type ConfigIntent = Extract<Request, { do: "config" | "set_config" | "accept_config" }>;

/** What the engine answers when it does not refuse; a refusal is thrown as {@link Refusal}. */
export type Consent = Exclude<Reply, { reply: "refused" | "config" }>;

/** What a query asks for. */
export type QueryWord = Query["of"];
export type QueryOf<Of extends QueryWord> = Extract<Query, { of: Of }>;
export type AnswerTo<Of extends QueryWord> = Extract<QueryAnswer, { of: Of }>["is"];

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
  /** Reads something: what there is to ask and what the answers are, the protocol says. */
  query<Of extends QueryWord>(query: QueryOf<Of>): Promise<AnswerTo<Of>>;
  /** The agent programs of this machine. Slow: each one is asked. */
  agents(): Promise<AgentStatus[]>;
  /** A folder chosen in the system's own dialog; null if none was. */
  pickFolder(): Promise<string | null>;
  /** Starts the demo story in a scratch repository. */
  startDemo(): Promise<StoryId>;
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
