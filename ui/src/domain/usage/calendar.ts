// Units of the calendar in the page's time zone: the beginning of an hour, day, week or month, and the next one. Days are never computed by
// adding 24 hours, because clocks may change. Pure. The ranges, labels and comparisons of the Usage view use it.

import type { UsageStep } from "../../ipc/protocol";

const HOUR = 3_600_000;
const MONDAY = 1;
const DAYS_OF_A_WEEK = 7;

/** The IANA name of the page's time zone. */
export function zoneName(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

/** The beginning of the unit that contains this time. */
export function startOf(step: UsageStep, at: number): number {
  const day = new Date(at);
  if (step === "hour")
    return at - (day.getMinutes() * 60_000 + day.getSeconds() * 1000 + day.getMilliseconds());
  const back = step === "week" ? (day.getDay() - MONDAY + DAYS_OF_A_WEEK) % DAYS_OF_A_WEEK : 0;
  return midnight(day, step === "month" ? 1 : day.getDate() - back);
}

/** The beginning of the next unit. */
export function nextOf(step: UsageStep, at: number): number {
  const start = startOf(step, at);
  if (step === "hour") return start + HOUR;
  const day = new Date(start);
  if (step === "month") return new Date(day.getFullYear(), day.getMonth() + 1, 1).getTime();
  return midnight(day, day.getDate() + (step === "week" ? DAYS_OF_A_WEEK : 1));
}

/** How many units a range has. Counting stops above `most`. */
export function countOf(step: UsageStep, from: number, to: number, most: number): number {
  if (to <= from) return 0;
  // If there are certainly more than `most`, no counting is needed.
  if (to - from > (most + 2) * LONGEST[step]) return most + 1;
  let stretches = 0;
  for (let at = startOf(step, from); at < to && stretches <= most; at = nextOf(step, at)) stretches += 1;
  return stretches;
}

/** The longest possible duration of a unit. */
const LONGEST: Record<UsageStep, number> = {
  hour: HOUR,
  day: 25 * HOUR,
  week: 169 * HOUR,
  month: 745 * HOUR,
};

/** The same time of day, `days` days earlier. */
export function daysBefore(at: number, days: number): number {
  const time = new Date(at);
  time.setDate(time.getDate() - days);
  return time.getTime();
}

/** The first of the month, `months` months earlier. */
export function monthsBefore(at: number, months: number): number {
  const day = new Date(at);
  return new Date(day.getFullYear(), day.getMonth() - months, 1).getTime();
}

function midnight(day: Date, date: number): number {
  return new Date(day.getFullYear(), day.getMonth(), date).getTime();
}
