// Decides which labels of a category axis are shown: at equal distances, so that the label `through` is among them, and always the chosen
// one, which hides labels too near to it. Pure.

/** The approximate width of a character on an axis, and the least room between two labels, in px. */
const CHARACTER = 6.2;
const BETWEEN = 10;

export type LabelOptions = {
  /** The room of one bar, in px. */
  readonly room: number;
  /** The factor of the text size. */
  readonly scale?: number;
  /** The index of a label that is always among the evenly spaced ones: the present. */
  readonly through?: number;
  /** The index of the chosen bar; -1 for none. */
  readonly chosen?: number;
  /** Preferred distances between labels, in bars, such as 7 days; if empty, any distance. */
  readonly round?: readonly number[];
};

/** Whether each label is shown. */
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
