import { describe, expect, it, vi } from "vitest";
import { Windowing, type ListPlace } from "./windowing.svelte";

/** A fake scrolling element: whole pixels, within its range. */
class Scroller {
  #top = 0;
  clientHeight = VIEW;
  readonly windowing: Windowing;

  constructor(windowing: Windowing) {
    this.windowing = windowing;
  }

  get scrollTop(): number {
    return this.#top;
  }

  set scrollTop(top: number) {
    this.#top = Math.round(Math.max(0, Math.min(top, this.windowing.range - this.clientHeight)));
  }
}

const VIEW = 500;
const ROW = 20;

/** A list of numbered rows, updated as a component does it. */
class List {
  readonly windowing: Windowing;
  readonly element: Scroller;
  first = 0;
  count = 0;

  constructor(count: number, follows = true, begin: ListPlace | null = null) {
    this.windowing = new Windowing(ROW, follows, begin);
    this.element = new Scroller(this.windowing);
    this.windowing.element = this.element as unknown as HTMLElement;
    this.put(0, count);
    this.windowing.resize(VIEW);
  }

  put(first: number, count: number): void {
    this.first = first;
    this.count = count;
    this.windowing.update(count, (index) => String(first + index));
    this.windowing.settle();
    this.windowing.scrolled();
  }

  /** Shows rows by their names. */
  show(rows: readonly string[]): void {
    this.count = rows.length;
    this.windowing.update(rows.length, (index) => rows[index] ?? "");
    this.windowing.settle();
    this.windowing.scrolled();
  }

  scroll(top: number): void {
    this.element.scrollTop = top;
    this.windowing.scrolled();
  }

  measure(index: number, height: number): void {
    this.windowing.measure([{ index, height }]);
    this.windowing.settle();
    this.windowing.scrolled();
  }

  /** The position of a row's top relative to the visible area. */
  seen(name: number): number {
    const { windowing, element } = this;
    const index = name - this.first;
    const drawn = Array.from(
      { length: index - windowing.first },
      (_, n) => this.heights.get(windowing.first + n) ?? ROW,
    );
    return windowing.top + drawn.reduce((sum, each) => sum + each, 0) - element.scrollTop;
  }

  readonly heights = new Map<number, number>();
}

