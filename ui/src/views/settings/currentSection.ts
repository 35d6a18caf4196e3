// Which section of a page of sections is the one that is read. Pure.

/** A section is read when its head is this near the top, in px. */
const NEAR = 80;

/** A section, and how far below the page's upper edge its head stands, in px. */
export type Head<Id> = { readonly id: Id; readonly top: number };

/** The section that is read. The last ones cannot come to the top: at the page's end the one that was read, or
    chosen, stays so while its head is in sight, and else it is the last. */
export function currentSection<Id>(
  heads: readonly Head<Id>[],
  before: Id,
  { height, isAtEnd }: { readonly height: number; readonly isAtEnd: boolean },
): Id {
  if (!isAtEnd) return (heads.findLast(({ top }) => top < NEAR) ?? heads[0])?.id ?? before;
  const isInSight = heads.some(({ id, top }) => id === before && top >= 0 && top < height);
  return isInSight ? before : (heads.at(-1)?.id ?? before);
}
