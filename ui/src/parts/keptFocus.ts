// Stores which element of a view has the focus, by its name, so that it gets the focus again on return. Only tab stops are stored.

/** An element, by its name and its index among the elements of the same name. */
export type FocusPlace = { readonly name: string; readonly nth: number };

/** The stored focus of a view; null if nothing in the view had it. */
export class Focused {
  place: FocusPlace | null = null;
}

/** Elements outside of the view, which stay when views change. */
const AROUND = "header, [role=dialog]";
/** Elements with these roles are named by role, because their labels change with their contents. */
const BY_ROLE = ["slider", "grid", "feed", "group"];
/** How long to wait for an element that is loaded later, in milliseconds. */
const TIMEOUT = 5000;

/** The place of the focus in the shown view; null if the focus is elsewhere. */
export function placeOfFocus(): FocusPlace | null {
  const all = stops();
  const at = all.findIndex((each) => each === document.activeElement);
  const found = all[at];
  if (!found) return null;
  const name = nameOf(found);
  return { name, nth: all.slice(0, at).filter((each) => nameOf(each) === name).length };
}

/**
 * Focuses the element at a place as soon as it exists, unless the user presses a key, clicks or moves the focus first. The returned
 * function cancels that.
 */
export function returnFocus(place: FocusPlace): () => void {
  const acts = ["keydown", "pointerdown", "focusin"] as const;
  const content = new MutationObserver(look);
  const timer = setTimeout(end, TIMEOUT);
  function end(): void {
    content.disconnect();
    clearTimeout(timer);
    for (const act of acts) document.removeEventListener(act, end, true);
  }
  function look(): void {
    const found = stops().filter((each) => nameOf(each) === place.name)[place.nth];
    if (!found) return;
    end();
    found.focus({ preventScroll: true });
  }
  content.observe(document.body, { childList: true, subtree: true });
  for (const act of acts) document.addEventListener(act, end, true);
  look();
  return end;
}

/** The tab stops of the view. */
function stops(): HTMLElement[] {
  const all = document.querySelectorAll<HTMLElement>(
    "a[href], button, input, select, textarea, [tabindex], summary",
  );
  return [...all].filter(
    (each) => each.tabIndex >= 0 && !each.matches(":disabled") && each.closest(AROUND) === null,
  );
}

function nameOf(element: HTMLElement): string {
  const role = element.role ?? "";
  if (BY_ROLE.includes(role)) return role;
  const label = element.ariaLabel ?? element.textContent.replaceAll(/\s+/g, " ").trim();
  return [element.tagName, role, element.id || label].join(" ");
}
