// The real host: Tauri's commands and events. Names and arguments are those of the shell.

import { invoke, type InvokeArgs } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { Refusal, type AskedView, type Backend, type Unlisten } from "./backend";
import type {
  ConfigState,
  Fault,
  FeedBatch,
  Notice,
  PackedUsage,
  Reply,
  SettingsState,
  VerifyProgress,
} from "./protocol";
import { unpacked } from "./packedUsage";

export const tauri: Backend = {
  async pull(request) {
    return json<FeedBatch>(await call("pull", { request }));
  },
  async ask(request) {
    const reply = await call<Reply>("ask", { request });
    if (reply.reply === "refused") throw new Refusal(reply.fault);
    if (reply.reply === "config") throw new Error("the engine answered with its configuration");
    return reply;
  },
  async configure(request) {
    const reply = await call<Reply>("ask", { request });
    if (reply.reply === "refused") throw new Refusal(reply.fault);
    if (reply.reply !== "config") throw new Error(`the engine answered with ${reply.reply}`);
    return reply.state;
  },
  events: (run, after, most) => call("events", { run, after, most }),
  agents: () => call("agents"),
  folder: (path) => call("folder", { path }),
  newBranch: (dir, goal) => call("new_branch", { dir, goal }),
  pickFolder: () => call("pick_folder"),
  startDemo: () => call("start_demo"),
  evidence: (story) => call("evidence", { story }),
  raw: (run, stream, offset, len) => call("raw", { run, stream, offset, len }),
  resumeCommand: (story) => call("resume_command", { story }),
  async usage(query) {
    return unpacked(json<PackedUsage>(await call("usage", { query })));
  },
  storyUsage: (story) => call("story_usage", { story }),
  limitHistory: (from, to) => call("limit_history", { from, to }),
  copy: (text) => call("copy", { text }),
  openLink: (url) => call("open_link", { url }),
  settings: () => call("settings"),
  changeSetting: (change) => call("change_setting", { change }),
  desktop: () => call("desktop"),
  testNotification: () => call("test_notification"),
  diskUse: () => call("disk_use"),
  openDataFolder: () => call("open_data_folder"),
  verifyData: () => call("verify_data"),
  about: () => call("about"),
  shown: (story) => call("shown", { story }),
  onNotice: (hear) =>
    on<Notice>("notice", (notice) => {
      hear(notice.revision);
    }),
  onOpen: (hear) =>
    on<{ story: string }>("open", ({ story }) => {
      hear(story);
    }),
  onView: (hear) =>
    on<{ view: AskedView }>("view", ({ view }) => {
      hear(view);
    }),
  onSettings: (hear) => on<SettingsState>("settings", hear),
  onConfig: (hear) => on<ConfigState>("config", hear),
  onVerifying: (hear) => on<VerifyProgress>("verifying", hear),
  onDropped: (hear) =>
    on<{ paths: string[] }>("dropped", ({ paths }) => {
      hear(paths);
    }),
  onDragging: (hear) =>
    on<{ over: boolean }>("dragging", ({ over }) => {
      hear(over);
    }),
};

async function call<Answer>(command: string, args?: InvokeArgs): Promise<Answer> {
  try {
    return await invoke<Answer>(command, args);
  } catch (thrown) {
    throw isFault(thrown) ? new Refusal(thrown) : thrown;
  }
}

/** What the shell sends as bytes because it may be large. */
function json<Answer>(bytes: ArrayBuffer): Answer {
  return JSON.parse(new TextDecoder().decode(bytes)) as Answer;
}

function isFault(thrown: unknown): thrown is Fault {
  return typeof thrown === "object" && thrown !== null && "code" in thrown && "message" in thrown;
}

/** Listening begins a moment later than it is asked for; ending it before that must hold too. */
function on<Payload>(name: string, hear: (payload: Payload) => void): Unlisten {
  const listening = listen<Payload>(name, (event) => {
    hear(event.payload);
  });
  return () =>
    void listening.then((end) => {
      end();
    });
}
