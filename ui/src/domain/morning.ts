// A pause of notifications in words, and when one until the morning ends, computed as the shell does. Pure.

import { clock, hourAndMinute } from "./format";
import { m } from "../paraglide/messages";

/** The hour at which it ends, in local time. */
const MORNING = 8;

/** The next 08:00: later today, or tomorrow. */
export function nextMorning(now: number): number {
  const morning = new Date(now);
  morning.setHours(MORNING, 0, 0, 0);
  if (morning.getTime() <= now) morning.setDate(morning.getDate() + 1);
  return morning.getTime();
}

/** `Paused until 18:30`; null if they are not paused. */
export function pauseText(until: string | null, now: number): string | null {
  const end = until === null ? 0 : Date.parse(until);
  return end <= now ? null : m.notify_paused_until({ time: dayAndClock(end, now) });
}

/** `Until 08:00` after midnight, `Until tomorrow 08:00` before it, as in the tray's menu. */
export function morningText(now: number): string {
  return m.notify_until({ time: morningTime(now) });
}

/** `08:00`, or `tomorrow 08:00`. */
export function morningTime(now: number): string {
  return dayAndClock(nextMorning(now), now);
}

function dayAndClock(at: number, now: number): string {
  const tomorrow = new Date(now);
  tomorrow.setDate(tomorrow.getDate() + 1);
  const isTomorrow = new Date(at).toDateString() === tomorrow.toDateString();
  return isTomorrow ? m.time_tomorrow({ time: hourAndMinute(at) }) : clock(at, now);
}
