// The machine's time as the engine told it, moved on by the page's steady clock: countdowns do not
// jump when somebody sets the computer's time. It ticks once a second, on the second.

export class Clock {
  #now = $state(Date.now());
  #told: { at: number; steady: number } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Milliseconds since 1970, at the last tick. */
  get now(): number {
    return this.#now;
  }

  /** Takes over the machine's time of a batch. */
  tell(at: number): void {
    const isFirst = this.#told === null;
    this.#told = { at, steady: performance.now() };
    if (isFirst) this.#now = at;
  }

  start(): void {
    this.#tick();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #tick(): void {
    this.#now = this.#told ? this.#told.at + (performance.now() - this.#told.steady) : Date.now();
    this.#timer = setTimeout(() => { this.#tick(); }, 1000 - (this.#now % 1000));
  }
}
