// Keeps which element of a view has the focus, by its name, so that it has it again when one comes back to the
// view. Only what Tab stops at is kept: a click on something else is no place of the keys.

/** An element by what it is called, and which one of that name it is. */
export type FocusPlace = { readonly name: string; readonly nth: number };

/** What a view keeps of its focus; null where nothing in it had the focus. */
export class Focused {
  place: FocusPlace | null = null;
}

/** What stays while views change. */
const AROUND = "header, [role=dialog]";
/** Names of these change with what they show. */
const BY_ROLE = ["slider", "grid", "feed", "group"];
/** What is loaded later is waited for so long, in milliseconds. */
const TIMEOUT = 5000;

/** The place of the focus in the view that is shown; null where it is elsewhere. */
export function placeOfFocus(): FocusPlace | null {
  const all = stops();
  const at = all.findIndex((each) => each === document.activeElement);
  const found = all[at];
  if (!found) return null;
  const name = nameOf(found);
  return { name, nth: all.slice(0, at).filter((each) => nameOf(each) === name).length };
}

/** Gives the focus back to a place as soon as it is there, unless a person does something first. The returned
    function gives up. */
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

/** What can have the focus by Tab. */
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
