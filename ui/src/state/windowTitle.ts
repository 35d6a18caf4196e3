// Sets the document's title, which the shell gives to the window: at most once a second, and only when it
// is another. What came in between is left out; what was said last is always shown in the end.

/** What comes sooner than this after a change waits; a clock that ticks on whole seconds is never too soon. */
const REST = 900;
/** What waits is shown after so long if nothing newer is, in milliseconds: by then the next second ticked. */
const WAIT = 1000;

export class WindowTitle {
  #wanted = document.title;
  #changedAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Shows a title, at once or with what is said in the next second. */
  set(title: string): void {
    this.#wanted = title;
    if (performance.now() - this.#changedAt >= REST) this.#show();
    else
      this.#timer ??= setTimeout(() => {
        this.#show();
      }, WAIT);
  }

  /** Changes nothing any more. */
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
