// Texts of the settings view: parts of the data directory, results of a verification, abilities of the desktop. Pure.

import { count } from "../../domain/format";
import type {
  DataPart,
  NotificationKind,
  NotifierProgram,
  TrayState,
  Verification,
} from "../../ipc/protocol";
import type { GlyphName } from "../../domain/states";
import { m } from "../../paraglide/messages";

export const PARTS: Record<DataPart, { name: string; what: string }> = {
  logs: { name: m.data_logs(), what: m.data_logs_what() },
  journal: { name: m.data_journal(), what: m.data_journal_what() },
  store: { name: m.data_store(), what: m.data_store_what() },
  programs: { name: m.data_programs(), what: m.data_programs_what() },
  other: { name: m.data_other(), what: m.data_other_what() },
};

/** The kinds of notifications; `label` is the full sentence for screen readers. */
export const KINDS: readonly { kind: NotificationKind; glyph: GlyphName; text: string; label: string }[] = [
  { kind: "asks", glyph: "waiting", text: m.notify_asks(), label: m.notify_when_asks() },
  { kind: "failed", glyph: "failed", text: m.notify_failed(), label: m.notify_when_failed() },
  { kind: "limited", glyph: "limited", text: m.notify_limited(), label: m.notify_when_limited() },
  { kind: "finished", glyph: "done", text: m.notify_finished(), label: m.notify_when_finished() },
];

export const TRAY: Record<TrayState, string> = {
  looking: m.tray_looking(),
  shown: m.tray_shown(),
  no_tray: m.tray_no_tray(),
  refused: m.tray_refused(),
};

/** What closing the window does: it ends the program and does not hide the window. */
export const CLOSING = m.closing_ends();

/** `gnome-shell 43.9` */
export function notifierName(notifier: NotifierProgram): string {
  return [notifier.name, notifier.version].filter(Boolean).join(" ");
}

/** What the program that shows notifications supports; unknown abilities are named as unknown. */
export function abilities(notifier: NotifierProgram): string {
  const known: readonly [boolean | null, string, string][] = [
    [notifier.body, m.notifier_body(), m.notifier_no_body()],
    [notifier.clicks, m.notifier_clicks(), m.notifier_no_clicks()],
    [notifier.keeps, m.notifier_keeps(), m.notifier_keeps_nothing()],
  ];
  const said = known.flatMap(([can, yes, no]) => (can === null ? [] : [can ? yes : no]));
  const last = said.at(-1);
  if (last === undefined) return m.notifier_not_known();
  const before = said.slice(0, -1).join(", ");
  return before === "" ? m.notifier_can({ what: last }) : m.notifier_can_all({ what: before, last });
}

export type Verdict = { readonly isGood: boolean; readonly text: string; readonly help: string };

/** The result of a verification. */
export function verdict(found: Verification): Verdict {
  const read = m.verdict_read({
    entries: m.journal_entries({ count: found.entries }),
    runs: m.runs({ count: found.runs }),
    events: m.events({ count: found.events }),
  });
  const problems = [
    found.differences > 0
      ? m.verdict_rows_differ({ count: found.differences, tables: found.tables.join(", ") })
      : "",
    found.damaged_count > 0 ? m.verdict_damaged({ count: found.damaged_count }) : "",
  ].filter(Boolean);
  if (problems.length === 0) return { isGood: true, text: `${m.verdict_same()} ${read}`, help: "" };
  const help = [
    found.differences > 0 ? m.verdict_help_rows() : "",
    found.damaged_count > 0 ? m.verdict_help_damage() : "",
  ];
  return { isGood: false, text: `${problems.join(" ")} ${read}`, help: help.filter(Boolean).join(" ") };
}

/** `Reading run 121 of 307` */
export function progressText(progress: { runs: number; of: number } | null): string {
  return progress === null
    ? m.verify_journal()
    : m.verify_run({ run: count(Math.min(progress.runs + 1, progress.of)), all: count(progress.of) });
}
