// The sizes of text that can be chosen, in percent, and the steps between them. Pure.

/** The same as in the shell, which refuses others. */
export const TEXT_PERCENTS: readonly number[] = [80, 90, 100, 110, 125, 150, 175, 200];

const USUAL = 100;

/** So many steps larger (or smaller, below zero), within the ends; 0 is the usual size. */
export function nextTextSize(now: number, steps: number): number {
  if (steps === 0) return USUAL;
  const at = TEXT_PERCENTS.findLastIndex((size) => size <= now);
  const next = Math.max(0, Math.min(TEXT_PERCENTS.length - 1, at + steps));
  return TEXT_PERCENTS[next] ?? USUAL;
}