describe("Windowing", () => {
  it("draws only what is in view while each update replaces all of it, and around it when that is over", () => {
    vi.useFakeTimers();
    const list = new List(1_000);
    const drawn = () => list.windowing.end - list.windowing.first;
    expect(drawn()).toBe(37);
    list.put(0, 1_010);
    expect(drawn()).toBe(37);
    list.put(0, 1_100);
    expect(drawn()).toBe(27);
    vi.advanceTimersByTime(300);
    expect(drawn()).toBe(37);
    list.put(0, 1_200);
    expect(drawn()).toBe(27);
    list.scroll(2_000);
    expect(drawn()).toBe(50);
    vi.useRealTimers();
  });

  it("says that rows pass when one update after the other replaces all that are drawn, and not after one", () => {
    vi.useFakeTimers();
    const list = new List(1_000);
    const passes: boolean[] = [];
    for (const rows of [1_100, 1_200, 1_210, 1_300]) {
      list.put(0, rows);
      passes.push(list.windowing.passes);
    }
    expect(passes).toEqual([false, true, true, true]);
    vi.advanceTimersByTime(300);
    expect(list.windowing.passes).toBe(false);
    list.put(0, 1_400);
    list.put(0, 1_500);
    expect(list.windowing.passes).toBe(true);
    list.scroll(2_000);
    expect(list.windowing.passes).toBe(false);
    vi.useRealTimers();
  });

  it("draws what is in view and a little around it", () => {
    const list = new List(10_000, false);
    expect([list.windowing.first, list.windowing.end]).toEqual([0, 38]);
    list.scroll(100_000);
    expect([list.windowing.first, list.windowing.end]).toEqual([4988, 5038]);
    expect(list.windowing.top).toBe(4988 * ROW);
  });

  it("begins at the end and follows it", () => {
    const list = new List(100);
    expect(list.element.scrollTop).toBe(100 * ROW - VIEW);
    list.put(0, 120);
    expect(list.element.scrollTop).toBe(120 * ROW - VIEW);
    expect(list.windowing.unseen).toBe(0);
  });

  it("begins at a row that was left, whatever stands above it, and says where it is read", () => {
    const list = new List(100, true, { index: 40, within: 7 });
    expect([list.element.scrollTop, list.windowing.unseen]).toEqual([807, 0]);
    list.heights.set(39, 120);
    list.measure(39, 120);
    expect([list.seen(40), list.windowing.place]).toEqual([-7, { index: 40, within: 7 }]);
    list.put(0, 103);
    expect([list.windowing.place, list.windowing.unseen]).toEqual([{ index: 40, within: 7 }, 3]);
    list.put(-50, 153);
    expect(list.windowing.place).toEqual({ index: 90, within: 7 });
    list.windowing.toEnd();
    expect(list.windowing.place).toBeNull();
  });

  it("begins at a row near its end, though rows turn out higher than they were taken to be", () => {
    const list = new List(100, true, { index: 97, within: 0 });
    for (const index of [97, 98, 99]) list.measure(index, 300);
    expect(list.seen(97)).toBe(0);
  });

  it("stays where one reads, counts what comes, and forgets it at the end", () => {
    const list = new List(100);
    list.scroll(600);
    list.put(0, 112);
    expect([list.element.scrollTop, list.windowing.unseen]).toEqual([600, 12]);
    list.windowing.toEnd();
    list.windowing.scrolled();
    expect([list.element.scrollTop, list.windowing.unseen]).toEqual([112 * ROW - VIEW, 0]);
  });

  it("does not move what is read when rows above turn out taller", () => {
    const list = new List(100, false);
    list.scroll(1000);
    list.measure(10, 140);
    expect(list.element.scrollTop).toBe(1120);
    expect(list.seen(50)).toBe(0);
    list.measure(60, 90);
    expect(list.element.scrollTop).toBe(1120);
  });

  it("does not move what is read when older rows are put before", () => {
    const list = new List(100, false);
    list.scroll(730);
    const before = list.seen(40);
    list.put(-50, 150);
    expect(list.seen(40)).toBe(before);
    expect(list.element.scrollTop).toBe(730 + 50 * ROW);
  });

  it("stays at the end while its rows are measured", () => {
    const list = new List(100);
    list.measure(99, 300);
    expect(list.element.scrollTop).toBe(100 * ROW - ROW + 300 - VIEW);
  });

  it("draws nothing in vain: it knows where the reader will be before the element is there", () => {
    const list = new List(100);
    list.windowing.update(130, String);
    expect([list.windowing.first, list.windowing.end]).toEqual([130 - 37, 130]);
    list.windowing.settle();
    expect([list.windowing.first, list.windowing.end]).toEqual([130 - 37, 130]);
    list.scroll(1000);
    list.windowing.measure([{ index: 0, height: 520 }]);
    expect(list.windowing.first).toBe(50 - 12);
  });

  it("keeps a very high last row drawn when rows come behind it", () => {
    const list = new List(5);
    list.measure(4, 12_800);
    list.put(0, 7);
    expect([list.windowing.first, list.windowing.end]).toEqual([4, 7]);
  });

  it("follows the end when its element becomes higher, and holds the place of who reads", () => {
    const list = new List(100);
    const grow = (height: number) => {
      list.element.clientHeight = height;
      // The browser first reports the corrected scroll position, then the changed size.
      list.scroll(list.element.scrollTop);
      list.windowing.resize(height);
    };
    grow(200);
    expect(list.element.scrollTop).toBe(100 * ROW - 200);
    grow(VIEW);
    expect(list.element.scrollTop).toBe(100 * ROW - VIEW);
    list.put(0, 120);
    expect(list.element.scrollTop).toBe(120 * ROW - VIEW);
    list.scroll(600);
    grow(900);
    expect(list.element.scrollTop).toBe(600);
    list.put(0, 121);
    expect(list.element.scrollTop).toBe(600);
  });

  it("brings a row into view, as little as needed", () => {
    const list = new List(100, false);
    list.windowing.reveal(10);
    expect(list.element.scrollTop).toBe(0);
    list.windowing.reveal(40);
    expect(list.element.scrollTop).toBe(41 * ROW - VIEW);
    list.windowing.reveal(3);
    expect(list.element.scrollTop).toBe(60);
    list.windowing.reveal(50, "start");
    expect(list.element.scrollTop).toBe(1000);
  });

  it("scales a range that no browser can scroll, and still reaches every row", () => {
    const list = new List(2_000_000, false);
    expect(list.windowing.range).toBe(8_000_000);
    list.scroll(8_000_000);
    expect(list.windowing.end).toBe(2_000_000);
    list.scroll(4_000_000);
    const first = list.windowing.first;
    expect(Math.abs(first - 1_000_000)).toBeLessThan(100);
    const wheel = new WheelEvent("wheel", { deltaY: ROW * 3, cancelable: true });
    list.windowing.wheel(wheel);
    expect(wheel.defaultPrevented).toBe(true);
    expect(list.windowing.first).toBe(first + 3);
  });

  it("stays at the end when a row between others goes away, and knows the heights of those behind it", () => {
    const names = Array.from({ length: 40 }, (_, n) => `row ${n}`);
    const list = new List(0);
    list.show(names);
    // A high prompt, and behind it two rows of other heights. Only rows whose size changes are measured.
    for (const [index, height] of [
      [37, 200],
      [38, 30],
      [39, 50],
    ] as const)
      list.measure(index, height);
    const heightOf = (rest: number) => 37 * ROW + rest;
    expect(list.element.scrollTop).toBe(heightOf(280) - VIEW);
    const less = names.toSpliced(37, 1);
    list.show(less);
    expect([list.windowing.range, list.element.scrollTop]).toEqual([heightOf(80), heightOf(80) - VIEW]);
    // It goes away while another one comes, so that there are as many rows as before.
    list.show([...less.toSpliced(37, 1), "another"]);
    expect(list.element.scrollTop).toBe(list.windowing.range - VIEW);
    expect(list.windowing.place).toBeNull();
  });

  it("holds the place of who reads when a row above goes away", () => {
    const names = Array.from({ length: 100 }, (_, n) => `row ${n}`);
    const list = new List(0, false);
    list.show(names);
    list.measure(38, 120);
    list.scroll(40 * ROW + 100 + 5);
    expect(list.windowing.place).toEqual({ index: 40, within: 5 });
    list.show(names.toSpliced(38, 1));
    expect(list.windowing.place).toEqual({ index: 39, within: 5 });
    expect(list.element.scrollTop).toBe(39 * ROW + 5);
  });

  it("holds the place of who reads when very many rows come between those above", () => {
    const names = Array.from({ length: 100 }, (_, n) => `row ${n}`);
    const list = new List(0, false);
    list.show(names);
    list.scroll(40 * ROW + 5);
    const more = Array.from({ length: 500 }, (_, n) => `read late ${n}`);
    list.show(names.toSpliced(39, 1, ...more));
    expect(list.windowing.place).toEqual({ index: 539, within: 5 });
    expect(list.windowing.upper).toEqual({ index: 539, within: 5 });
  });

  it("begins anew with other rows", () => {
    const list = new List(100);
    list.put(5000, 10);
    expect([list.windowing.first, list.windowing.end]).toEqual([0, 10]);
  });
});
