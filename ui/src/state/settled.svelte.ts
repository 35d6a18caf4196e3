// Prevents answers to a question that the user cannot have read yet: after a card appeared, a row moved, a card got the focus, or text was
// typed, no answer is accepted for a short time, and for a longer one if it came under a pointer that was just pressed and rests.

import { whenMoved } from "./restingPointer";

/** How long something must be unchanged before it accepts an answer, in milliseconds. */
export const SETTLING = 500;

/** How long, under a pointer that was just pressed and did not move since, in milliseconds. */
export const RESTING = 1500;

/** How long no answer is accepted after a typed letter, in milliseconds. */
export const TYPING = 1000;

export class Settled {
  #is = $state(false);
  #until = 0;
  #untilAtRest = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #cancel: (() => void) | null = null;

  /** Whether it was unchanged for long enough. */
  get is(): boolean {
    return this.#is;
  }

  /** Starts the wait again. A longer wait that is already running is not shortened. */
  restart(wait = SETTLING): void {
    const now = performance.now();
    this.#until = Math.max(this.#until, now + wait);
    this.#untilAtRest = now + RESTING;
    this.#cancel?.();
    this.#cancel = whenMoved(() => {
      this.#cancel?.();
      this.#cancel = null;
      if (!this.#is) this.#wait();
    });
    this.#is = false;
    this.#wait();
  }

  /** Cancels the timer; answers are not accepted any more. */
  end(): void {
    clearTimeout(this.#timer);
    this.#cancel?.();
    this.#is = false;
  }

  #wait(): void {
    const until = this.#cancel === null ? this.#until : Math.max(this.#until, this.#untilAtRest);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#is = true;
    }, until - performance.now());
  }
}
