// Light, dark or what the system says. `public/theme.js` sets the same attribute before the first
// paint, from the copy kept in localStorage; the window's settings hold the truth.

import type { Backend } from "../ipc/backend";

export type ThemeChoice = "system" | "light" | "dark";

const CHOICES: readonly ThemeChoice[] = ["system", "light", "dark"];

export class Theme {
  #choice = $state<ThemeChoice>("system");
  readonly #backend: Backend;
  readonly #dark = matchMedia("(prefers-color-scheme: dark)");

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  get choice(): ThemeChoice {
    return this.#choice;
  }

  async start(): Promise<void> {
    this.#dark.addEventListener("change", () => { this.#show(); });
    const kept = await this.#backend.setting("theme");
    this.#choice = CHOICES.find((choice) => choice === kept) ?? "system";
    this.#show();
  }

  async choose(choice: ThemeChoice): Promise<void> {
    this.#choice = choice;
    this.#show();
    await this.#backend.setSetting("theme", choice);
  }

  #show(): void {
    const dark = this.#choice === "dark" || (this.#choice === "system" && this.#dark.matches);
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    localStorage.setItem("theme", this.#choice);
  }
}
