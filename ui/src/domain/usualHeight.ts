// How high a row is taken to be that was not measured yet: as high as the one in the middle of those that were
// measured lately. One row that is much higher than all others, or one that grows while it is watched, says
// nothing about the next: taken to be as high, it would lead a list that follows its end past what is in view.

/** How many rows it is about. */
const LATELY = 16;

type Measured = { index: number; readonly height: number };

export class UsualHeight {
  /** The newest last, each row once; before anything was measured there is the guess, which belongs to no row. */
  #lately: Measured[];

  constructor(guess: number) {
    this.#lately = [{ index: NaN, height: guess }];
  }

  /** The one in the middle, the lower of two. */
  get now(): number {
    const sorted = this.#lately.map(({ height }) => height).toSorted((a, b) => a - b);
    return sorted[(sorted.length - 1) >> 1] ?? 0;
  }

  /** A row was measured, for the first time or again. */
  see(index: number, height: number): void {
    const others = this.#lately.filter((each) => each.index !== index);
    this.#lately = [...others, { index, height }].slice(-LATELY);
  }

  /** So many rows came before the first. */
  prepend(more: number): void {
    for (const each of this.#lately) each.index += more;
  }
}
