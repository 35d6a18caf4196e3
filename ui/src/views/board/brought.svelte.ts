// A key that changes a story acts only while the story's row is in sight. Otherwise the first press brings the row there, and the key line
// says so for a while.

import type { Story } from "../../ipc/protocol";

/** How long the key line says it, in milliseconds. */
const SHOWN_FOR = 4000;

/** The story whose row was brought into sight, and what to press to act on it. */
type Said = { readonly story: Story; readonly again: string };

export class Brought {
  #said = $state.raw<Said | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  get said(): Said | null {
    return this.#said;
  }

  show(said: Said): void {
    this.hide();
    this.#said = said;
    this.#timer = setTimeout(() => {
      this.#said = null;
    }, SHOWN_FOR);
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.#said = null;
  }
}
