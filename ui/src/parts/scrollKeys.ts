// Keys that scroll the main part of a view, without clicking into it first. If an element has the focus, that element gets the keys. A view
// marks the part with `data-scrolls`.

/** How far an arrow key scrolls, in px. */
const LINE = 40;
/** The part of the visible height that a page key scrolls; less than 1, so that the reader finds the place again. */
const PAGE = 0.9;

/** Scrolls by a key that nothing else handled. Returns whether it did. */
export function scrollByKey(event: KeyboardEvent): boolean {
  const { activeElement, body } = document;
  if (event.defaultPrevented || (activeElement !== null && activeElement !== body)) return false;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const part = [...document.querySelectorAll<HTMLElement>("[data-scrolls]")].find(
    (each) => each.clientHeight > 0 && each.scrollHeight > each.clientHeight,
  );
  if (!part) return false;
  const by = distanceOf(event, part);
  if (by === undefined) return false;
  event.preventDefault();
  part.scrollTop += by;
  return true;
}

function distanceOf({ key, shiftKey }: KeyboardEvent, part: HTMLElement): number | undefined {
  const page = part.clientHeight * PAGE;
  switch (key) {
    case "PageDown":
      return page;
    case "PageUp":
      return -page;
    case " ":
      return shiftKey ? -page : page;
    case "ArrowDown":
      return LINE;
    case "ArrowUp":
      return -LINE;
    case "End":
      return part.scrollHeight;
    case "Home":
      return -part.scrollHeight;
    default:
      return undefined;
  }
}
