// The sentences of the settings page: parts of the data directory, what a verification found, what the
// desktop can do. Pure.

import { clock, count, counted, hourAndMinute } from "../../domain/format";
import { nextMorning } from "../../domain/morning";
import type {
  DataPart,
  NotificationKind,
  NotifierProgram,
  TrayState,
  Verification,
} from "../../ipc/protocol";
import type { GlyphName } from "../../domain/states";

export const PARTS: Record<DataPart, { name: string; what: string }> = {
  logs: { name: "Logs", what: "every byte that agents printed and were sent" },
  journal: { name: "Journal", what: "every fact that Musher or you made" },
  store: { name: "Store", what: "an index over both, made again when it is deleted" },
  programs: { name: "Programs", what: "copies of the program that keeps agents alive" },
  other: { name: "Other", what: "locks and the format's description" },
};

export const KINDS: readonly { kind: NotificationKind; glyph: GlyphName; text: string }[] = [
  { kind: "asks", glyph: "waiting", text: "asks you something" },
  { kind: "failed", glyph: "failed", text: "cannot go on: a failed gate, a crash, an error" },
  { kind: "limited", glyph: "limited", text: "is held by a limit" },
  { kind: "finished", glyph: "done", text: "is done" },
];

export const TRAY: Record<TrayState, string> = {
  looking: "Looking for a tray.",
  shown: "The mark is in the tray; its menu opens what waits for you.",
  no_tray: "No tray on this desktop. The mark comes when one appears.",
  refused: "There is a tray, and it did not take the mark. It is asked again every 5 seconds.",
};

/** What closing the window does; it never hides it. */
export const CLOSING = "Closing the window ends Musher; agents go on.";

/** `gnome-shell 43.9` */
export function notifierName(notifier: NotifierProgram): string {
  return [notifier.name, notifier.version].filter(Boolean).join(" ");
}

/** What the program that shows notifications can do; what cannot be asked is said so. */
export function abilities(notifier: NotifierProgram): string {
  const known: readonly [boolean | null, string, string][] = [
    [notifier.body, "shows the story's name", "shows the first line only"],
    [notifier.clicks, "opens the story on a click", "reports no clicks"],
    [notifier.keeps, "keeps what you missed", "keeps nothing"],
  ];
  const said = known.flatMap(([can, yes, no]) => (can === null ? [] : [can ? yes : no]));
  return said.length === 0
    ? "What it can do cannot be asked."
    : `It ${[said.slice(0, -1).join(", "), said.at(-1)].filter(Boolean).join(" and ")}.`;
}

/** `Paused until 18:30`; null without a pause. */
export function pauseText(until: string | null, now: number): string | null {
  const end = until === null ? 0 : Date.parse(until);
  return end <= now ? null : `Paused until ${dayAndClock(end, now)}`;
}

/** `Until 08:00` after midnight, `Until tomorrow 08:00` before it, as the tray says it. */
export function morningText(now: number): string {
  return `Until ${dayAndClock(nextMorning(now), now)}`;
}

function dayAndClock(at: number, now: number): string {
  const tomorrow = new Date(now);
  tomorrow.setDate(tomorrow.getDate() + 1);
  const isTomorrow = new Date(at).toDateString() === tomorrow.toDateString();
  return isTomorrow ? `tomorrow ${hourAndMinute(at)}` : clock(at, now);
}

export type Verdict = { readonly isGood: boolean; readonly text: string; readonly help: string };

/** What a verification found, in words. */
export function verdict(found: Verification): Verdict {
  const entries = counted(found.entries, "journal entry", "journal entries");
  const runs = counted(found.runs, "run", "runs");
  const read = `${entries}, ${runs} and ${counted(found.events, "event", "events")} were read.`;
  const problems = [
    found.differences > 0
      ? `${counted(found.differences, "row", "rows")} of the store differ, in ${found.tables.join(", ")}.`
      : "",
    found.damaged_count > 0
      ? `The logs of ${counted(found.damaged_count, "run are", "runs are")} damaged.`
      : "",
  ].filter(Boolean);
  if (problems.length === 0)
    return { isGood: true, text: `The store says what journal and logs say. ${read}`, help: "" };
  const help = [
    found.differences > 0
      ? "Agents at work can cause differences: verify again when none runs. If they stay, close Musher and " +
        "run `mush rebuild`; journal and logs are the truth and are not touched."
      : "",
    found.damaged_count > 0 ? "What stands before the damage is shown; the bytes are kept as they are." : "",
  ];
  return { isGood: false, text: `${problems.join(" ")} ${read}`, help: help.filter(Boolean).join(" ") };
}

/** `Reading run 121 of 307` */
export function progressText(progress: { runs: number; of: number } | null): string {
  return progress === null
    ? "Reading the journal"
    : `Reading run ${count(Math.min(progress.runs + 1, progress.of))} of ${count(progress.of)}`;
}
