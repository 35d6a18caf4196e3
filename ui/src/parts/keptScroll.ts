// Stores a scroll position by the child at the upper edge, so that it is restored correctly even if the content above has changed its
// height. Long lists of rows use the class Windowing instead.

/** The index of the child at the upper edge, and how far the edge is below the child's top, in px. */
export type ScrollPlace = { readonly child: number; readonly within: number };

/** The state of a view that stores only its scroll position; null at the beginning. */
export class Scrolled {
  scroll: ScrollPlace | null = null;
}

/** An attachment: scrolls to the stored place, stays there until the user scrolls, and stores where the user scrolls to. */
export function keptScroll(kept: Scrolled) {
  return (element: HTMLElement) => {
    let isTheirs = false;
    let put = 0;
    const hold = () => {
      if (isTheirs) return;
      element.scrollTop = offsetOf(element, kept.scroll);
      put = element.scrollTop;
    };
    const keep = () => {
      isTheirs ||= Math.abs(element.scrollTop - put) > 1;
      if (isTheirs) kept.scroll = placeOf(element);
    };
    // Content that is loaded or measured later moves the stored place.
    const size = new ResizeObserver(hold);
    const watch = () => {
      for (const child of element.children) size.observe(child);
      hold();
    };
    const content = new MutationObserver(watch);
    content.observe(element, { childList: true });
    watch();
    element.addEventListener("scroll", keep, { passive: true });
    return () => {
      size.disconnect();
      content.disconnect();
      element.removeEventListener("scroll", keep);
    };
  };
}

function placeOf(element: HTMLElement): ScrollPlace | null {
  if (element.scrollTop <= 0) return null;
  const children = [...element.children];
  const edge = element.getBoundingClientRect().top;
  const at = Math.max(
    0,
    children.findLastIndex((each) => each.getBoundingClientRect().top <= edge),
  );
  return { child: at, within: edge - (children[at]?.getBoundingClientRect().top ?? edge) };
}

function offsetOf(element: HTMLElement, place: ScrollPlace | null): number {
  const child = place && element.children[place.child];
  if (!child) return 0;
  const edge = element.getBoundingClientRect().top - element.scrollTop;
  return child.getBoundingClientRect().top - edge + place.within;
}
