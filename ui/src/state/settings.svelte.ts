// The window's settings in the page: what is in force, changing it, and showing theme and density. The
// shell keeps them; `public/theme.js` sets the same attributes before the first paint, from the copies
// in localStorage.

import { nextTextSize } from "../domain/textSize";
import { faultOf, type Backend, type Unlisten } from "../ipc/backend";
import type { Fault, SettingChange, SettingsState, WindowSettings } from "../ipc/protocol";

/** What holds until the shell has answered. */
const USUAL: WindowSettings = {
  theme: "system",
  density: "comfortable",
  text_percent: 100,
  paused_until: null,
  notify: { asks: true, failed: true, limited: true, finished: true },
};

/** The change that was refused last, and why. */
export type Refused = { readonly change: SettingChange; readonly fault: Fault };

export class Settings {
  #state = $state.raw<SettingsState>({ settings: USUAL, path: "", problem: null });
  #refused = $state.raw<Refused | null>(null);
  readonly #backend: Backend;
  readonly #dark = matchMedia("(prefers-color-scheme: dark)");

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** What is in force. */
  get now(): WindowSettings {
    return this.#state.settings;
  }
  /** Where the settings are kept; empty until that is known. */
  get path(): string {
    return this.#state.path;
  }
  /** What is wrong with the file. */
  get problem(): Fault | null {
    return this.#state.problem;
  }
  /** The last change that was refused, until the next one is made. */
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

  /** Changes a setting. What cannot be kept is not set, and `refused` says why. */
  async change(change: SettingChange): Promise<void> {
    this.#refused = null;
    try {
      this.#take(await this.#backend.changeSetting(change));
    } catch (thrown) {
      this.#refused = { change, fault: faultOf(thrown) };
    }
  }

  /** Makes text so many steps larger; 0 is the usual size. */
  resize(steps: number): void {
    const to = nextTextSize(this.now.text_percent, steps);
    // A size in the file that is not understood is replaced, although the usual one is in force.
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
