// Stretches of the calendar in the page's own time zone: where an hour, a day, a week or a month begins
// and which one comes next. It never adds 24 hours to a day: clocks may change in between. Pure; the
// ranges, the labels and the comparisons of the Usage view stand on it.

import type { UsageStep } from "../../ipc/protocol";

const HOUR = 3_600_000;
const MONDAY = 1;
const DAYS_OF_A_WEEK = 7;

/** The page's time zone by its IANA name. */
export function zoneName(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

/** Where the stretch begins that a moment lies in. */
export function startOf(step: UsageStep, at: number): number {
  const day = new Date(at);
  if (step === "hour")
    return at - (day.getMinutes() * 60_000 + day.getSeconds() * 1000 + day.getMilliseconds());
  const back = step === "week" ? (day.getDay() - MONDAY + DAYS_OF_A_WEEK) % DAYS_OF_A_WEEK : 0;
  return midnight(day, step === "month" ? 1 : day.getDate() - back);
}

/** Where the stretch after this one begins. */
export function nextOf(step: UsageStep, at: number): number {
  const start = startOf(step, at);
  if (step === "hour") return start + HOUR;
  const day = new Date(start);
  if (step === "month") return new Date(day.getFullYear(), day.getMonth() + 1, 1).getTime();
  return midnight(day, day.getDate() + (step === "week" ? DAYS_OF_A_WEEK : 1));
}

/** How many stretches a range has; one that has more than `most` is not counted to its end. */
export function countOf(step: UsageStep, from: number, to: number, most: number): number {
  if (to <= from) return 0;
  // Far too many need no calendar: a stretch has at least so many hours.
  if (to - from > (most + 2) * LONGEST[step]) return most + 1;
  let stretches = 0;
  for (let at = startOf(step, from); at < to && stretches <= most; at = nextOf(step, at)) stretches += 1;
  return stretches;
}

/** The longest that a stretch can be. */
const LONGEST: Record<UsageStep, number> = {
  hour: HOUR,
  day: 25 * HOUR,
  week: 169 * HOUR,
  month: 745 * HOUR,
};

/** The same time of day so many days earlier. */
export function daysBefore(at: number, days: number): number {
  const time = new Date(at);
  time.setDate(time.getDate() - days);
  return time.getTime();
}

/** The first of the month so many months earlier. */
export function monthsBefore(at: number, months: number): number {
  const day = new Date(at);
  return new Date(day.getFullYear(), day.getMonth() - months, 1).getTime();
}

function midnight(day: Date, date: number): number {
  return new Date(day.getFullYear(), day.getMonth(), date).getTime();
}
