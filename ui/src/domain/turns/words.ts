// Texts of a chart of turns: a summary, and the description of one bar. Pure.

import { clock, clockWithSeconds, count, duration, hourAndMinute, took } from "../format";
import { basisWords } from "../timeline/usage";
import type { Tokens } from "../../ipc/protocol";
import { costText, isUsed, sumOf } from "../usage/amount";
import type { Measure } from "../usage/bars";
import { valueOf } from "../usage/bars";
import { sumText } from "../usage/finding";
import type { TurnBar } from "./bars";
import { shareOf, type Series } from "./series";
import { countOf, nameOf, type Phase, type Turn } from "./turns";
import { m } from "../../paraglide/messages";

/** `14 turns, $4.06; the most expensive was turn 9 with $1.12.` */
export function findingOf(turns: readonly Turn[], measure: Measure): string {
  if (turns.length === 0) return m.turns_none();
  const count = countOf(turns);
  const isOver = turns.every((turn) => turn.phase !== "runs");
  if (turns.every(({ sum }) => !isUsed(sum))) return isOver ? m.turns_unused({ count }) : m.turns_none_used();
  const ended = turns.filter((turn) => turn.phase === "ended");
  const first = ended[0];
  const most =
    first &&
    ended.reduce(
      (most, turn) => (valueOf(turn.sum, measure) > valueOf(most.sum, measure) ? turn : most),
      first,
    );
  const hasLargest = most !== undefined && turns.length > 1 && valueOf(most.sum, measure) > 0;
  const all = m.turns_used({ count, used: sumText(sumOf(turns.map((turn) => turn.sum)), measure) });
  return [
    hasLargest ? largestWords(all, most, measure) : m.turns_finding({ all }),
    ...openWords(turns),
    ...unpricedWords(turns, measure),
  ].join(" ");
}

function largestWords(all: string, turn: Turn, measure: Measure): string {
  const { first, last } = turn;
  const used = sumText(turn.sum, measure);
  if (first === last)
    return measure === "cost"
      ? m.turns_dearest({ all, number: first, used })
      : m.turns_largest({ all, number: first, used });
  return measure === "cost"
    ? m.turns_dearest_many({ all, first, last, used })
    : m.turns_largest_many({ all, first, last, used });
}

/** Why the usage of a turn is not final, as a sentence about `turn`. */
function openWord(phase: Exclude<Phase, "ended">, turn: string): string {
  switch (phase) {
    case "runs":
      return m.turn_provisional({ turn });
    case "no_result":
      return m.turn_without_result({ turn });
  }
}

function openWords(turns: readonly Turn[]): string[] {
  return turns
    .flatMap((turn) => (turn.phase === "ended" ? [] : [openWord(turn.phase, nameOf(turn))]))
    .slice(-2);
}

function unpricedWords(turns: readonly Turn[], measure: Measure): string[] {
  const some = turns.filter((turn) => turn.models.some(({ cost }) => cost.basis === "unpriced"));
  const n = some.reduce((sum, turn) => sum + turn.last - turn.first + 1, 0);
  return measure === "tokens" || n === 0 ? [] : [m.turns_unpriced({ count: n })];
}

/** `15:02 to 15:14, 12 min`; within one minute `15:02:07 to 15:02:09, 1.8 s` */
export function timesText({ from, to, is }: TurnBar, now: number): string {
  if (is === "runs") return m.time_to_now_length({ from: clock(from, now), length: lengthText(from, now) });
  const isOneMinute = hourAndMinute(from) === hourAndMinute(to) && to - from < 60_000;
  const text = (at: number) => (isOneMinute ? clockWithSeconds(at) : clock(at, now));
  return m.time_to_length({ from: text(from), to: text(to), length: lengthText(from, to) });
}

function lengthText(from: number, to: number): string {
  return to - from < 60_000 ? took(to - from) : duration(to - from);
}

/** `Input 1,204, output 9,120, cache read 812,004, cache write 41,118` */
export function classesText({ input, output, cache_read, cache_write }: Tokens): string {
  return m.tokens_by_class({
    input: count(input),
    output: count(output),
    cache_read: count(cache_read),
    cache_write: count(cache_write),
  });
}

/** Notes beside the numbers of a bar: how certain they are, and whether it stands for several turns. */
export function notesOf(bar: TurnBar): string[] {
  const folded = bar.turns.some((turn) => turn.last > turn.first);
  const turns = count(bar.last - bar.first + 1);
  const many =
    bar.last > bar.first ? [folded ? m.turns_listed_as_one({ turns }) : m.turns_drawn_as_one({ turns })] : [];
  const open = bar.is === "ended" ? [] : [openWord(bar.is, m.turn_it())];
  return [...many, ...open];
}

/** The whole description of a bar, for screen readers. */
export function readoutOf(bar: TurnBar, series: readonly Series[], now: number, context: string): string {
  const shares = series.flatMap((each) => {
    const sum = shareOf(each, bar.turns);
    return sum ? [`${each.name} ${costText(sum)}`] : [];
  });
  return [
    `${nameOf(bar)}, ${timesText(bar, now)}, ${costText(bar.sum)}, ${basisWords(bar.sum.cost_basis)}`,
    classesText(bar.sum.tokens),
    ...(shares.length > 1 ? [shares.join(", ")] : []),
    ...(context ? [m.turn_context({ context })] : []),
    ...notesOf(bar).map((note) => note.replace(/\.$/, "")),
  ].join(". ");
}
