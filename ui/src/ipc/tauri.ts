// The real host, through Tauri's commands and events. Names and arguments are those of the shell.

import { invoke, type InvokeArgs } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import {
  Refusal,
  type AnswerTo,
  type AskedView,
  type Backend,
  type QueryOf,
  type QueryWord,
  type Unlisten,
} from "./backend";
import type {
  ConfigState,
  Fault,
  FeedBatch,
  Notice,
  QueryAnswer,
  Reply,
  SettingsState,
  VerifyProgress,
} from "./protocol";

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
  async query<Of extends QueryWord>(query: QueryOf<Of>) {
    const answer = json<QueryAnswer>(await call("query", { query }));
    if (answer.of !== query.of) throw new Error(`the engine answered ${query.of} with ${answer.of}`);
    return answer.is as AnswerTo<Of>;
  },
  agents: () => call("agents"),
  pickFolder: () => call("pick_folder"),
  startDemo: () => call("start_demo"),
  copy: (text) => call("copy", { text }),
  openLink: (url) => call("open_link", { url }),
  settings: () => call("settings"),
  changeSetting: (change) => call("change_setting", { change }),
  desktop: () => call("desktop"),
  testNotification: () => call("test_notification"),
  diskUse: () => call("disk_use"),
  openDataFolder: () => call("open_data_folder"),
  editFile: (story, path) => call("edit_file", { story, path }),
  showFile: (story, path) => call("show_file", { story, path }),
  openTerminal: (story, path) => call("open_terminal", { story, path }),
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
  onFolders: (hear) =>
    on<{ paths: string[] }>("folders", ({ paths }) => {
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

/** Parses an answer that the shell sends as bytes because it may be large. */
function json<Answer>(bytes: ArrayBuffer): Answer {
  return JSON.parse(new TextDecoder().decode(bytes)) as Answer;
}

function isFault(thrown: unknown): thrown is Fault {
  return typeof thrown === "object" && thrown !== null && "code" in thrown && "message" in thrown;
}

/** `listen` is asynchronous: a subscription that is ended before it was established must end, too. */
function on<Payload>(name: string, hear: (payload: Payload) => void): Unlisten {
  const listening = listen<Payload>(name, (event) => {
    hear(event.payload);
  });
  return () =>
    void listening.then((end) => {
      end();
    });
}
