// Sets the document's title, which the shell uses as the window's title: at most once a second, and only if it changed. Titles in between
// are skipped; the last one is always shown in the end.

/** The least time between changes, in milliseconds. A little less than a second, so that a clock with whole seconds is never delayed. */
const REST = 900;
/** How long a delayed title waits, in milliseconds; the next tick of the clock comes earlier. */
const WAIT = 1000;

export class WindowTitle {
  #wanted = document.title;
  #changedAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Shows a title, at once or within the next second. */
  set(title: string): void {
    this.#wanted = title;
    if (performance.now() - this.#changedAt >= REST) this.#show();
    else
      this.#timer ??= setTimeout(() => {
        this.#show();
      }, WAIT);
  }

  /** Cancels a delayed change. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #show(): void {
    this.stop();
    if (this.#wanted === document.title) return;
    document.title = this.#wanted;
    this.#changedAt = performance.now();
  }
}
