// Texts for units of time: on an axis, in a description, in a sentence. They are made from the beginning of the unit, as the report gives
// it. Pure.

import type { UsageStep } from "../../ipc/protocol";
import { daysBefore, startOf } from "./calendar";
import { m } from "../../paraglide/messages";

const LOCALE = "en-GB";
const form = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(LOCALE, options);

const FORMS = {
  hour: { hour: "2-digit", minute: "2-digit", hour12: false },
  hourAndZone: { hour: "2-digit", minute: "2-digit", hour12: false, timeZoneName: "short" },
  weekday: { weekday: "short", day: "numeric" },
  day: { day: "numeric", month: "short" },
  weekdayAndMonth: { weekday: "short", day: "numeric", month: "short" },
  dayAndYear: { day: "numeric", month: "short", year: "numeric" },
  month: { month: "short" },
  monthAndYear: { month: "long", year: "numeric" },
  shortMonthAndYear: { month: "short", year: "numeric" },
} satisfies Record<string, Intl.DateTimeFormatOptions>;

/** The format is created for each call, because the time zone may change while the page is open. */
function write(name: keyof typeof FORMS, at: number): string {
  return form(FORMS[name]).format(at).replace(",", "");
}

/** `16:00` */
export function hourText(at: number): string {
  return write("hour", at);
}

/** `Today`, `Yesterday`, `Wed 18 Nov`, `18 Nov 2025`. */
export function dayText(at: number, now: number): string {
  if (isToday(at, now)) return m.day_head_today();
  if (isYesterday(at, now)) return m.day_head_yesterday();
  return isFarOff(at, now) ? write("dayAndYear", at) : write("weekdayAndMonth", at);
}

export function isToday(at: number, now: number): boolean {
  return startOf("day", at) === startOf("day", now);
}

export function isYesterday(at: number, now: number): boolean {
  return startOf("day", at) === startOf("day", daysBefore(startOf("day", now), 1));
}

/** The label of a unit on the axis: `16:00`, `Fri 6`, `9 Nov`, `Nov`. The first month of a year also has the year. */
export function axisLabel(step: UsageStep, at: number, now: number, before: number | null): string {
  const isFirstOfYear =
    before === null ? isFarOff(at, now) : new Date(before).getFullYear() !== new Date(at).getFullYear();
  switch (step) {
    case "hour":
      return write("hour", at);
    case "day":
      return isToday(at, now) ? m.day_head_today() : write(dayForm(at, before), at);
    case "week":
      return write("day", at);
    case "month":
      return write(isFirstOfYear ? "shortMonthAndYear" : "month", at);
  }
}

function dayForm(at: number, before: number | null): "weekday" | "day" {
  return before === null || new Date(before).getMonth() !== new Date(at).getMonth() ? "day" : "weekday";
}

/** A unit in full: `Today, 16:00 to 17:00`, `Wed 18 Nov`, `Week of 9 Nov`, `November 2026`. */
export function stretchText(step: UsageStep, from: number, to: number, now: number): string {
  switch (step) {
    case "hour":
      return m.range_hours({ day: dayText(from, now), from: clockText(from), to: clockText(to) });
    case "day":
      return dayText(from, now);
    case "week":
      return m.week_of({ day: write(isFarOff(from, now) ? "dayAndYear" : "day", startOf("week", from)) });
    case "month":
      return write("monthAndYear", from);
  }
}

/** An hour that occurs twice because clocks are set back is shown with its time zone. */
function clockText(at: number): string {
  const hour = 3_600_000;
  const isDouble = [at - hour, at + hour].some((other) => write("hour", other) === write("hour", at));
  return isDouble ? write("hourAndZone", at) : write("hour", at);
}

/** Whether a date needs its year: it is more than ten months away, or in a later year. */
function isFarOff(at: number, now: number): boolean {
  const months =
    (new Date(now).getFullYear() - new Date(at).getFullYear()) * 12 +
    new Date(now).getMonth() -
    new Date(at).getMonth();
  return Math.abs(months) > 10 || new Date(at).getFullYear() > new Date(now).getFullYear();
}
