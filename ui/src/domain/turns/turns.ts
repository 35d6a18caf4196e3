// The turns of a story with what each used, numbered over the whole story. A turn without a result is provisional: it is running, or its
// process ended before the result. Pure.

import type { ModelShare, Run, RunId, Seq, StoryUsage, TurnUsage } from "../../ipc/protocol";
import { timeOf } from "../countdown";
import { sumOf, sumOn, type Sum } from "../usage/amount";
import { m } from "../../paraglide/messages";

/** Whether a turn has its result, is running, or ended without one. */
export type Phase = "ended" | "runs" | "no_result";

export type Turn = {
  /** The numbers of the first and last turn, from 1. They differ if the engine joined several turns. */
  readonly first: number;
  readonly last: number;
  readonly run: RunId;
  /** The number of the result's event in the run. */
  readonly seq: Seq | null;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  readonly models: readonly ModelShare[];
  readonly sum: Sum;
  readonly phase: Phase;
};

/** All turns in order, as the engine counts them for every sum of usage. */
export function turnsOf(usage: StoryUsage, runs: readonly Run[]): Turn[] {
  let before = 0;
  return usage.turns.map((turn): Turn => {
    const first = before + 1;
    before += Math.max(1, turn.turns);
    return {
      first,
      last: before,
      run: turn.run,
      seq: turn.seq,
      ...timesOf(turn),
      models: turn.models,
      sum: sumOf(turn.models.map(sumOfShare)),
      phase: phaseOf(turn, runs),
    };
  });
}

/** How many turns a story has. */
export function countOf(turns: readonly Turn[]): number {
  return turns.at(-1)?.last ?? 0;
}

/** `Turn 9`, `Turns 12 to 15` */
export function nameOf({ first, last }: { readonly first: number; readonly last: number }): string {
  return first === last ? m.turn_number({ number: first }) : m.turn_numbers({ first, last });
}

export function sumOfShare({ tokens, cost }: ModelShare): Sum {
  return sumOn(cost.basis, tokens, cost.micros);
}

/** If the clock was set back between two results, a turn would end before it began; its beginning is then set to its end. */
function timesOf({ from, to }: TurnUsage): { from: number; to: number } {
  const end = timeOf(to) ?? timeOf(from) ?? 0;
  return { from: Math.min(timeOf(from) ?? end, end), to: end };
}

function phaseOf({ run, seq }: TurnUsage, runs: readonly Run[]): Phase {
  if (seq !== null) return "ended";
  const isOver = runs.some((each) => each.id === run && each.ended_at !== null);
  return isOver ? "no_result" : "runs";
}
