// Which labels of a category axis have room: evenly apart, through one that must stand, and the chosen
// one always, for which its neighbours give way. Pure.

/** About how wide a character of an axis is, and the room between two labels, in px. */
const CHARACTER = 6.2;
const BETWEEN = 10;

export type LabelOptions = {
  /** The room of one bar, in px. */
  readonly room: number;
  /** How much larger than usual the text is. */
  readonly scale?: number;
  /** A label that stands if any does: the present one. */
  readonly through?: number;
  /** The chosen one; -1 for none. */
  readonly chosen?: number;
  /** Distances that are round on this axis, in bars; any if it has none. */
  readonly round?: readonly number[];
};

/** For each label whether it stands. */
export function labelsShown(
  labels: readonly string[],
  { room, scale = 1, through = 0, chosen = -1, round = [] }: LabelOptions,
): boolean[] {
  const longest = Math.max(0, ...labels.map((label) => label.length));
  const least = Math.max(1, Math.ceil(((longest * CHARACTER + BETWEEN) * scale) / Math.max(1, room)));
  const every = round.find((each) => each >= least) ?? least;
  return labels.map((_, n) => {
    if (n === chosen) return true;
    const stands = (n - through) % every === 0;
    return stands && (chosen < 0 || Math.abs(n - chosen) >= least);
  });
}
