// The page's clock: wall time, corrected by the engine's time. It ticks as often as the quickest user needs, on whole seconds or minutes,
// and not while the page is hidden. A tick only triggers an update; the time itself is read from the wall clock at each tick, so sleep, a
// slow page and a clock that was set do no harm.

import { MINUTE } from "../domain/pace";

/** If the correction changes by more than this (ms), a clock was set, and the page ticks at once because it shows wrong times. */
const JUMP = 1000;

export class Clock {
  #now = $state(Date.now());
  /** The engine's time minus the page's; null before the first batch. */
  #ahead: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #runs = false;
  /** The same as `now`, but not a signal: an effect that requests ticks must not depend on it. */
  #tickedAt = -Infinity;
  readonly #asked = new Map<symbol, number>();
  readonly #look = () => {
    this.#tick();
  };

  /** Milliseconds since 1970, at the last tick. */
  get now(): number {
    return this.#now;
  }

  /** Sets the correction from the engine's time in a batch. */
  tell(at: number): void {
    const ahead = at - Date.now();
    const isJump = Math.abs(ahead - (this.#ahead ?? Infinity)) > JUMP;
    this.#ahead = ahead;
    if (isJump) this.#tick();
  }

  /** Requests ticks at least this often, in milliseconds, until the returned function is called. */
  every(pace: number): () => void {
    const before = this.#pace();
    const name = Symbol("pace");
    this.#asked.set(name, pace);
    if (this.#pace() < before) this.#hurry();
    return () => void this.#asked.delete(name);
  }

  start(): void {
    this.#runs = true;
    document.addEventListener("visibilitychange", this.#look);
    // After sleep the page may be visible before a timer fires.
    window.addEventListener("focus", this.#look);
    this.#tick();
  }

  stop(): void {
    this.#runs = false;
    document.removeEventListener("visibilitychange", this.#look);
    window.removeEventListener("focus", this.#look);
    clearTimeout(this.#timer);
  }

  #pace(): number {
    return Math.min(MINUTE, ...this.#asked.values());
  }

  /** The corrected time at this moment, for what is noted once. No signal. */
  moment(): number {
    return Date.now() + (this.#ahead ?? 0);
  }

  /** The pace became quicker: ticks at once if a tick is due, else shortens the wait for the next one. */
  #hurry(): void {
    const isDue = this.moment() - this.#tickedAt >= this.#pace();
    if (isDue) this.#tick();
    else this.#wait();
  }

  #tick(): void {
    if (document.visibilityState === "hidden") return clearTimeout(this.#timer);
    this.#tickedAt = this.moment();
    this.#now = this.#tickedAt;
    this.#wait();
  }

  #wait(): void {
    clearTimeout(this.#timer);
    if (!this.#runs || document.visibilityState === "hidden") return;
    const pace = this.#pace();
    this.#timer = setTimeout(this.#look, pace - (this.moment() % pace));
  }
}
