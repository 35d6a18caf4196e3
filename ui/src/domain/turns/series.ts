// The series of a story's chart: its models by cost, most expensive first; if there are many, the cheapest share a series. The order is by
// the cost of the whole story, so a model keeps its tone when the chart switches between cost and tokens. Pure.

import { toneOf, type Tone } from "../chart/columns";
import { totalTokens } from "../format";
import { sumOf, type Sum } from "../usage/amount";
import { visibleText } from "../visible";
import { sumOfShare, type Turn } from "./turns";
import { m } from "../../paraglide/messages";

export type Series = {
  readonly models: ReadonlySet<string>;
  readonly name: string;
  /** The full name, if the shown one stands for several models. */
  readonly whole: string;
  readonly tone: Tone;
  /** What it used in the whole story. */
  readonly sum: Sum;
};

/** The number of models with a tone of their own, if there are more than `MOST`. */
const OWN = 4;
/** Up to this many models each have a tone of their own. */
const MOST = 5;

export function seriesOf(turns: readonly Turn[]): Series[] {
  const sums = new Map<string, Sum[]>();
  for (const share of turns.flatMap((turn) => turn.models)) {
    const of = sums.get(share.model);
    if (of) of.push(sumOfShare(share));
    else sums.set(share.model, [sumOfShare(share)]);
  }
  const models = [...sums]
    .map(([model, parts]) => ({ model, sum: sumOf(parts) }))
    .toSorted((a, b) => dearer(a.sum, b.sum) || (a.model < b.model ? -1 : 1));
  const own = models.length > MOST ? models.slice(0, OWN) : models;
  const rest = models.slice(own.length);
  const series = own.map(({ model, sum }, n) => ({
    models: new Set([model]),
    name: modelName(model),
    whole: modelName(model),
    tone: toneOf(n, false),
    sum,
  }));
  if (rest.length === 0) return series;
  const whole = rest.map(({ model }) => modelName(model)).join(", ");
  return [
    ...series,
    {
      models: new Set(rest.map(({ model }) => model)),
      name: m.usage_others({ count: rest.length }),
      whole,
      tone: toneOf(OWN, true),
      sum: sumOf(rest.map(({ sum }) => sum)),
    },
  ];
}

/** The model's name as the agent reports it, with invisible characters made visible. */
export function modelName(model: string): string {
  return model === "" ? m.usage_no_model() : visibleText(model);
}

/** What a series used in these turns; null if nothing. */
export function shareOf(series: Series, turns: readonly Turn[]): Sum | null {
  const parts = turns.flatMap((turn) => turn.models).filter((share) => series.models.has(share.model));
  return parts.length === 0 ? null : sumOf(parts.map(sumOfShare));
}

function dearer(a: Sum, b: Sum): number {
  return (b.cost_micros ?? 0) - (a.cost_micros ?? 0) || totalTokens(b.tokens) - totalTokens(a.tokens);
}
