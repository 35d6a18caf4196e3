// The text sizes that can be chosen, in percent. Pure.

/** The same list as in the shell, which refuses other values. */
export const TEXT_PERCENTS: readonly number[] = [80, 90, 100, 110, 125, 150, 175, 200];

const USUAL = 100;

/** The size so many steps larger (or smaller if negative), within the list. 0 steps means the usual size. */
export function nextTextSize(now: number, steps: number): number {
  if (steps === 0) return USUAL;
  const at = TEXT_PERCENTS.findLastIndex((size) => size <= now);
  const next = Math.max(0, Math.min(TEXT_PERCENTS.length - 1, at + steps));
  return TEXT_PERCENTS[next] ?? USUAL;
}
