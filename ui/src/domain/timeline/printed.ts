// Converts terminal output to readable lines: colours are kept, other terminal commands are removed, and a progress bar that was
// overwritten repeatedly is shown in its last state. Pure. The raw view shows the bytes unchanged.

/** The colours, as named in the styles. */
export type Hue = "red" | "yellow" | "green" | "cyan" | "blue" | "magenta";

/** The style of a piece of text. */
export type Style = { readonly hue: Hue | null; readonly bold: boolean; readonly faint: boolean };

export type Span = Style & { readonly text: string };

const ESC = "\u001b";
const CSI = `(?:${ESC}\\[|\u009b)`;
const COLOUR = `${CSI}([\\d;:]*)m`;
/**
 * Terminal commands: those with parameters, those with text (a title, a link), also if unterminated, short ones, and single control
 * characters.
 */
const OTHER = [
  `(?!${COLOUR})${CSI}[0-?]*[ -/]*[@-~]?`,
  `${ESC}[\\]PX^_][^\u0007${ESC}\\n]*(?:\u0007|${ESC}\\\\)?`,
  `${ESC}(?!\\[)[ -/]*[0-~]?`,
  "\u0007",
].join("|");
const others = new RegExp(OTHER, "g");
const colours = new RegExp(COLOUR, "g");
/** A character that was erased by a backspace. */
const takenBack = /[^\n\b][\b]/g;

/** The lines as they end up on the terminal. Colour commands are still in them. */
export function printedLines(text: string): string[] {
  return text
    .replaceAll(others, "")
    .replaceAll(takenBack, "")
    .split(/\r*\n/)
    .flatMap((line) => (line.includes("\r") ? lastStates(line.split("\r")) : [line]));
}

/** Of states that overwrote each other, only the last is kept if they are the same progress; other texts are all kept. */
function lastStates(states: readonly string[]): string[] {
  const written = states.filter((state) => state.trim() !== "");
  const left = written.filter((state, n) => {
    const next = written[n + 1];
    return next === undefined || kindOf(state) !== kindOf(next);
  });
  return left.length === 0 ? [""] : left;
}

/** A text without the parts that change in a progress: numbers and bars. */
function kindOf(state: string): string {
  return state
    .replaceAll(colours, "")
    .replaceAll(/[\d\s.,:%#=<>|/\\[\]()\-\u2500-\u259f\u2800-\u28ff…]/g, "");
}

/** The pieces of a text, each with one style. */
export function spansOf(text: string): Span[] {
  const spans: Span[] = [];
  const pen = new Pen();
  let from = 0;
  const put = (to: number) => {
    if (to > from) spans.push({ text: text.slice(from, to), ...pen.style });
  };
  for (const { 0: command, 1: codes = "", index } of text.matchAll(colours)) {
    put(index);
    pen.take(codes.split(/[;:]/).map(Number));
    from = index + command.length;
  }
  put(text.length);
  return spans;
}

const BASIC: readonly (Hue | null)[] = [null, "red", "green", "yellow", "blue", "magenta", "cyan", null];
/** Hues in the order of their angle, 60 degrees apart. */
const CIRCLE: readonly Hue[] = ["red", "yellow", "green", "cyan", "blue", "magenta"];
/** A colour whose channels differ by less than this counts as grey and has no hue. */
const GREY = 48;

class Pen {
  #text: Hue | null = null;
  #ground: Hue | null = null;
  #bold = false;
  #faint = false;

  /** A background colour is shown as the text colour, in bold: the text might not be readable on that background. */
  get style(): Style {
    return {
      hue: this.#text ?? this.#ground,
      bold: this.#bold || (this.#text === null && this.#ground !== null),
      faint: this.#faint,
    };
  }

  take(codes: readonly number[]): void {
    for (let at = 0; at < codes.length; at += 1) {
      const code = codes[at] ?? 0;
      if (code === 38 || code === 48) {
        const { hue, length } = longColour(codes.slice(at + 1));
        if (code === 38) this.#text = hue;
        else this.#ground = hue;
        at += length;
      } else this.#one(code);
    }
  }

  #one(code: number): void {
    if (code === 0) [this.#text, this.#ground, this.#bold, this.#faint] = [null, null, false, false];
    else if (code === 1) this.#bold = true;
    else if (code === 2 || code === 90) this.#faint = true;
    else if (code === 22) [this.#bold, this.#faint] = [false, false];
    else if (code === 39) [this.#text, this.#faint] = [null, false];
    else if (code === 49) this.#ground = null;
    else if (isIn(code, 30) || isIn(code, 91)) this.#text = BASIC[code % 10] ?? null;
    else if (isIn(code, 40) || isIn(code, 100)) this.#ground = BASIC[code % 10] ?? null;
  }
}

const isIn = (code: number, first: number) => code >= first && code <= first - (first % 10) + 7;

/** A colour such as `5;196` or `2;255;0;0`, and how many numbers it used. */
function longColour([kind, ...rest]: readonly number[]): { hue: Hue | null; length: number } {
  if (kind === 5) return { hue: hueOfIndex(rest[0] ?? 0), length: 2 };
  if (kind === 2) return { hue: hueOf(rest[0] ?? 0, rest[1] ?? 0, rest[2] ?? 0), length: 4 };
  return { hue: null, length: 1 };
}

function hueOfIndex(index: number): Hue | null {
  if (index < 16) return BASIC[index % 8] ?? null;
  if (index >= 232) return null;
  const [r, g, b] = [36, 6, 1].map((part) => 51 * (Math.floor((index - 16) / part) % 6));
  return hueOf(r ?? 0, g ?? 0, b ?? 0);
}

function hueOf(r: number, g: number, b: number): Hue | null {
  const [most, least] = [Math.max(r, g, b), Math.min(r, g, b)];
  const range = most - least;
  if (range < GREY) return null;
  const sixths = most === r ? (g - b) / range : most === g ? 2 + (b - r) / range : 4 + (r - g) / range;
  return CIRCLE[(Math.round(sixths) + 6) % 6] ?? null;
}
