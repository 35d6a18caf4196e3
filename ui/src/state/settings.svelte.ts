// The window's settings in the page: the values in force, changing them, and applying theme and density. The shell stores them;
// `public/theme.js` sets the same attributes before the first paint, from copies in localStorage.

import { spoken } from "../domain/fault";
import { nextTextSize } from "../domain/textSize";
import { faultOf, type Backend, type Unlisten } from "../ipc/backend";
import type { Fault, SettingChange, SettingsState, WindowSettings } from "../ipc/protocol";

/** The values until the shell has answered. */
const USUAL: WindowSettings = {
  theme: "system",
  density: "comfortable",
  text_percent: 100,
  paused_until: null,
  notify: { asks: true, failed: true, limited: true, finished: true },
};

/** The last refused change, and the fault. */
export type Refused = { readonly change: SettingChange; readonly fault: Fault };

export class Settings {
  #state = $state.raw<SettingsState>({ settings: USUAL, path: "", problem: null });
  #refused = $state.raw<Refused | null>(null);
  readonly #backend: Backend;
  readonly #dark = matchMedia("(prefers-color-scheme: dark)");

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** The values in force. */
  get now(): WindowSettings {
    return this.#state.settings;
  }
  /** The path of the settings file; empty until it is known. */
  get path(): string {
    return this.#state.path;
  }
  /** The problem with the settings file, if there is one. */
  get problem(): Fault | null {
    return spoken(this.#state.problem);
  }
  /** The last refused change, until the next change is made. */
  get refused(): Refused | null {
    return this.#refused;
  }

  start(): Unlisten {
    const look = () => {
      this.#show();
    };
    this.#dark.addEventListener("change", look);
    const end = this.#backend.onSettings((state) => {
      this.#take(state);
    });
    void this.#load();
    return () => {
      this.#dark.removeEventListener("change", look);
      end();
    };
  }

  /** Changes a setting. If it cannot be saved it is not changed, and `refused` says why. */
  async change(change: SettingChange): Promise<void> {
    this.#refused = null;
    try {
      this.#take(await this.#backend.changeSetting(change));
    } catch (thrown) {
      this.#refused = { change, fault: faultOf(thrown) };
    }
  }

  /** Makes the text this many steps larger; 0 is the usual size. */
  resize(steps: number): void {
    const to = nextTextSize(this.now.text_percent, steps);
    // An invalid size in the file is replaced, even though the usual size is already in force.
    if (to !== this.now.text_percent || (steps === 0 && this.problem !== null))
      void this.change({ set: "text_percent", to });
  }

  async #load(): Promise<void> {
    try {
      this.#take(await this.#backend.settings());
    } catch (thrown) {
      this.#state = { ...this.#state, problem: faultOf(thrown) };
    }
  }

  #take(state: SettingsState): void {
    this.#state = state;
    localStorage.setItem("theme", state.settings.theme);
    localStorage.setItem("density", state.settings.density);
    this.#show();
  }

  #show(): void {
    const { theme, density } = this.now;
    const dark = theme === "dark" || (theme === "system" && this.#dark.matches);
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    document.documentElement.dataset.density = density;
  }
}
