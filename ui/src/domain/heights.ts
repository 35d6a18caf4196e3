// The heights of a long list's rows: what was measured, and a guess for the rest. Rows that come are taken
// to be as high as those before them usually were, because a list that follows its end would else draw many of
// them in vain. Sums and look-ups take logarithmic time (a Fenwick tree), so a list of a million rows scrolls
// like one of a hundred.

import { UsualHeight } from "./usualHeight";

export class Heights {
  #sums: Float64Array;
  #rows: Float64Array;
  #count = 0;
  readonly #usual: UsualHeight;

  constructor(count: number, guess: number) {
    this.#usual = new UsualHeight(guess);
    this.#rows = new Float64Array(0);
    this.#sums = new Float64Array(1);
    this.resize(count);
  }

  get count(): number {
    return this.#count;
  }

  /** The height that is assumed for a row that was not measured. */
  get guess(): number {
    return this.#usual.now;
  }

  /** The height of all rows together. */
  get total(): number {
    return this.offset(this.#count);
  }

  /** The height of one row. */
  row(index: number): number {
    return this.#rows[index] ?? this.guess;
  }

  /** The height of all rows before this one. */
  offset(index: number): number {
    let sum = 0;
    for (let i = Math.min(index, this.#count); i > 0; i -= i & -i) sum += this.#sums[i] ?? 0;
    return sum;
  }

  /** The row at this distance from the top; below the end, the last one. */
  at(offset: number): number {
    let index = 0;
    let left = offset;
    for (let step = highestBit(this.#count); step > 0; step >>= 1) {
      const next = index + step;
      const sum = this.#sums[next] ?? Infinity;
      if (next <= this.#count && sum <= left) {
        index = next;
        left -= sum;
      }
    }
    return Math.max(0, Math.min(index, this.#count - 1));
  }

  /** Stores a measured height. Returns whether it differs from the one that was assumed. */
  set(index: number, height: number): boolean {
    if (index >= this.#count) return false;
    this.#usual.see(index, height);
    return this.move(index, height);
  }

  /** Gives a row the height that it has, known from its place before. Returns whether it differs from the one here. */
  move(index: number, height: number): boolean {
    const difference = height - this.row(index);
    if (index >= this.#count || Math.abs(difference) < 0.01) return false;
    this.#rows[index] = height;
    for (let i = index + 1; i <= this.#count; i += i & -i) this.#sums[i] = (this.#sums[i] ?? 0) + difference;
    return true;
  }

  /** Adds rows at the end, or removes rows from the end. */
  resize(count: number): void {
    if (count >= this.#count && count <= this.#rows.length) {
      this.#append(count);
      return;
    }
    const rows = new Float64Array(Math.max(count, Math.ceil(count * 1.5))).fill(this.guess);
    rows.set(this.#rows.subarray(0, Math.min(this.#count, count)));
    this.#rebuild(rows, count);
  }

  /** Adds rows before the first. */
  prepend(more: number): void {
    const count = this.#count + more;
    const rows = new Float64Array(Math.ceil(count * 1.5)).fill(this.guess);
    rows.set(this.#rows.subarray(0, this.#count), more);
    this.#usual.prepend(more);
    this.#rebuild(rows, count);
  }

  #append(count: number): void {
    const { guess } = this;
    for (let i = this.#count + 1; i <= count; i += 1) {
      this.#rows[i - 1] = guess;
      const before = this.offset(i - 1) - this.offset(i - (i & -i));
      this.#sums[i] = before + guess;
      this.#count = i;
    }
  }

  #rebuild(rows: Float64Array, count: number): void {
    this.#rows = rows;
    this.#count = count;
    const sums = new Float64Array(rows.length + 1);
    for (let i = 1; i <= count; i += 1) {
      sums[i] = (sums[i] ?? 0) + (rows[i - 1] ?? 0);
      const parent = i + (i & -i);
      if (parent <= count) sums[parent] = (sums[parent] ?? 0) + (sums[i] ?? 0);
    }
    this.#sums = sums;
  }
}

function highestBit(n: number): number {
  return n === 0 ? 0 : 2 ** Math.floor(Math.log2(n));
}
