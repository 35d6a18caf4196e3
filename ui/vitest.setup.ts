// What a browser has and jsdom does not: sizes, and being told of them.

class StillObserver implements ResizeObserver {
  observe(): void {
    return undefined;
  }
  unobserve(): void {
    return undefined;
  }
  disconnect(): void {
    return undefined;
  }
}

globalThis.ResizeObserver = StillObserver;
window.matchMedia = (media) => Object.assign(new EventTarget(), {
  matches: false, media, onchange: null, addListener: () => undefined, removeListener: () => undefined,
});
Object.defineProperties(HTMLElement.prototype, {
  clientWidth: { configurable: true, get: () => 1280 },
  clientHeight: { configurable: true, get: () => 800 },
});
