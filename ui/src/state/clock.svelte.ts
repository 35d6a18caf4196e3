// The one clock of the page: the machine's wall time, corrected by what the engine says it is. It ticks as
// often as the quickest of those who show times needs it, on whole seconds or minutes, and not at all while
// the page is hidden. Ticks only say when to look; how late it is comes from the wall clock each time, so
// sleep, a slow page and a clock that was set do no harm.

import { MINUTE } from "../domain/pace";

/** A correction that changed by more than this is a clock that was set: what is shown is wrong until a tick. */
const JUMP = 1000;

export class Clock {
  #now = $state(Date.now());
  /** The engine's time less the page's; null before the engine said anything. */
  #ahead: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #runs = false;
  /** As `now`, but no signal: an effect that asks for ticks must not depend on them. */
  #tickedAt = -Infinity;
  readonly #asked = new Map<symbol, number>();
  readonly #look = () => {
    this.#tick();
  };

  /** Milliseconds since 1970, at the last tick. */
  get now(): number {
    return this.#now;
  }

  /** Takes over the machine's time of a batch. */
  tell(at: number): void {
    const ahead = at - Date.now();
    const isJump = Math.abs(ahead - (this.#ahead ?? Infinity)) > JUMP;
    this.#ahead = ahead;
    if (isJump) this.#tick();
  }

  /** Asks for a tick at least so often, in milliseconds, until the returned function is called. */
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
    // A machine that wakes may show the page before a timer fires.
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

  /** The machine's time, whether or not it ticked. */
  #wall(): number {
    return Date.now() + (this.#ahead ?? 0);
  }

  /** Somebody needs quicker ticks: at once if one is due, otherwise the next comes sooner. */
  #hurry(): void {
    const isDue = this.#wall() - this.#tickedAt >= this.#pace();
    if (isDue) this.#tick();
    else this.#wait();
  }

  #tick(): void {
    if (document.visibilityState === "hidden") return clearTimeout(this.#timer);
    this.#tickedAt = this.#wall();
    this.#now = this.#tickedAt;
    this.#wait();
  }

  #wait(): void {
    clearTimeout(this.#timer);
    if (!this.#runs || document.visibilityState === "hidden") return;
    const pace = this.#pace();
    this.#timer = setTimeout(this.#look, pace - (this.#wall() % pace));
  }
}
