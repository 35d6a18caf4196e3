// Matches a text against typed letters: what kind of match it is, and which letters are hits. Letters that are only scattered over a text
// are no match. Pure.

/** A piece of a text, and whether it is a hit. */
export type Piece = { readonly text: string; readonly hit: boolean };

/**
 * The kinds of matches, the best first: the text begins with what was typed; a word of it does; each typed word begins a word of it; it has
 * what was typed within a word; the typed letters begin words that stand next to each other (`ns` for `New story`).
 */
const KINDS = ["beginning", "word", "words", "within", "initials"] as const;
export type MatchKind = (typeof KINDS)[number];

export type Match = { readonly kind: MatchKind; readonly pieces: readonly Piece[] };

/** A word of a text: where it begins, and its letters. */
type Word = { readonly at: number; readonly text: string };

/** How the text matches what was typed; null if it does not. */
export function match(typed: string, text: string): Match | null {
  const wanted = typed.trim().toLowerCase();
  if (wanted === "") return { kind: "beginning", pieces: [{ text, hit: false }] };
  const lower = text.toLowerCase();
  const words = wordsOf(lower);
  const found = whole(wanted, lower, words) ?? eachWord(wanted, words) ?? within(wanted, lower);
  const { kind, hits } = found ?? { kind: "initials" as const, hits: initials(wanted, words) };
  return hits && { kind, pieces: piecesOf(hits, text) };
}

/** Which of two kinds is better: negative if it is the first. */
export function compareKinds(a: MatchKind, b: MatchKind): number {
  return KINDS.indexOf(a) - KINDS.indexOf(b);
}

/** The items that match, the best first; equally good ones keep their order. */
export function search<Item>(
  typed: string,
  items: readonly Item[],
  textOf: (item: Item) => string,
): { item: Item; match: Match }[] {
  return items
    .flatMap((item) => {
      const found = match(typed, textOf(item));
      return found ? [{ item, match: found }] : [];
    })
    .toSorted((a, b) => compareKinds(a.match.kind, b.match.kind));
}

type Found = { readonly kind: MatchKind; readonly hits: readonly number[] };

/** What was typed as a whole, where a word begins. */
function whole(wanted: string, lower: string, list: readonly Word[]): Found | null {
  const at = list.find((word) => lower.startsWith(wanted, word.at))?.at;
  return at === undefined ? null : { kind: at === 0 ? "beginning" : "word", hits: range(at, wanted.length) };
}

/** Each typed word at the beginning of a word, in any order. */
function eachWord(wanted: string, list: readonly Word[]): Found | null {
  const hits = wanted.split(/\s+/).map((part) => {
    const word = list.find((each) => each.text.startsWith(part));
    return word && range(word.at, part.length);
  });
  return hits.every((each) => each !== undefined) ? { kind: "words", hits: hits.flat() } : null;
}

function within(wanted: string, lower: string): Found | null {
  const at = lower.indexOf(wanted);
  return at < 0 ? null : { kind: "within", hits: range(at, wanted.length) };
}

/** The typed letters as beginnings of words that stand next to each other. */
function initials(wanted: string, words: readonly Word[]): readonly number[] | null {
  const letters = wanted.replaceAll(/\s+/g, "");
  for (let first = 0; first < words.length; first += 1) {
    const hits = beginnings(letters, words, first);
    if (hits) return hits;
  }
  return null;
}

/** The letters as the beginning of this word and of those after it; as many as possible of each. */
function beginnings(letters: string, words: readonly Word[], from: number): readonly number[] | null {
  if (letters === "") return [];
  const word = words[from];
  if (!word) return null;
  for (let count = commonLength(letters, word.text); count > 0; count -= 1) {
    const rest = beginnings(letters.slice(count), words, from + 1);
    if (rest) return [...range(word.at, count), ...rest];
  }
  return null;
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}

function wordsOf(lower: string): Word[] {
  return Array.from(lower.matchAll(/[\p{L}\p{N}]+/gu), (found) => ({ at: found.index, text: found[0] }));
}

function range(from: number, length: number): number[] {
  return Array.from({ length }, (_, n) => from + n);
}

function piecesOf(hits: readonly number[], text: string): Piece[] {
  const pieces: Piece[] = [];
  const hit = new Set(hits);
  for (let at = 0; at < text.length; at += 1) {
    const last = pieces.at(-1);
    if (last?.hit === hit.has(at))
      pieces[pieces.length - 1] = { text: last.text + (text[at] ?? ""), hit: last.hit };
    else pieces.push({ text: text[at] ?? "", hit: hit.has(at) });
  }
  return pieces;
}
