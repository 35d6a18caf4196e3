import { expect, it } from "vitest";
import type { CostBasis, ModelShare, TurnEnd } from "../../ipc/protocol";
import { ZERO } from "../usage/amount";
import { useOf } from "./turnUse";

const share = (input: number, micros: number, basis: CostBasis): ModelShare => ({
  model: "m",
  tokens: { ...ZERO, input },
  cost: { micros, basis },
});
const end = (...shares: ModelShare[]): TurnEnd => ({
  turn: "completed",
  said: "",
  text: "",
  usage: null,
  index: null,
  queued: 0,
  joined: 0,
  from_task: false,
  denials: [],
  duration_ms: null,
  api_ms: null,
  login_expires_at: null,
  number: 1,
  shares,
});

it.each([
  ["streams", [], [7, 0, "lower_bound", true]],
  ["has a result", [end(share(5, 100, "reported"), share(1, 20, "reported"))], [6, 120, "reported", false]],
  ["was cut", [end(share(3, 0, "lower_bound"))], [3, 0, "lower_bound", true]],
  ["used nothing by its result", [end(share(0, 0, "reported"))], [0, 0, "reported", false]],
  [
    "left work that ended later",
    [end(share(5, 100, "reported")), end(share(2, 30, "priced"))],
    [7, 130, "priced", false],
  ],
  ["has no cost", [end(share(5, 0, "unpriced"), share(0, 0, "lower_bound"))], [5, 0, "unpriced", true]],
])("a turn that %s", (_, ends, expected) => {
  const used = useOf({ tokens: { ...ZERO, input: 7 }, ends });
  expect(used && [used.tokens.input, used.cost_micros, used.cost_basis, used.is_partial]).toEqual(expected);
});

it("says nothing of a turn of which nothing is known yet", () => {
  expect(useOf({ tokens: null, ends: [] })).toBeNull();
});
