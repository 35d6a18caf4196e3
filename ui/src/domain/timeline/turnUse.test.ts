import { expect, it } from "vitest";
import type { ModelUsage, TurnEnd } from "../../ipc/protocol";
import { ZERO } from "../usage/amount";
import { useOf } from "./turnUse";

const model = (input: number, cost_micros: number | null, part: Partial<ModelUsage> = {}): ModelUsage => ({
  tokens: { ...ZERO, input },
  cost_micros,
  price_unknown: false,
  ...part,
});
const end = (usage: TurnEnd["usage"]): TurnEnd => ({
  turn: "interrupted",
  said: "",
  text: "",
  usage,
  index: null,
  queued: 0,
  joined: 0,
  from_task: false,
  denials: [],
  duration_ms: null,
  api_ms: null,
  login_expires_at: null,
});
const since = (since_last: Record<string, ModelUsage> | null) =>
  end({ totals: { models: {}, cost_micros: 900 }, since_last });
const step = (models: Record<string, ModelUsage>) => end({ used: { models, cost_micros: null } });

it.each([
  ["streams", [], 7, null],
  ["has a result", [since({ opus: model(5, 100), haiku: model(1, 20) })], 6, [120, "reported"]],
  [
    "was cut, and its result counts less than was streamed",
    [since({ opus: model(3, 60) })],
    3,
    [60, "reported"],
  ],
  ["used nothing by its result", [since({})], 0, null],
  [
    "left work that ended later",
    [since({ opus: model(5, 100) }), since({ opus: model(2, 30) })],
    7,
    [130, "reported"],
  ],
  ["has no model's own price", [since({ lab: model(5, 100, { price_unknown: true }) })], 5, [100, "priced"]],
  ["has no cost", [step({ gpt: model(5, null) })], 5, null],
  ["was cut without a word of its usage", [end(null)], 7, null],
  ["has totals of the conversation alone", [since(null)], 7, null],
])("a turn that %s", (_, ends, input, cost) => {
  const used = useOf({ tokens: { ...ZERO, input: 7 }, ends });
  expect(used.tokens?.input).toBe(input);
  expect(used.cost && [used.cost.micros, used.cost.basis]).toEqual(cost);
});
