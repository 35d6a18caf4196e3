// Which rows of a long list are drawn, and where. The reader's place is kept: rows above that turn out taller, and older rows that are
// added before the first, do not move what is being read. New rows at the end are followed only while the end is visible. The element
// scrolls; this class computes the positions.

import { Heights } from "../domain/heights";

/** Browsers limit heights to 2^25 px, less on high-density screens; above this height the scroll range is scaled down. */
const LONGEST = 8_000_000;
/** How far beyond the edges rows are drawn, in px. */
const BEYOND = 240;
/** How far beyond the edges rows are drawn while new rows push out all that were drawn, in px. */
const BEYOND_IN_FLOOD = 24;
/** When rows are drawn further out again after such an update, in milliseconds. */
const FLOOD_OVER = 300;
/** A list counts as being at its end if it is at most this far from it, in px. */
const NEAR = 24;

/** How many rows beyond the drawn ones are searched for a row that moved, besides as many as came or went. */
const SHIFTED = 64;

/** A row, and how far the upper edge of the list is below the row's top, in px. */
export type ListPlace = { readonly index: number; readonly within: number };

export class Windowing {
  readonly #heights: Heights;
  #offset = $state(0);
  #view = $state(0);
  #total = $state(0);
  #unseen = $state(0);
  /** How far beyond the edges rows are drawn now. */
  #beyond = $state(BEYOND);
  #flood: ReturnType<typeof setTimeout> | undefined;
  #passes = $state(false);
  /** Incremented when heights change, so that values derived from them are computed again. */
  #version = $state(0);
  #count = 0;
  #firstKey: string | undefined;
  #follows: boolean;
  #anchor: ListPlace;
  /** The drawn rows by name: rows that go away between others move those behind them to other indices. */
  #drawn: { readonly from: number; readonly keys: readonly string[] } = { from: 0, keys: [] };
  #keyOf: (index: number) => string = String;
  element: HTMLElement | undefined;

  /** `follows`: the list begins at its end and stays there, unless `begin` is given. */
  constructor(guess: number, follows: boolean, begin: ListPlace | null = null) {
    this.#heights = new Heights(0, guess);
    this.#follows = follows && begin === null;
    this.#anchor = begin ?? { index: 0, within: 0 };
  }

