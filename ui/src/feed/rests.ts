// How long the page rests between pulls. An agent that prints thousands of lines a second gives it new rows at
// every pull, and drawing all of them would take a whole core: from the programs that print, and from the keys
// that are pressed meanwhile. So after an update that took longer than a frame the page rests for about as long
// as it worked. A page that is quick does not rest.

/** What an update may take before the page rests, in milliseconds: the wait for a frame at 60 Hz. */
const FREE = 16;
/** The longest rest, in milliseconds. */
const MOST = 250;

export class Rests {
  readonly #painted: (run: () => void) => void;
  #over: Promise<void> | null = null;
  #end: () => void = () => undefined;

  /** `painted` calls back once what was changed is on screen. */
  constructor(painted: (run: () => void) => void) {
    this.#painted = painted;
  }

  /** Resolves when the page may pull again; null if it may now. */
  get over(): Promise<void> | null {
    return this.#over;
  }

  /** An update began at this time of `performance.now()`; its rows are made and not yet on screen. */
  after(began: number): void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    this.#over = new Promise((resolve) => {
      this.#end = () => {
        clearTimeout(timer);
        this.#over = null;
        resolve();
      };
    });
    const end = this.#end;
    this.#painted(() => {
      const more = performance.now() - began - FREE;
      if (more > 0) timer = setTimeout(end, Math.min(MOST, more));
      else end();
    });
  }

  /** Ends the rest: a person waits for what comes next. */
  skip(): void {
    this.#end();
  }
}
