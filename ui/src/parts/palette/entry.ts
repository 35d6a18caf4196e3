// An entry of the palette, and which of several entries match what was typed. Pure.

import { compareKinds, match, type MatchKind, type Piece } from "../../domain/search";
import type { StateDisplay } from "../../domain/states";

export type Entry = {
  readonly id: string;
  readonly text: string;
  /** What it acts on, or more about it. */
  readonly note: string;
  /** The key that does the same. */
  readonly key: string;
  /** The state, if it is a story. */
  readonly display: StateDisplay | null;
  /** Other words by which it is found. */
  readonly also: string;
  /** Why it cannot be chosen at the moment; null if it can. */
  readonly whyNot: string | null;
  /** It ends work or takes something away. */
  readonly isDestructive: boolean;
  readonly run: () => void;
};

/** An entry that matches. Of a loose match only initials were typed. */
export type Found = { readonly item: Entry; readonly pieces: readonly Piece[]; readonly isLoose: boolean };

export function entry(part: Pick<Entry, "id" | "text" | "run"> & Partial<Entry>): Entry {
  return { note: "", key: "", display: null, also: "", whyNot: null, isDestructive: false, ...part };
}

/**
 * The entries that match, the best first. Those that cannot be chosen are listed only for what was typed, and come last; one that is
 * destructive comes after the others that match loosely, too.
 */
export function findEntries(typed: string, entries: readonly Entry[]): Found[] {
  const isTyped = typed.trim() !== "";
  return entries
    .filter((item) => isTyped || item.whyNot === null)
    .flatMap((item) => {
      const found = matchOf(typed, item);
      return found ? [found] : [];
    })
    .toSorted(
      (a, b) =>
        Number(a.item.whyNot !== null) - Number(b.item.whyNot !== null) ||
        Number(a.isLoose) - Number(b.isLoose) ||
        Number(isRisky(a)) - Number(isRisky(b)) ||
        compareKinds(a.kind, b.kind),
    );
}

/** Whether Enter must not choose it without a look: it is destructive, and the match is loose. */
export function isRisky({ item, isLoose }: Found): boolean {
  return item.isDestructive && isLoose;
}

function matchOf(typed: string, item: Entry): (Found & { readonly kind: MatchKind }) | null {
  const found = match(typed, item.text);
  if (found) return { item, pieces: found.pieces, kind: found.kind, isLoose: found.kind === "initials" };
  const also = item.also === "" ? null : match(typed, item.also);
  if (!also || also.kind === "initials" || also.kind === "within") return null;
  return { item, pieces: [{ text: item.text, hit: false }], kind: "within", isLoose: false };
}
