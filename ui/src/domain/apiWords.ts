// Texts for errors between an agent and its provider. Pure.
import type { ApiErrorKind } from "../ipc/protocol";
import { m } from "../paraglide/messages";

const API: Record<ApiErrorKind, string> = {
  login: m.api_login(),
  billing: m.api_billing(),
  rate_limit: m.api_rate_limit(),
  overloaded: m.api_overloaded(),
  invalid_request: m.api_invalid_request(),
  prompt_too_long: m.api_prompt_too_long(),
  model: m.api_model(),
  server: m.api_server(),
  max_output: m.api_max_output(),
  refusal: m.api_refusal(),
  network: m.api_network(),
  unknown: m.api_unknown(),
};

/** The error, with its HTTP status if that is known. */
export function apiWords(error: ApiErrorKind, status: number | null): string {
  return status === null ? API[error] : m.api_with_status({ error: API[error], status });
}
