// The selected story on the board, and whether a destructive key waits for its second press.

import type { StoryId } from "../ipc/protocol";
import { SETTLING } from "./settled.svelte";

/** How long the first press of a destructive key is remembered, in milliseconds. */
const ARMED_FOR = 4000;

export class Selection {
  #story = $state<StoryId | null>(null);
  #armed = $state<StoryId | null>(null);
  #ripe = $state(false);
  #hasty = $state(false);
  #followed: StoryId | null = null;
  #timers: ReturnType<typeof setTimeout>[] = [];

  get story(): StoryId | null {
    return this.#story;
  }

  /** The story that a second press stops. */
  get armed(): StoryId | null {
    return this.#armed;
  }

  /** Whether a second press counts: one that comes immediately may be an accidental double press. */
  get isRipe(): boolean {
    return this.#ripe;
  }

  /** Whether a second press came too early to count. */
  get isHasty(): boolean {
    return this.#hasty;
  }

  /** The story that a person has go on: while it is selected, it is brought into sight where it goes. */
  get followed(): StoryId | null {
    return this.#followed;
  }

  follow(story: StoryId | null): void {
    this.#followed = story;
  }

  select(story: StoryId | null): void {
    if (story !== this.#story) this.disarm();
    this.#story = story;
  }

  /** Returns true for a second press in time, which is from half a second to four seconds after the first; it then starts over. */
  confirm(story: StoryId): boolean {
    const isSecond = this.#armed === story;
    if (isSecond && !this.#ripe) {
      this.#hasty = true;
      return false;
    }
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
    this.#hasty = false;
  }
}
