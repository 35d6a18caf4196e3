// The line that says what came in a story since the person looked. What is not known is said. Pure.

import { m } from "../paraglide/messages";
import type { SinceLooked } from "../ipc/protocol";
import { clock, costFact } from "./format";

/** What came since, part by part; nothing if nothing came. */
export function sinceLookedParts(since: SinceLooked): string[] {
  const { files, commands, questions, gates_passed, gates_failed, tokens, cost, is_partial } = since;
  const counted = (count: number | null, words: (is: { count: number }) => string, unknown: string) =>
    count === null ? [unknown] : count === 0 ? [] : [words({ count })];
  const used = tokens.input + tokens.output + tokens.cache_read + tokens.cache_write;
  const isUsed = used > 0 || cost.micros > 0 || is_partial;
  const parts = [
    ...counted(files, m.since_files, m.since_files_unknown()),
    ...counted(commands, m.since_commands, m.since_commands_unknown()),
    ...counted(questions, m.since_questions, m.since_questions_unknown()),
    ...counted(gates_passed, m.since_gates_passed, ""),
    ...counted(gates_failed, m.since_gates_failed, ""),
    ...(isUsed ? [costFact(cost.micros, cost.basis)] : []),
  ];
  // What is unknown alone is no news.
  const isNews =
    (files ?? 0) + (commands ?? 0) + (questions ?? 0) + gates_passed + gates_failed > 0 || isUsed;
  return isNews ? parts : [];
}

/** Since when that is. */
export function sinceLookedWhen({ looked }: SinceLooked, now: number): string {
  return looked === null ? m.since_beginning() : m.since_looked({ time: clock(Date.parse(looked), now) });
}
