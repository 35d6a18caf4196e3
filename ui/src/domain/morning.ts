// When a pause of notifications until the morning ends, computed as the shell does. Pure.

/** The hour at which it ends, in local time. */
const MORNING = 8;

/** The next 08:00: later today, or tomorrow. */
export function nextMorning(now: number): number {
  const morning = new Date(now);
  morning.setHours(MORNING, 0, 0, 0);
  if (morning.getTime() <= now) morning.setDate(morning.getDate() + 1);
  return morning.getTime();
}
