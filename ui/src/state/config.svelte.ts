// The configuration in the page: the values in force, the changes in its file that wait to be accepted, and setting values. The engine
// stores it. When the window gets the focus, the page asks whether the file was changed by hand.

import { spoken } from "../domain/fault";
import { faultOf, type Backend, type ConfigIntent, type Unlisten } from "../ipc/backend";
import type { Config, ConfigState, Fault } from "../ipc/protocol";

/** A refused change: the key of the setting, and the fault. */
export type RefusedSetting = { readonly key: string; readonly fault: Fault };

export class Configuration {
  #state = $state.raw<ConfigState | null>(null);
  #refused = $state.raw<RefusedSetting | null>(null);
  #isAccepting = $state(false);
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** The state; null until the engine has answered. */
  get state(): ConfigState | null {
    return this.#state;
  }
  /** The values in force; null until the engine has answered. */
  get now(): Config | null {
    return this.#state?.config ?? null;
  }
  /** Why the file cannot be used; null if it can. */
  get problem(): Fault | null {
    return spoken(this.#state?.problem ?? null);
  }
  /** The last refused change, until the next change is made. */
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

  /** Sets a value; `null` is the default. A value that is set here needs no further confirmation. */
  async set(key: string, value: string | number | boolean | readonly string[] | null): Promise<void> {
    await this.#change(key, { op: "set_config", key, value: JSON.stringify(value), confirmed: true });
  }

  /** Accepts the waiting changes as they were shown. */
  async accept(shown: ConfigState): Promise<void> {
    this.#isAccepting = true;
    await this.#change("", { op: "accept_config", file: shown.file });
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
      this.#state = await this.#backend.configure({ op: "config" });
    } catch {
      // The engine is not open yet, and the board says why. When it opens, it sends the configuration.
    }
  }
}
