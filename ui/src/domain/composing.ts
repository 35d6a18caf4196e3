// Whether a key belongs to an input method. Pure.

/** The code that systems give to a key which an input method took, whichever key it was. */
const TAKEN = 229;

/**
 * Whether a key is part of a text that is still being composed: Enter chooses a word then and means
 * nothing else. WebKit on macOS sends the Enter that ends a composition after it, with this code alone.
 */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === TAKEN;
}

/** Whether this is a deliberate press of Enter: alone, no repeat of a held key, and nothing is being composed. */
export function isEnter(event: KeyboardEvent): boolean {
  return (
    event.key === "Enter" &&
    !event.repeat &&
    !isComposing(event) &&
    !event.ctrlKey &&
    !event.metaKey &&
    !event.altKey &&
    !event.shiftKey
  );
}
