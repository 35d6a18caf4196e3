// Matches a text against typed letters: how well it matches, and which letters are hits. Whole words and beginnings of words count more
// than letters in between. Pure.

/** A piece of a text, and whether it is a hit. */
export type Piece = { readonly text: string; readonly hit: boolean };

export type Match = { readonly score: number; readonly pieces: readonly Piece[] };

const WORD = 3;
const START = 2;
const RUN = 2;

/** The match of all typed letters in their order; null if the text does not have them. */
export function match(typed: string, text: string): Match | null {
  const wanted = typed.toLowerCase().replaceAll(/\s+/g, "");
  if (wanted === "") return { score: 0, pieces: [{ text, hit: false }] };
  const hits = whole(typed, text) ?? scattered(wanted, text);
  return hits && { score: scoreOf(hits, text), pieces: piecesOf(hits, text) };
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
    .toSorted((a, b) => b.match.score - a.match.score);
}

/** The typed text as a whole, preferably at the beginning of a word. */
function whole(typed: string, text: string): number[] | null {
  const lower = text.toLowerCase();
  const wanted = typed.trim().toLowerCase();
  const atWord = Array.from(lower.matchAll(/(?<![\p{L}\p{N}])[\p{L}\p{N}]/gu), (found) => found.index).find(
    (at) => lower.startsWith(wanted, at),
  );
  const at = atWord ?? lower.indexOf(wanted);
  return at < 0 ? null : Array.from({ length: wanted.length }, (_, n) => at + n);
}

/** The letters one by one, each at the beginning of a word if there is one left. */
function scattered(wanted: string, text: string): number[] | null {
  const lower = text.toLowerCase();
  const hits: number[] = [];
  let from = 0;
  for (const letter of wanted) {
    const at = lower.indexOf(letter, from);
    if (at < 0) return null;
    const begin = nextWord(lower, letter, at);
    const best = begin !== null && isThere(wanted.slice(hits.length + 1), lower, begin + 1) ? begin : at;
    hits.push(best);
    from = best + 1;
  }
  return hits;
}

function nextWord(lower: string, letter: string, from: number): number | null {
  for (let at = from; at >= 0; at = lower.indexOf(letter, at + 1)) if (isStart(lower, at)) return at;
  return null;
}

function isThere(wanted: string, lower: string, from: number): boolean {
  let at = from;
  for (const letter of wanted) {
    const found = lower.indexOf(letter, at);
    if (found < 0) return false;
    at = found + 1;
  }
  return true;
}

function isStart(text: string, at: number): boolean {
  return at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1] ?? "");
}

function scoreOf(hits: readonly number[], text: string): number {
  const points = hits.map(
    (at, n) =>
      (isStart(text, at) ? WORD : 0) + (at === 0 ? START : 0) + (n > 0 && hits[n - 1] === at - 1 ? RUN : 0),
  );
  return points.reduce((sum, each) => sum + each, 0) - text.length / 200;
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
