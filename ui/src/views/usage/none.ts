// An empty sum.

import { ZERO, type Sum } from "../../domain/usage/amount";

export const NO_TOKENS: Sum = {
  tokens: ZERO,
  cost_micros: 0,
  cost_basis: "reported",
  unpriced_tokens: 0,
  is_partial: false,
};
