// Asks one question again and again while something is shown: at once for the first time, then when there
// is news, at most every few seconds and never while an answer is on its way. An answer that comes after
// nobody wants it any more is dropped.

/** The least time from an answer to the next question, in milliseconds, and how many times as long as the answer took. */
const REST = 3_000;
const TIMES = 10;

export class Refresh<Answer> {
  readonly #ask: () => Promise<Answer>;
  readonly #take: (answer: Answer) => void;
  readonly #fail: (thrown: unknown) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isAsking = false;
  #hasNews = false;
  #isOver = false;
  #notBefore = -Infinity;

  constructor(ask: () => Promise<Answer>, take: (answer: Answer) => void, fail: (thrown: unknown) => void) {
    this.#ask = ask;
    this.#take = take;
    this.#fail = fail;
  }

  /** There may be something new. */
  news(): void {
    if (this.#isOver) return;
    if (this.#isAsking) this.#hasNews = true;
    else this.#timer ??= setTimeout(() => void this.#go(), Math.max(0, this.#notBefore - performance.now()));
  }

  /** A person wants it now; a question that is on its way is enough. */
  now(): void {
    if (this.#isOver || this.#isAsking) return;
    void this.#go();
  }

  /** Nobody looks any more. */
  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  async #go(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isAsking = true;
    this.#hasNews = false;
    const began = performance.now();
    const tell = await this.#ask().then(
      (answer) => () => {
        this.#take(answer);
      },
      (thrown: unknown) => () => {
        this.#fail(thrown);
      },
    );
    this.#isAsking = false;
    this.#notBefore = performance.now() + Math.max(REST, TIMES * (performance.now() - began));
    if (this.#isOver) return;
    tell();
    if (this.#hasNews) this.news();
  }
}
