// Texts for numbers and times. Pure; the present time is always an argument.

import type { CostBasis, Tokens } from "../ipc/protocol";
import { m } from "../paraglide/messages";

/** The texts are English; numbers and dates use the same locale. */
const LOCALE = "en-GB";
/** A narrow no-break space, between a number and its unit. */
export const THIN = "\u202f";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const whole = new Intl.NumberFormat(LOCALE);
const threeFigures = new Intl.NumberFormat(LOCALE, {
  minimumSignificantDigits: 3,
  maximumSignificantDigits: 3,
});
const dollars = new Intl.NumberFormat(LOCALE, {
  style: "currency",
  currency: "USD",
  currencyDisplay: "narrowSymbol",
});
const timeOfDay = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit", hour12: false });
const withSeconds = new Intl.DateTimeFormat(LOCALE, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hour12: false,
});
const weekday = new Intl.DateTimeFormat(LOCALE, { weekday: "short" });
const dayAndMonth = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short" });
const full = new Intl.DateTimeFormat(LOCALE, { dateStyle: "full", timeStyle: "medium", hour12: false });

/** `1,204` */
export function count(n: number): string {
  return whole.format(n);
}

/** `812 k`, `2.87 M`: three digits; whole numbers below a thousand. */
export function tokens(n: number): string {
  if (n < 1000) return whole.format(Math.round(n));
  if (n < 999_500) return `${threeFigures.format(n / 1e3)}${THIN}k`;
  if (n < 999_500_000) return `${threeFigures.format(n / 1e6)}${THIN}M`;
  return `${threeFigures.format(n / 1e9)}${THIN}G`;
}

/** `1 token`, `812 k tokens`. */
export function tokensWords(n: number): string {
  return m.tokens_rounded({ count: Math.round(n), text: tokens(n) });
}

/** `1 token`, `812,004 tokens`, with every digit. */
export function exactTokens(n: number): string {
  return m.tokens_exact({ count: n });
}

/** The sum of all classes of tokens. */
export function totalTokens({ input, output, cache_read, cache_write }: Tokens): number {
  return input + output + cache_read + cache_write;
}

/** The sign before tokens that are a lower bound; empty before others. */
export function atLeast(isPartial: boolean | undefined): string {
  return isPartial ? `≥${THIN}` : "";
}

/** An amount and the sign before it, which says how certain it is. Columns align the sign separately. */
export type Money = {
  sign: "" | "≈" | "≥";
  amount: string;
  /** `amount` is a text that says why there is no number. */
  inWords?: true;
};

/**
 * `$4.06`. An estimate has `≈`; a lower bound, or a sum of which a part has no price, has `≥`. If there is no price, or
 * nothing is known, the amount is a text and not zero.
 */
export function money(micros: number, basis: CostBasis): Money {
  if (basis === "unpriced" && micros === 0) return { sign: "", amount: m.cost_not_priced(), inWords: true };
  if (basis === "lower_bound" && micros === 0) return { sign: "", amount: m.cost_not_known(), inWords: true };
  const sign = basis === "priced" ? "≈" : basis === "reported" ? "" : "≥";
  // "At least less than a cent" has no meaning, so these amounts have four decimals.
  if (micros < 10_000 && sign === "≥") return { sign, amount: `$0.${pad(Math.floor(micros / 100), 4)}` };
  if (micros > 0 && micros < 10_000) return { sign, amount: `<${THIN}$0.01` };
  return { sign, amount: dollars.format(micros / 1e6) };
}

/** The same as one text, for sentences and sums: `≈ $3.11`, `not priced yet`. */
export function moneyText(micros: number, basis: CostBasis): string {
  return signed(money(micros, basis));
}

/** An amount with its sign before it, as one text: `≥ 1.70 k`. */
export function signed({ sign, amount }: Money): string {
  return sign ? `${sign}${THIN}${amount}` : amount;
}

/** The same among facts that do not say which of them is the cost: `cost not known`. */
export function costFact(micros: number, basis: CostBasis): string {
  const isUnknown = basis === "lower_bound" && micros === 0;
  return isUnknown ? m.compare_cost_not_known() : moneyText(micros, basis);
}

/** `62 %`, from a fraction. Values over 100 % are not cut. */
export function percent(fraction: number): string {
  return `${whole.format(Math.round(fraction * 100))}${THIN}%`;
}

/** `20 s`, `43 min`, `1 h 14`, `4 d 16 h`: at most two units; the argument is in milliseconds. */
export function duration(ms: number): string {
  const t = Math.max(0, ms);
  if (t < MINUTE) return `${whole.format(Math.floor(t / SECOND))}${THIN}s`;
  if (t < HOUR) return `${whole.format(Math.floor(t / MINUTE))}${THIN}min`;
  if (t < DAY) return `${Math.floor(t / HOUR)}${THIN}h\u00a0${pad(Math.floor((t % HOUR) / MINUTE))}`;
  const hours = Math.floor((t % DAY) / HOUR);
  return `${whole.format(Math.floor(t / DAY))}${THIN}d${hours ? `\u00a0${hours}${THIN}h` : ""}`;
}

/** The duration of one step: `0.1 s`, `38 s`, `1 min 52 s`. */
export function took(ms: number): string {
  if (ms < 9950) return `${(Math.max(0, ms) / SECOND).toFixed(1)}${THIN}s`;
  if (ms < MINUTE) return `${Math.round(ms / SECOND)}${THIN}s`;
  if (ms >= HOUR) return duration(ms);
  const seconds = Math.floor((ms % MINUTE) / SECOND);
  return `${Math.floor(ms / MINUTE)}${THIN}min${seconds ? `\u00a0${seconds}${THIN}s` : ""}`;
}

/** `16:51` today, `Tue 09:00` within a week, `12 Nov` otherwise. */
export function clock(at: number, now: number): string {
  const days = Math.round((startOfDay(at) - startOfDay(now)) / DAY);
  if (days === 0) return timeOfDay.format(at);
  if (Math.abs(days) < 7) return `${weekday.format(at)} ${timeOfDay.format(at)}`;
  return dayAndMonth.format(at);
}

/** `16:51`, without the day. */
export function hourAndMinute(at: number): string {
  return timeOfDay.format(at);
}

/** `Tue` within a week, `12 Nov` otherwise: the name of the day on an axis that crosses midnight. */
export function dayName(at: number, now: number): string {
  return Math.abs(Math.round((startOfDay(at) - startOfDay(now)) / DAY)) < 7
    ? weekday.format(at)
    : dayAndMonth.format(at);
}

/** `16:47:02`. */
export function clockWithSeconds(at: number): string {
  return withSeconds.format(at);
}

/** Date and time in full, for tooltips. */
export function instant(at: number): string {
  return full.format(at);
}

/** A path with `~` for the home directory. */
export function shortPath(path: string): string {
  return path.replace(/^(?:\/home\/[^/]+|\/Users\/[^/]+|[A-Z]:\\Users\\[^\\]+)(?=[/\\]|$)/, "~");
}

function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

function pad(n: number, digits = 2): string {
  return String(n).padStart(digits, "0");
}

/** The text with a capital first letter. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
