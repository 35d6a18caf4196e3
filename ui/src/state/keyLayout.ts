// The names of pressed keys, on any layout. A Latin letter has the name of what it writes, wherever the key is (Dvorak, AZERTY). A letter
// of another script (Cyrillic, Greek, Hebrew) has the name of the Latin letter at the same place on a US keyboard, because bindings have
// Latin names. Pure.

/** The names that a binding for this key may have, the best first. */
export function namesOf(event: KeyboardEvent, isForeign: boolean): string[] {
  const written = nameOf(event, event.key);
  const lies = lyingAt(event.code);
  if (lies === null) return [written];
  if (isForeignLetter(event.key)) return [nameOf(event, lies)];
  // In layouts with other scripts, punctuation is elsewhere, too; digits may need Shift (AZERTY).
  const isNumber = event.code.startsWith("Digit") && !event.shiftKey;
  return isNumber || (isForeign && !isLatinLetter(event.key)) ? [written, nameOf(event, lies)] : [written];
}

/** Whether the layout has letters of another script, by the last typed letter. */
export function isForeignNow(event: KeyboardEvent, before: boolean): boolean {
  return isForeignLetter(event.key) || (before && !isLatinLetter(event.key));
}

function nameOf(event: KeyboardEvent, key: string): string {
  const main = NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key);
  const isLetter = /^[A-Z]$/.test(main);
  const parts = [
    event.ctrlKey || event.metaKey ? "Ctrl" : "",
    event.altKey ? "Alt" : "",
    event.shiftKey && (isLetter || key.length > 1) ? "Shift" : "",
    main,
  ];
  return parts.filter(Boolean).join(" ");
}

const NAMES: Partial<Record<string, string>> = {
  Escape: "Esc",
  " ": "Space",
  ArrowDown: "Down",
  ArrowUp: "Up",
  ArrowLeft: "Left",
  ArrowRight: "Right",
};

const isLatinLetter = (key: string) => /^\p{Script=Latin}$/u.test(key);
/** A letter or digit that is neither Latin nor ASCII. */
const isForeignLetter = (key: string) =>
  /^[\p{L}\p{Nd}]$/u.test(key) && !isLatinLetter(key) && !/^\d$/.test(key);

const SIGNS: Partial<Record<string, string>> = {
  Comma: ",",
  Period: ".",
  Slash: "/",
  Minus: "-",
  Equal: "=",
  BracketLeft: "[",
  BracketRight: "]",
};

/** What a key writes on a US keyboard without Shift; null if it writes nothing. */
function lyingAt(code: string): string | null {
  return /^(?:Key([A-Z])|Digit(\d))$/.exec(code)?.slice(1).find(Boolean) ?? SIGNS[code] ?? null;
}
