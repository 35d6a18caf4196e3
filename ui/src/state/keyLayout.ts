// What pressed keys are called, on any layout. A Latin letter is what it writes, wherever it lies (Dvorak, AZERTY).
// A letter of another script is the Latin one that lies there on the usual keyboard, because that is what bindings
// are named after (Cyrillic, Greek, Hebrew). Pure.

/** The names that bindings may have for a press, the best first. */
export function namesOf(event: KeyboardEvent, isForeign: boolean): string[] {
  const written = nameOf(event, event.key);
  const lies = lyingAt(event.code);
  if (lies === null) return [written];
  if (isForeignLetter(event.key)) return [nameOf(event, lies)];
  // Signs lie elsewhere there, too; a number may want Shift (AZERTY).
  const isNumber = event.code.startsWith("Digit") && !event.shiftKey;
  return isNumber || (isForeign && !isLatinLetter(event.key)) ? [written, nameOf(event, lies)] : [written];
}

/** Whether the layout has letters of another script: what the last letter was. */
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
/** A letter or a digit that is not one of ours. */
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

/** What a key writes on the usual keyboard without Shift; null for those that write nothing. */
function lyingAt(code: string): string | null {
  return /^(?:Key([A-Z])|Digit(\d))$/.exec(code)?.slice(1).find(Boolean) ?? SIGNS[code] ?? null;
}
