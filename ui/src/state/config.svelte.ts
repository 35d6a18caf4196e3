// The configuration in the page: what is in force, what in its file waits for a person, and changing it. The
// engine keeps it; a change by hand is looked for when the window gets the focus.

import { faultOf, type Backend, type ConfigIntent, type Unlisten } from "../ipc/backend";
import type { Config, ConfigState, Fault } from "../ipc/protocol";

/** A change that was refused: of which setting, and why. */
export type RefusedSetting = { readonly key: string; readonly fault: Fault };

export class Configuration {
  #state = $state.raw<ConfigState | null>(null);
  #refused = $state.raw<RefusedSetting | null>(null);
  #isAccepting = $state(false);
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** What is known; null until the engine has answered. */
  get state(): ConfigState | null {
    return this.#state;
  }
  /** What is in force; null until that is known. */
  get now(): Config | null {
    return this.#state?.config ?? null;
  }
  /** The last change that was refused, until the next one is made. */
  get refused(): RefusedSetting | null {
    return this.#refused;
  }
  get isAccepting(): boolean {
    return this.#isAccepting;
  }

  start(): Unlisten {
    const look = () => void this.#load();
    window.addEventListener("focus", look);
    const end = this.#backend.onConfig((state) => {
      this.#state = state;
    });
    look();
    return () => {
      window.removeEventListener("focus", look);
      end();
    };
  }

  /** Sets one value; `null` is the usual one. What a person sets here is accepted by that. */
  async set(key: string, value: string | number | readonly string[] | null): Promise<void> {
    await this.#change(key, { do: "set_config", key, value: JSON.stringify(value), confirmed: true });
  }

  /** Puts in force what waits, as it was shown. */
  async accept(shown: ConfigState): Promise<void> {
    this.#isAccepting = true;
    await this.#change("", { do: "accept_config", file: shown.file });
    this.#isAccepting = false;
  }

  async #change(key: string, intent: ConfigIntent): Promise<void> {
    this.#refused = null;
    try {
      this.#state = await this.#backend.configure(intent);
    } catch (thrown) {
      this.#refused = { key, fault: faultOf(thrown) };
    }
  }

  async #load(): Promise<void> {
    try {
      this.#state = await this.#backend.configure({ do: "config" });
    } catch {
      // The engine is not open yet; the board says why. Its opening brings the configuration.
    }
  }
}
