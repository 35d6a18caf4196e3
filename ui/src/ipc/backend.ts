// The interface between the page and its host. `tauri.ts` is the real host; `fake.ts` plays prepared data for design, tests and
// screenshots. No other code in the page depends on which of them is used.

import { spoken } from "../domain/fault";
import type {
  AboutProgram,
  AgentStatus,
  ConfigState,
  DesktopSupport,
  DiskUse,
  Fault,
  FeedBatch,
  NotifierProgram,
  FeedRequest,
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
export type Intent = Exclude<
  Request,
  { op: "hello" | "yield" | "check_store" | "restore" | "back" | ConfigIntent["op"] }
>;

/** Requests about the configuration. */
export type ConfigIntent = Extract<Request, { op: "config" | "set_config" | "accept_config" }>;

/** The engine's reply to a request that it accepts; a refusal is thrown as {@link Refusal}. */
export type Consent = Exclude<Reply, { reply: "refused" | "config" }>;

/** The name of a query. */
export type QueryWord = Query["of"];
export type QueryOf<Of extends QueryWord> = Extract<Query, { of: Of }>;
export type AnswerTo<Of extends QueryWord> = Extract<QueryAnswer, { of: Of }>["is"];

/** A view that the tray's menu asks the page to show. */
export type AskedView = "board" | "new_story";

/** Ends a subscription. */
export type Unlisten = () => void;

/** A refused request: what happened, and what to do about it. */
export class Refusal extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.message);
    this.name = "Refusal";
    this.fault = fault;
  }
}

/** The fault in a thrown value of any type, with texts for the window. */
export function faultOf(thrown: unknown): Fault {
  if (thrown instanceof Refusal) return spoken(thrown.fault);
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return spoken({ code: "internal", message, hint: "" });
}

export interface Backend {
  /** Everything that is newer than what the page has. */
  pull(request: FeedRequest): Promise<FeedBatch>;
  /** Asks the engine to do something. Its effect arrives through the feed. */
  ask(intent: Intent): Promise<Consent>;
  /** Reads or changes the configuration. Returns its state afterwards. */
  configure(intent: ConfigIntent): Promise<ConfigState>;
  /** Asks a query; the protocol defines the queries and their answers. */
  query<Of extends QueryWord>(query: QueryOf<Of>): Promise<AnswerTo<Of>>;
  /** The agent programs on this machine. Slow: it runs each of them. */
  agents(): Promise<AgentStatus[]>;
  /** A folder chosen in the system's dialog; null if it was cancelled. */
  pickFolder(): Promise<string | null>;
  /** Starts the demo story in a scratch repository. */
  startDemo(): Promise<StoryId>;
  /** Puts text on the clipboard. */
  copy(text: string): Promise<void>;
  /** Opens an https address in the browser. */
  openLink(url: string): Promise<void>;
  /** The window's settings, and the problem with their file if there is one. */
  settings(): Promise<SettingsState>;
  /** Changes one setting. If it is refused, nothing changes. */
  changeSetting(change: SettingChange): Promise<SettingsState>;
  /** What this desktop supports: notifications, tray. */
  desktop(): Promise<DesktopSupport>;
  /** Shows a notification now. Returns the program that showed it. */
  testNotification(): Promise<NotifierProgram>;
  /** The data directory and its size. Slow: it reads the size of every file. */
  diskUse(): Promise<DiskUse>;
  /** Opens the data directory in the file manager. */
  openDataFolder(): Promise<void>;
  /** Opens a changed file of a story in the desktop's editor for plain text. */
  editFile(story: StoryId, path: string): Promise<void>;
  /** Shows a changed file of a story in the file manager. */
  showFile(story: StoryId, path: string): Promise<void>;
  /** Opens a terminal in the folder of a changed file of a story. */
  openTerminal(story: StoryId, path: string): Promise<void>;
  /** Compares the store with journal and logs. Slow: it reads every log. */
  verifyData(): Promise<Verification>;
  /** The versions of the program and its main libraries. */
  about(): Promise<AboutProgram>;
  /** Tells the shell which story is shown: that story sends no notifications. */
  shown(story: StoryId | null): Promise<void>;
  /** There is something new to pull. */
  onNotice(hear: (revision: number) => void): Unlisten;
  /** A notification of this story was clicked. */
  onOpen(hear: (story: StoryId) => void): Unlisten;
  /** The tray's menu asks for a view. */
  onView(hear: (view: AskedView) => void): Unlisten;
  /** The settings changed. */
  onSettings(hear: (state: SettingsState) => void): Unlisten;
  /** The configuration changed, or the changes in its file that wait to be accepted. */
  onConfig(hear: (state: ConfigState) => void): Unlisten;
  /** The progress of a verification. */
  onVerifying(hear: (progress: VerifyProgress) => void): Unlisten;
  /** Files or folders were dropped on the window. */
  onDropped(hear: (paths: string[]) => void): Unlisten;
  /** Folders were named by a second start: a new story begins in them, whatever is shown. */
  onFolders(hear: (paths: string[]) => void): Unlisten;
  /** Files are being dragged over the window, or no longer. */
  onDragging(hear: (over: boolean) => void): Unlisten;
}
