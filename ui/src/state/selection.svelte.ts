// Which story is selected on the board, and which destructive key waits for its second press.

import type { StoryId } from "../ipc/protocol";
import { SETTLING } from "./settled.svelte";

/** How long a first press of a destructive key stays armed, in milliseconds. */
const ARMED_FOR = 4000;

export class Selection {
  #story = $state<StoryId | null>(null);
  #armed = $state<StoryId | null>(null);
  #ripe = $state(false);
  #timers: ReturnType<typeof setTimeout>[] = [];

  get story(): StoryId | null {
    return this.#story;
  }

  /** The story that the next press stops. */
  get armed(): StoryId | null {
    return this.#armed;
  }

  /** Whether the second press counts: one that comes at once is half of a double one. */
  get isRipe(): boolean {
    return this.#ripe;
  }

  select(story: StoryId | null): void {
    if (story !== this.#story) this.disarm();
    this.#story = story;
  }

  /** True on the second press, half a second to a few seconds after the first; then disarmed again. */
  confirm(story: StoryId): boolean {
    const isSecond = this.#armed === story;
    if (isSecond && !this.#ripe) return false;
    this.disarm();
    if (isSecond) return true;
    this.#armed = story;
    this.#timers = [
      setTimeout(() => {
        this.#ripe = true;
      }, SETTLING),
      setTimeout(() => {
        this.disarm();
      }, ARMED_FOR),
    ];
    return false;
  }

  disarm(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#armed = null;
    this.#ripe = false;
  }
}
