// Sets the document's title, which the shell gives to the window: at most once a second, and only when it
// is another. What came in between is left out; what was said last is always shown in the end.

/** The least time between two changes, in milliseconds. */
const REST = 1000;

export class WindowTitle {
  #wanted = document.title;
  #changedAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Shows a title, at once or when the last change is a second ago. */
  set(title: string): void {
    this.#wanted = title;
    if (this.#timer !== undefined) return;
    const rest = this.#changedAt + REST - performance.now();
    if (rest <= 0) this.#show();
    else this.#timer = setTimeout(() => { this.#show(); }, rest);
  }

  /** Changes nothing any more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #show(): void {
    this.#timer = undefined;
    if (this.#wanted === document.title) return;
    document.title = this.#wanted;
    this.#changedAt = performance.now();
  }
}
