// Which story is selected on the board, and which destructive key waits for its second press.

import type { StoryId } from "../ipc/protocol";

/** How long a first press of a destructive key stays armed, in milliseconds. */
const ARMED_FOR = 4000;

export class Selection {
  #story = $state<StoryId | null>(null);
  #armed = $state<StoryId | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  get story(): StoryId | null {
    return this.#story;
  }

  /** The story that the next press stops. */
  get armed(): StoryId | null {
    return this.#armed;
  }

  select(story: StoryId | null): void {
    if (story !== this.#story) this.disarm();
    this.#story = story;
  }

  /** True on the second press within a few seconds, and then disarmed again. */
  confirm(story: StoryId): boolean {
    const isSecond = this.#armed === story;
    this.disarm();
    if (isSecond) return true;
    this.#armed = story;
    this.#timer = setTimeout(() => { this.disarm(); }, ARMED_FOR);
    return false;
  }

  disarm(): void {
    clearTimeout(this.#timer);
    this.#armed = null;
  }
}
