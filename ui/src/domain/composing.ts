// Tells keystrokes that belong to an input method from others. Pure.

/** The key code that systems report for every key that an input method handled. */
const TAKEN = 229;

/**
 * Whether the key is part of a text that is still being composed: Enter then only chooses a word. WebKit on macOS sends the Enter that ends
 * a composition afterwards; only this key code tells it apart.
 */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === TAKEN;
}

/** Whether this is a deliberate press of Enter: without other keys, not repeated by a held key, and not part of a composition. */
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
