// What a chart of turns says in words: its finding, and one bar read out. Pure.

import { clock, clockWithSeconds, count, counted, duration, hourAndMinute, took } from "../format";
import { basisWords } from "../timeline/usage";
import type { Tokens } from "../../ipc/protocol";
import { costText, isUsed, sumOf } from "../usage/amount";
import type { Measure } from "../usage/bars";
import { valueOf } from "../usage/bars";
import { sumText } from "../usage/finding";
import type { TurnBar } from "./bars";
import { shareOf, type Series } from "./series";
import { countOf, nameOf, type Phase, type Turn } from "./turns";

/** `14 turns, $4.06; the most expensive was turn 9 with $1.12.` */
export function findingOf(turns: readonly Turn[], measure: Measure): string {
  if (turns.length === 0) return "No turn yet.";
  const all = counted(countOf(turns), "turn", "turns");
  if (turns.every(({ sum }) => !isUsed(sum))) return `${all} ended without using any tokens.`;
  const ended = turns.filter((turn) => turn.phase === "ended");
  const first = ended[0];
  const most =
    first &&
    ended.reduce(
      (most, turn) => (valueOf(turn.sum, measure) > valueOf(most.sum, measure) ? turn : most),
      first,
    );
  const isTold = most !== undefined && turns.length > 1 && valueOf(most.sum, measure) > 0;
  const best = isTold ? `; ${largestWords(most, measure)}` : "";
  return [
    `${all}, ${sumText(sumOf(turns.map((turn) => turn.sum)), measure)}${best}.`,
    ...openWords(turns),
    ...unpricedWords(turns, measure),
  ].join(" ");
}

const LISTED_AS_ONE = "listed as one, because the story has very many";
const DRAWN_AS_ONE = "drawn as one, because they are so near";

function largestWords(turn: Turn, measure: Measure): string {
  const what = measure === "cost" ? "the most expensive" : "the largest";
  const be = turn.first === turn.last ? "was" : "were";
  return `${what} ${be} ${nameOf(turn).toLowerCase()} with ${sumText(turn.sum, measure)}`;
}

const OPEN: Record<Exclude<Phase, "ended">, string> = {
  runs: "is provisional until its result comes",
  no_result: "ended without a result, and is known in part only",
};

function openWords(turns: readonly Turn[]): string[] {
  return turns
    .flatMap((turn) => (turn.phase === "ended" ? [] : [`${nameOf(turn)} ${OPEN[turn.phase]}.`]))
    .slice(-2);
}

function unpricedWords(turns: readonly Turn[], measure: Measure): string[] {
  const some = turns.filter((turn) => turn.models.some(({ cost }) => cost.basis === "unpriced"));
  const n = some.reduce((sum, turn) => sum + turn.last - turn.first + 1, 0);
  return measure === "tokens" || n === 0
    ? []
    : [`${counted(n, "turn has", "turns have")} tokens without a price.`];
}

/** `15:02 to 15:14, 12 min`; in one and the same minute `15:02:07 to 15:02:09, 1.8 s` */
export function timesText({ from, to, is }: TurnBar, now: number): string {
  if (is === "runs") return `${clock(from, now)} to now, ${lengthText(from, now)}`;
  const isOneMinute = hourAndMinute(from) === hourAndMinute(to) && to - from < 60_000;
  const times = isOneMinute
    ? `${clockWithSeconds(from)} to ${clockWithSeconds(to)}`
    : `${clock(from, now)} to ${clock(to, now)}`;
  return `${times}, ${lengthText(from, to)}`;
}

function lengthText(from: number, to: number): string {
  return to - from < 60_000 ? took(to - from) : duration(to - from);
}

/** `Input 1,204, output 9,120, cache read 812,004, cache write 41,118` */
export function classesText({ input, output, cache_read, cache_write }: Tokens): string {
  return `Input ${count(input)}, output ${count(output)}, cache read ${count(cache_read)}, cache write ${count(cache_write)}`;
}

/** What is said of a bar beside its figures: how sure it is, and that it stands for several turns. */
export function notesOf(bar: TurnBar): string[] {
  const folded = bar.turns.some((turn) => turn.last > turn.first);
  const many =
    bar.last > bar.first
      ? [`${count(bar.last - bar.first + 1)} turns are ${folded ? LISTED_AS_ONE : DRAWN_AS_ONE}.`]
      : [];
  const open = bar.is === "ended" ? [] : [`It ${OPEN[bar.is]}.`];
  return [...many, ...open];
}

/** A bar in one text, for ears. */
export function readoutOf(bar: TurnBar, series: readonly Series[], now: number, context: string): string {
  const shares = series.flatMap((each) => {
    const sum = shareOf(each, bar.turns);
    return sum ? [`${each.name} ${costText(sum)}`] : [];
  });
  return [
    `${nameOf(bar)}, ${timesText(bar, now)}, ${costText(bar.sum)}, ${basisWords(bar.sum.cost_basis)}`,
    classesText(bar.sum.tokens),
    ...(shares.length > 1 ? [shares.join(", ")] : []),
    ...(context ? [`context ${context}`] : []),
    ...notesOf(bar).map((note) => note.replace(/\.$/, "")),
  ].join(". ");
}