  /** The first drawn row, and the one after the last. */
  readonly first: number = $derived(this.#at(Math.max(0, this.#offset - this.#beyond)));
  readonly end: number = $derived(
    Math.min(this.#rows(), this.#at(this.#offset + this.#view + this.#beyond) + 1),
  );
  /** The height of the inner element, which determines the scroll bar. */
  readonly range: number = $derived(Math.min(this.#total, LONGEST));
  /** The position of the first drawn row within it. */
  readonly top: number = $derived(this.#place(this.first));
  /** How many rows were added at the end while it was not visible. */
  get unseen(): number {
    return this.#unseen;
  }
  /** The reader's place; null at an end that is followed. */
  get place(): ListPlace | null {
    return this.#follows ? null : this.#anchor;
  }
  /** The place at the upper edge, also at an end that is followed. */
  get upper(): ListPlace {
    const index = this.#heights.at(this.#offset);
    return { index, within: this.#offset - this.#heights.offset(index) };
  }
  /** Whether one update after the other replaces all drawn rows, so that nobody can read them. */
  get passes(): boolean {
    return this.#passes;
  }
  /** Whether the first row is drawn. */
  readonly atStart: boolean = $derived(this.first === 0);

  /** Sets the rows: some were added or removed anywhere, or all are different. */
  update(count: number, keyOf: (index: number) => string): void {
    const firstKey = count > 0 ? keyOf(0) : undefined;
    const added = count - this.#count;
    const isFirst = this.#count === 0;
    const { from, keys } = this.#drawn;
    const heights = keys.map((_, n) => this.#heights.row(from + n));
    let shift = 0;
    if (this.#firstKey !== undefined && firstKey !== this.#firstKey) {
      shift = findKey(this.#firstKey, added, keyOf);
      if (shift > 0) this.#heights.prepend(shift);
      this.#anchor = { ...this.#anchor, index: this.#anchor.index + shift };
      this.#heights.resize(count);
    } else if (added !== 0) {
      this.#heights.resize(count);
      if (!this.#follows && !isFirst && added > 0) this.#unseen += added;
    }
    if (this.#follows && keys.length > 0 && added >= keys.length) this.#spare();
    this.#count = count;
    this.#firstKey = firstKey;
    this.#keyOf = keyOf;
    this.#find({ from: from + shift, keys, heights }, SHIFTED + Math.abs(added));
    this.#changed();
    this.#name();
  }

  /** Draws little beyond the edges while every update replaces all drawn rows: nobody can scroll to them. */
  #spare(): void {
    // Once is not a flood: two long steps can fill the view.
    this.#passes = this.#flood !== undefined;
    this.#beyond = BEYOND_IN_FLOOD;
    clearTimeout(this.#flood);
    this.#flood = setTimeout(() => {
      this.#calm();
      this.#name();
    }, FLOOD_OVER);
  }

  /** Draws rows as usual again. */
  #calm(): void {
    clearTimeout(this.#flood);
    this.#flood = undefined;
    this.#beyond = BEYOND;
    this.#passes = false;
  }

  /** Ends the timer of a list that is not shown any more. */
  dispose(): void {
    clearTimeout(this.#flood);
  }

  /** Finds the rows that were drawn where they are now, with their heights, which are not measured again, and the
      reader's place among them. */
  #find(before: { from: number; keys: readonly string[]; heights: readonly number[] }, most: number): void {
    const { from, keys, heights } = before;
    if (keys.every((key, n) => from + n < this.#count && this.#keyOf(from + n) === key)) return;
    const places = new Map<string, number>();
    const end = Math.min(this.#count, from + keys.length + most);
    for (let at = Math.max(0, from - most); at < end; at += 1) places.set(this.#keyOf(at), at);
    for (const [n, key] of keys.entries()) {
      const at = places.get(key);
      if (at !== undefined) this.#heights.move(at, heights[n] ?? this.#heights.guess);
    }
    const anchor = places.get(keys[this.#anchor.index - from] ?? "");
    if (anchor !== undefined) this.#anchor = { ...this.#anchor, index: anchor };
  }

  /** Remembers the names of the drawn rows, until rows come or go. It reads no derived value: one that is read between
      a change and the drawing counts as drawn, and the list would not follow. */
  #name(): void {
    if (!this.element) return;
    const from = this.#heights.at(Math.max(0, this.#offset - this.#beyond));
    const end = Math.min(this.#count, this.#heights.at(this.#offset + this.#view + this.#beyond) + 1);
    this.#drawn = { from, keys: Array.from({ length: end - from }, (_, n) => this.#keyOf(from + n)) };
  }

  /** Stores measured heights. */
  measure(rows: readonly { index: number; height: number }[]): void {
    const changed = rows.filter(({ index, height }) => height > 0 && this.#heights.set(index, height));
    if (changed.length === 0) return;
    this.#changed();
    this.#name();
  }

  /** The visible height changed. */
  resize(view: number): void {
    this.#view = view;
    this.settle();
  }

  /** The element was scrolled, by the user or by this class. */
  scrolled(): void {
    // Before its height is known, the reader's place cannot be determined.
    if (!this.element || this.#view === 0) return;
    // When the range changes the browser corrects the scroll position; the user did not scroll.
    if (this.element.clientHeight !== this.#view) {
      this.resize(this.element.clientHeight);
      return;
    }
    // The scroll position has whole pixels; an exact offset that matches it is kept.
    if (Math.abs(this.#toBar(this.#offset) - this.element.scrollTop) < 1) return;
    this.#offset = this.#fromBar(this.element.scrollTop);
    this.#arrive();
  }

  /** Sets the reader's place from the present offset. */
  #arrive(): void {
    this.#follows = this.#offset + this.#view >= this.#total - NEAR;
    if (!this.#follows) this.#calm();
    if (this.#follows) this.#unseen = 0;
    const index = this.#at(this.#offset);
    this.#anchor = { index, within: this.#offset - this.#heights.offset(index) };
    this.#name();
  }

  /** Scrolls by real pixels: on a scaled range the browser's own step would be many rows. */
  wheel(event: WheelEvent): void {
    if (this.#total <= LONGEST || event.ctrlKey) return;
    event.preventDefault();
    this.#go(this.#offset + event.deltaY);
    this.#arrive();
  }

  /** Scrolls a row into view, as little as needed; `start` puts it at the top. */
  reveal(index: number, where: "nearest" | "start" = "nearest"): void {
    // Before its height is known, nothing counts as out of sight.
    if (where === "nearest" && this.#view === 0) return;
    const top = this.#heights.offset(index);
    const bottom = top + this.#heights.row(index);
    if (where === "start" || top < this.#offset) this.#go(top);
    else if (bottom > this.#offset + this.#view) this.#go(bottom - this.#view);
    this.#arrive();
  }

  /** Scrolls to the end and follows it. */
  toEnd(): void {
    this.#follows = true;
    this.#unseen = 0;
    this.settle();
  }

  /** Scrolls the element to the reader's place, after the rows were drawn. */
  settle(): void {
    this.#keep();
    this.#scroll();
    this.#name();
  }

  #go(offset: number): void {
    this.#move(offset);
    this.#scroll();
  }

  /** Computes the offset of the reader's place with the present heights, before the rows are drawn. */
  #keep(): void {
    const { index, within } = this.#anchor;
    this.#move(this.#follows ? this.#total : this.#heights.offset(index) + within);
  }

  #move(offset: number): void {
    this.#offset = Math.max(0, Math.min(offset, this.#total - this.#view));
  }

  #scroll(): void {
    if (this.element) this.element.scrollTop = this.#toBar(this.#offset);
  }

  #changed(): void {
    this.#total = this.#heights.total;
    this.#version += 1;
    // Otherwise rows at the old offset would be drawn in vain.
    this.#keep();
  }

  #at(offset: number): number {
    void this.#version;
    return this.#heights.at(offset);
  }

  #rows(): number {
    void this.#version;
    return this.#heights.count;
  }

  /** The position of a row in the scroll range; exact near the visible rows, at any scale. */
  #place(index: number): number {
    void this.#version;
    return this.#toBar(this.#offset) + this.#heights.offset(index) - this.#offset;
  }

  #toBar(offset: number): number {
    return this.#total <= LONGEST ? offset : (offset * (LONGEST - this.#view)) / (this.#total - this.#view);
  }

  #fromBar(scroll: number): number {
    return this.#total <= LONGEST ? scroll : (scroll * (this.#total - this.#view)) / (LONGEST - this.#view);
  }
}

function findKey(key: string, most: number, keyOf: (index: number) => string): number {
  for (let index = 1; index <= most; index += 1) if (keyOf(index) === key) return index;
  return 0;
}
