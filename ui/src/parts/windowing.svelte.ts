// Which rows of a long list are drawn, and where. It holds the place of the reader: rows that turn out
// taller above, and older rows put before the first, do not move what is being read; the end is
// followed only while it is in view. The element scrolls; this class decides.

import { Heights } from "../domain/heights";

/** Browsers stop at 2^25 px, less on dense screens; beyond this the scroll range is scaled. */
const LONGEST = 8_000_000;
/** How far beyond either edge rows are drawn, in px. */
const BEYOND = 240;
/** How near to its end a list counts as being at its end, in px. */
const NEAR = 24;

/** A row, and how far the upper edge of the list is below the row's, in px. */
export type ListPlace = { readonly index: number; readonly within: number };

export class Windowing {
  readonly #heights: Heights;
  #offset = $state(0);
  #view = $state(0);
  #total = $state(0);
  #unseen = $state(0);
  /** Rises when heights change; what is read from them is read again. */
  #version = $state(0);
  #count = 0;
  #firstKey: string | undefined;
  #follows: boolean;
  #anchor: ListPlace;
  element: HTMLElement | undefined;

  /** `follows`: the list begins at its end and stays there, unless it is to begin at a row. */
  constructor(guess: number, follows: boolean, begin: ListPlace | null = null) {
    this.#heights = new Heights(0, guess);
    this.#follows = follows && begin === null;
    this.#anchor = begin ?? { index: 0, within: 0 };
  }

  /** The first row drawn, and the one after the last. */
  readonly first: number = $derived(this.#at(Math.max(0, this.#offset - BEYOND)));
  readonly end: number = $derived(Math.min(this.#rows(), this.#at(this.#offset + this.#view + BEYOND) + 1));
  /** The height of the element that makes the scroll bar. */
  readonly range: number = $derived(Math.min(this.#total, LONGEST));
  /** Where the first drawn row stands inside of it. */
  readonly top: number = $derived(this.#place(this.first));
  /** How many rows came at the end while it was out of view. */
  get unseen(): number {
    return this.#unseen;
  }
  /** Where the reader is; null at an end that is followed. */
  get place(): ListPlace | null {
    return this.#follows ? null : this.#anchor;
  }
  /** Whether the first row is near the top edge. */
  readonly atStart: boolean = $derived(this.first === 0);

  /** Takes over the rows there are now: appended, prepended, or other ones altogether. */
  update(count: number, keyOf: (index: number) => string): void {
    const firstKey = count > 0 ? keyOf(0) : undefined;
    const added = count - this.#count;
    const isFirst = this.#count === 0;
    if (this.#firstKey !== undefined && firstKey !== this.#firstKey) {
      const before = findKey(this.#firstKey, added, keyOf);
      if (before > 0) this.#heights.prepend(before);
      this.#anchor = { ...this.#anchor, index: this.#anchor.index + Math.max(0, before) };
      this.#heights.resize(count);
    } else if (added !== 0) {
      this.#heights.resize(count);
      if (!this.#follows && !isFirst && added > 0) this.#unseen += added;
    }
    this.#count = count;
    this.#firstKey = firstKey;
    this.#changed();
  }

  /** Takes over measured heights. */
  measure(rows: readonly { index: number; height: number }[]): void {
    const changed = rows.filter(({ index, height }) => height > 0 && this.#heights.set(index, height));
    if (changed.length > 0) this.#changed();
  }

  /** The list became this high. */
  resize(view: number): void {
    this.#view = view;
    this.settle();
  }

  /** A person, or this class, scrolled the element. */
  scrolled(): void {
    // Before its height is known nothing can be said of where the reader is.
    if (!this.element || this.#view === 0) return;
    // The browser moves what no longer fits its range; the reader went nowhere.
    if (this.element.clientHeight !== this.#view) {
      this.resize(this.element.clientHeight);
      return;
    }
    // The bar is whole pixels; what was set exactly is kept.
    if (Math.abs(this.#toBar(this.#offset) - this.element.scrollTop) < 1) return;
    this.#offset = this.#fromBar(this.element.scrollTop);
    this.#arrive();
  }

  /** The reader is where the list was moved to. */
  #arrive(): void {
    this.#follows = this.#offset + this.#view >= this.#total - NEAR;
    if (this.#follows) this.#unseen = 0;
    const index = this.#at(this.#offset);
    this.#anchor = { index, within: this.#offset - this.#heights.offset(index) };
  }

  /** Moves by real pixels: on a scaled range the browser's own step would be many rows. */
  wheel(event: WheelEvent): void {
    if (this.#total <= LONGEST || event.ctrlKey) return;
    event.preventDefault();
    this.#go(this.#offset + event.deltaY);
    this.#arrive();
  }

  /** Brings a row into view, as little as needed; `start` puts it at the top. */
  reveal(index: number, where: "nearest" | "start" = "nearest"): void {
    const top = this.#heights.offset(index);
    const bottom = top + this.#heights.row(index);
    if (where === "start" || top < this.#offset) this.#go(top);
    else if (bottom > this.#offset + this.#view) this.#go(bottom - this.#view);
    this.#arrive();
  }

  /** Goes to the end and follows it. */
  toEnd(): void {
    this.#follows = true;
    this.#unseen = 0;
    this.settle();
  }

  /** Puts the element where the reader is: after the rows were drawn. */
  settle(): void {
    this.#keep();
    this.#scroll();
  }

  #go(offset: number): void {
    this.#move(offset);
    this.#scroll();
  }

  /** Where the reader is, with the heights as they are now: known before anything is drawn there. */
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
    // Otherwise rows would be drawn where the reader was, and thrown away.
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

  /** The place of a row in the scroll range: exact around what is shown, at any scale. */
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
