// The labels of a value axis in dollars or tokens, with as many digits as its guides need. Pure.

import { tokens } from "../format";
import type { Measure } from "./bars";

/** The smallest amount of a measure: a token, a micro-dollar. Guides are at whole multiples of it. */
export function unitOf(measure: Measure): number {
  return measure === "tokens" ? 1 : 1e-6;
}

/** `$50`, `$0.25`, `200 k`; `step` is the distance between guides. */
export function scaleText(value: number, step: number, measure: Measure): string {
  if (value === 0) return "0";
  if (measure === "tokens") return shortTokens(value);
  const digits = digitsOf(step);
  return `$${value.toLocaleString("en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}

/** Without zeros after the point: `20 M`, not `20.0 M`. */
function shortTokens(value: number): string {
  return tokens(value).replace(/\.0+(?=\D)|(\.\d*[1-9])0+(?=\D)/, "$1");
}

/** How many decimals all guides need: none for whole dollars, otherwise at least two. */
function digitsOf(step: number): number {
  if (Number.isInteger(step)) return 0;
  const found = [2, 3, 4, 5].find(
    (digits) => Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) < 1e-6,
  );
  return found ?? 6;
}
