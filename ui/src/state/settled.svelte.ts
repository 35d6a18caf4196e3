// What has just come under the hand takes no answer: a card that appeared, a row that moved, a card that got
// the focus a moment ago or is being typed over. A person cannot have read it yet.

/** How long something must stand still before it takes an answer, in milliseconds. */
export const SETTLING = 500;

/** How long a typed letter holds back the answer behind it, in milliseconds. */
export const TYPING = 1000;

export class Settled {
  #is = $state(false);
  #until = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Whether it stands still for long enough. */
  get is(): boolean {
    return this.#is;
  }

  /** Begins to wait; a longer wait that goes on already stays. */
  restart(wait = SETTLING): void {
    const now = performance.now();
    this.#until = Math.max(this.#until, now + wait);
    this.#is = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#is = true;
    }, this.#until - now);
  }

  /** Takes the timer away, with what it was for. */
  end(): void {
    clearTimeout(this.#timer);
    this.#is = false;
  }
}
