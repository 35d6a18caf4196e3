// The shown names of keys: words, or the symbols of macOS.

const SYMBOLS: Record<string, string> = {
  Ctrl: "⌘",
  Shift: "⇧",
  Alt: "⌥",
  Enter: "↩",
  Esc: "esc",
  Left: "←",
  Right: "→",
  Backspace: "⌫",
};

const isMac = /Mac/.test(navigator.userAgent);

/** The keys that browsers use for back and forward on this system. On macOS, Alt with an arrow key moves by a word. */
export const goBackKeys = isMac
  ? { back: "Ctrl [", forward: "Ctrl ]" }
  : { back: "Alt Left", forward: "Alt Right" };

/** `Ctrl K`, on macOS `⌘K`. */
export function keyText(keys: string, mac = isMac): string {
  if (!mac) return keys;
  return keys
    .split(" ")
    .map((part) => SYMBOLS[part] ?? part)
    .join("");
}

/** The form of `aria-keyshortcuts`: `Control+K`. */
export function keyShortcut(keys: string, mac = isMac): string {
  return keys
    .split(" ")
    .map((part) => (part === "Ctrl" ? (mac ? "Meta" : "Control") : part === "Esc" ? "Escape" : part))
    .join("+");
}
