// When a pause until the morning ends, as the shell reckons it. Pure.

/** The hour at which it ends. */
const MORNING = 8;

/** The next time it is 08:00: later today, or tomorrow. */
export function nextMorning(now: number): number {
  const morning = new Date(now);
  morning.setHours(MORNING, 0, 0, 0);
  if (morning.getTime() <= now) morning.setDate(morning.getDate() + 1);
  return morning.getTime();
}
