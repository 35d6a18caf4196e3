// Makes characters visible that are invisible or change how others are shown. Text of agents may hide words (zero-width characters, tags),
// reorder them (bidirectional controls) or contain terminal commands (ESC). In a text, characters that belong to words and emoji stay; in a
// command they are named, too, and in a path also newlines and tabs, which a command is shown with.

import { belongs } from "./joiners";

/** A piece of text. A `hidden` piece is the name of a character in place of the character. */
export type Piece = { text: string; hidden: boolean };

const NAMES: Partial<Record<number, string>> = {
  0x00: "NUL",
  0x07: "BEL",
  0x08: "BS",
  0x09: "TAB",
  0x0a: "LF",
  0x0b: "VT",
  0x0c: "FF",
  0x0d: "CR",
  0x1b: "ESC",
  0x7f: "DEL",
  0x85: "NEL",
  0xa0: "NBSP",
  0xad: "SHY",
  0x200b: "ZWSP",
  0x200c: "ZWNJ",
  0x200d: "ZWJ",
  0x200e: "LRM",
  0x200f: "RLM",
  0x2028: "LS",
  0x2029: "PS",
  0x202a: "LRE",
  0x202b: "RLE",
  0x202c: "PDF",
  0x202d: "LRO",
  0x202e: "RLO",
  0x2060: "WJ",
  0x2066: "LRI",
  0x2067: "RLI",
  0x2068: "FSI",
  0x2069: "PDI",
  0xfeff: "BOM",
};

/** Control characters except tab and newline, invisible characters, line separators, unpaired surrogates. */
const inText = /(?![\t\n])\p{Cc}|\p{Default_Ignorable_Code_Point}|\p{Cs}|[\u2028\u2029\u2800]/gu;
/** The same, and spaces that a shell does not treat as spaces. */
const inCommand = new RegExp(`${inText.source}|(?! )\\p{Zs}`, "gu");
/** The same, and newlines and tabs. */
const inPath = new RegExp(`${inCommand.source}|[\\t\\n]`, "gu");

/** What a text is, which decides what is named in it. */
export type TextKind = "text" | "command" | "path";

const HIDDEN: Record<TextKind, RegExp> = { text: inText, command: inCommand, path: inPath };

/** The pieces of a text; a single piece if nothing is hidden in it. */
export function visible(text: string, how: TextKind = "text"): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const { 0: char, index } of text.matchAll(HIDDEN[how])) {
    if (how === "text" && belongs(text, char, index)) continue;
    if (index > from) pieces.push({ text: text.slice(from, index), hidden: false });
    pieces.push({ text: nameOf(char), hidden: true });
    from = index + char.length;
  }
  if (from < text.length || pieces.length === 0) pieces.push({ text: text.slice(from), hidden: false });
  return pieces;
}

/** Whether a part of the text would be invisible. */
export function hides(text: string): boolean {
  return visible(text, "command").some((piece) => piece.hidden);
}

/** Whether the text has letters of scripts that are written from right to left, which reorder parts of it. */
export function turns(text: string): boolean {
  return /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u.test(text);
}

/** The text with every hidden character replaced by its name, for places that take plain text. */
export function visibleText(text: string, how: TextKind = "text"): string {
  return visible(text, how)
    .map((piece) => (piece.hidden ? `‹${piece.text}›` : piece.text))
    .join("");
}

function nameOf(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  return NAMES[code] ?? `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}
