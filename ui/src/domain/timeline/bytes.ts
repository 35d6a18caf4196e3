// Texts for the sizes of logs.
import { THIN } from "../format";

const figures = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 3 });

/** `812 B`, `48 kB`, `11.6 MB`; decimal units. */
export function bytes(n: number): string {
  if (n < 1000) return `${n}${THIN}B`;
  if (n < 999_500) return `${figures.format(n / 1e3)}${THIN}kB`;
  if (n < 999_500_000) return `${figures.format(n / 1e6)}${THIN}MB`;
  return `${figures.format(n / 1e9)}${THIN}GB`;
}
