// Asks a query when `news()` or `now()` is called, never two at a time. After an answer `news()` waits for the least
// interval; `now()` does not.
// Answers that come after the end are ignored.

/** The least time between an answer and the next request, in milliseconds, and as a multiple of the time that the answer took. */
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

  /** There may be a newer answer. */
  news(): void {
    if (this.#isOver) return;
    if (this.#isAsking) this.#hasNews = true;
    else this.#timer ??= setTimeout(() => void this.#go(), Math.max(0, this.#notBefore - performance.now()));
  }

  /** The user wants a new answer now. A running request is enough. */
  now(): void {
    if (this.#isOver || this.#isAsking) return;
    void this.#go();
  }

  /** The answer is not shown any more. */
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
