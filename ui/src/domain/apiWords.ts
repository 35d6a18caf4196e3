// What failed between an agent and its provider, in words. Pure.
import type { ApiErrorKind } from "../ipc/protocol";

const API: Record<ApiErrorKind, string> = {
  login: "the login was refused",
  billing: "the provider refused for billing",
  rate_limit: "too many requests",
  overloaded: "the API was overloaded",
  invalid_request: "the request was refused",
  prompt_too_long: "the conversation is too long for the model",
  model: "the model is not available",
  server: "the API failed",
  max_output: "the answer was longer than the model may write",
  refusal: "the model refused",
  network: "the API was not reached",
  unknown: "the API failed",
};

/** What failed between the agent and its provider. */
export function apiWords(error: ApiErrorKind, status: number | null): string {
  return status === null ? API[error] : `${API[error]} (${status})`;
}
