// Texts for sizes on disk. Pure.

import { THIN } from "./format";
import { m } from "../paraglide/messages";

const UNITS = ["kB", "MB", "GB", "TB"] as const;
const oneDigit = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 1, minimumFractionDigits: 1 });
const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });

/** `812 bytes`, `3.2 GB`; decimal units, like file managers. */
export function bytes(n: number): string {
  if (n < 1000) return m.size_bytes({ count: n });
  let value = n;
  let unit = "";
  for (const next of UNITS) {
    if (value < 999.5) break;
    value /= 1000;
    unit = next;
  }
  return `${(value < 99.95 ? oneDigit : whole).format(value)}${THIN}${unit}`;
}
