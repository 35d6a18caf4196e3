// The fake host for the settings page: settings that last while the page is open, a desktop with notifications and a tray, and a data
// directory.

import type { Backend } from "../backend";
import { Refusal } from "../backend";
import { nextMorning } from "../../domain/morning";
import type {
  DiskUse,
  Fault,
  NotifierProgram,
  Panicked,
  PauseFor,
  SettingChange,
  SettingsState,
  Verification,
  VerifyProgress,
  WindowSettings,
} from "../protocol";

type Desk = Pick<
  Backend,
  | "settings"
  | "changeSetting"
  | "onSettings"
  | "desktop"
  | "testNotification"
  | "diskUse"
  | "openDataFolder"
  | "editFile"
  | "showFile"
  | "openTerminal"
  | "verifyData"
  | "onVerifying"
  | "about"
>;

const USUAL: WindowSettings = {
  theme: "system",
  density: "comfortable",
  text_percent: 100,
  paused_until: null,
  notify: { asks: true, failed: true, limited: true, finished: true },
};
const PATH = "/home/ada/.local/share/app.musher.desktop/window.json";
const READ_ONLY: Fault = {
  code: "settings",
  message: `This was not set: the file is read-only (${PATH}).`,
  hint: "Make the file and its folder writable, then set it again.",
};
const DAMAGED: Fault = {
  code: "settings",
  message: `The settings file was damaged (expected value at line 3 column 1); it is kept as ${PATH}.damaged-1.`,
  hint: "The usual settings are used. Set here what you had, or correct that file and put it back while Musher is closed.",
};
const NOBODY: Fault = {
  code: "not_found",
  message:
    "No program shows notifications on this desktop: the name org.freedesktop.Notifications was not provided.",
  hint:
    "Start a notification program, then test again: most desktops have one of their own, elsewhere dunst " +
    "or mako does it. What waits for you is on the board all the same.",
};
const NOTIFIER: NotifierProgram = {
  name: "gnome-shell",
  version: "43.9",
  clicks: true,
  body: true,
  keeps: true,
};
const DATA: DiskUse = {
  dir: "/home/ada/.local/share/musher",
  unread: 0,
  parts: [
    { part: "logs", bytes: 2_912_300_000, files: 1_842 },
    { part: "journal", bytes: 18_400_000, files: 3 },
    { part: "store", bytes: 268_100_000, files: 3 },
    { part: "programs", bytes: 11_800_000, files: 2 },
    { part: "other", bytes: 6_100, files: 4 },
  ],
};
const VERIFIED: Verification = {
  entries: 20_418,
  runs: 307,
  events: 412_090,
  damaged: [],
  damaged_count: 0,
  differences: 0,
  tables: [],
};
const PANICKED: Panicked = {
  at: "2026-11-22T13:58:02.120Z",
  version: "0.1.0",
  thread: "director",
  place: "src-tauri/crates/engine/src/director/perform.rs:41:9",
};
const HOUR = 3_600_000;

/** With `refuses`, no setting can be saved, no notification can be shown, and there is no tray. */
export function desk(chosen: Partial<WindowSettings>, refuses: boolean, now: () => number): Desk {
  let state: SettingsState = {
    settings: { ...USUAL, ...chosen },
    path: PATH,
    problem: refuses ? DAMAGED : null,
  };
  const progress = new Set<(progress: VerifyProgress) => void>();
  return {
    settings: () => Promise.resolve(state),
    changeSetting(change) {
      if (refuses) return Promise.reject(new Refusal(READ_ONLY));
      state = { ...state, settings: changed(state.settings, change, now()) };
      return Promise.resolve(state);
    },
    onSettings: () => () => undefined,
    desktop: () =>
      Promise.resolve(
        refuses
          ? { notifier: null, notifier_problem: NOBODY, tray: "no_tray" }
          : { notifier: NOTIFIER, notifier_problem: null, tray: "shown" },
      ),
    testNotification: () => (refuses ? Promise.reject(new Refusal(NOBODY)) : Promise.resolve(NOTIFIER)),
    diskUse: () => Promise.resolve(DATA),
    openDataFolder: () => Promise.resolve(),
    editFile: () => Promise.resolve(),
    showFile: () => Promise.resolve(),
    openTerminal: () => Promise.resolve(),
    async verifyData() {
      for (const runs of [0, 120, 240]) for (const hear of progress) hear({ runs, of: VERIFIED.runs });
      return Promise.resolve(
        refuses ? { ...VERIFIED, differences: 3, tables: ["runs", "events"] } : VERIFIED,
      );
    },
    onVerifying(hear) {
      progress.add(hear);
      return () => progress.delete(hear);
    },
    about: () =>
      Promise.resolve({
        musher: "0.1.0",
        toolkit: "Tauri 2.12.5",
        webview: "2.50.6",
        system: "Debian GNU/Linux 12 (bookworm), x86_64",
        log: `${DATA.dir}/log`,
        panicked: refuses ? PANICKED : null,
      }),
  };
}

function changed(settings: WindowSettings, change: SettingChange, now: number): WindowSettings {
  switch (change.set) {
    case "theme":
      return { ...settings, theme: change.to };
    case "density":
      return { ...settings, density: change.to };
    case "text_percent":
      return { ...settings, text_percent: change.to };
    case "notify":
      return { ...settings, notify: { ...settings.notify, [change.to.kind]: change.to.wanted } };
    case "pause":
      return { ...settings, paused_until: pauseEnd(change.to, now) };
  }
}

function pauseEnd(pause: PauseFor, now: number): string | null {
  if (pause === "off") return null;
  const end = pause === "hour" ? now + HOUR : nextMorning(now);
  return new Date(end).toISOString();
}
