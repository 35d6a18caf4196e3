//! What failed between the program and its provider, worked out from the several fields that name it. The
//! most specific wins: the API error, then the HTTP status if the class is vague, then the class. If a
//! version has no word for a failure, the sentence that it prints is used.

use protocol::ApiErrorKind;

/// What is known about a failure.
#[derive(Default)]
pub(super) struct Failure<'a> {
    /// `error`: the class (`rate_limit`, `server_error`, ...).
    pub(super) class: Option<&'a str>,
    /// `api_error`: a more specific word, since 2.1.330.
    pub(super) api_error: Option<&'a str>,
    /// The HTTP status.
    pub(super) status: Option<u64>,
    /// Why the model or the turn stopped.
    pub(super) stop_reason: Option<&'a str>,
    /// The program's sentence.
    pub(super) message: &'a str,
}

impl Failure<'_> {
    /// Returns what failed; `None` when no field names it.
    pub(super) fn kind(&self) -> Option<ApiErrorKind> {
        if self.stop_reason == Some("refusal") {
            return Some(ApiErrorKind::Refusal);
        }
        if self.stop_reason == Some("prompt_too_long") {
            return Some(ApiErrorKind::PromptTooLong);
        }
        // A full context is reported with the same word as an answer that is too long; the sentence tells
        // them apart.
        let fine = sentence(self.words()).or_else(|| self.api_error.and_then(fine_word));
        fine.or_else(|| self.by_class()).or_else(|| by_status(self.status()?))
    }

    /// Returns the HTTP status; earlier versions only print it: `API Error: 400 ...`.
    pub(super) fn status(&self) -> Option<u64> {
        let printed = || self.words().split(' ').next()?.parse().ok();
        self.status.or_else(printed).filter(|status| (400..600).contains(status))
    }

    fn words(&self) -> &str {
        self.message.strip_prefix("API Error: ").unwrap_or(self.message)
    }

    fn by_class(&self) -> Option<ApiErrorKind> {
        match self.class? {
            // "Repeated 529 Overloaded errors" is reported as a server error.
            "server_error" if self.status() == Some(529) => Some(ApiErrorKind::Overloaded),
            "unknown" => Some(match self.status() {
                None => ApiErrorKind::Network,
                Some(status) => by_status(status).unwrap_or(ApiErrorKind::Unknown),
            }),
            word => Some(class(word)),
        }
    }
}

fn fine_word(word: &str) -> Option<ApiErrorKind> {
    Some(match word {
        "usage_limit_reached" => ApiErrorKind::RateLimit,
        "max_output_tokens" => ApiErrorKind::MaxOutput,
        "prompt_too_long" | "message_over_context_limit" | "autocompact_thrashing" => {
            ApiErrorKind::PromptTooLong
        }
        "org_disabled_credential"
        | "api_key_auth_disabled"
        | "invalid_credential_header"
        | "stored_login_refused"
        | "oauth_refresh_store_refused"
        | "named_profile_unusable"
        | "provider_credentials"
        | "gateway_signin_required"
        | "gateway_session_expired" => ApiErrorKind::Login,
        "model_requires_usage_credits" | "long_context_credits_required" | "consent_unanswered" => {
            ApiErrorKind::Billing
        }
        "no_allowed_fallback" | "model_substitution_disabled" => ApiErrorKind::Model,
        "safety_monitor_blocked" => ApiErrorKind::Refusal,
        "connection_failed"
        | "no_response"
        | "stream_idle_timeout"
        | "computer_slept"
        | "network_edge_blocked"
        | "gateway_content_type"
        | "tls_untrusted_ca"
        | "tls_cert_signature_failure" => ApiErrorKind::Network,
        _ => return None,
    })
}

/// Beginnings of the program's sentences for failures that some version has no word for.
const SENTENCES: [(&str, ApiErrorKind); 10] = [
    ("Prompt is too long", ApiErrorKind::PromptTooLong),
    ("Request too large", ApiErrorKind::PromptTooLong),
    ("The model has reached its context window limit", ApiErrorKind::PromptTooLong),
    ("Your ANTHROPIC_API_KEY belongs to a disabled organization", ApiErrorKind::Login),
    ("Repeated 529 Overloaded errors", ApiErrorKind::Overloaded),
    ("Connection closed", ApiErrorKind::Network),
    ("Connection error", ApiErrorKind::Network),
    ("Response stalled", ApiErrorKind::Network),
    ("Unable to connect to API", ApiErrorKind::Network),
    ("Request timed out", ApiErrorKind::Network),
];

fn sentence(words: &str) -> Option<ApiErrorKind> {
    let known = SENTENCES.iter().find(|(beginning, _)| words.starts_with(beginning))?;
    Some(known.1)
}

/// Maps the classes of `assistant.error` and `api_retry.error`.
pub(super) fn class(word: &str) -> ApiErrorKind {
    match word {
        "authentication_failed"
        | "oauth_org_not_allowed"
        | "account_on_hold"
        | "verification_required"
        | "cloud_credential_error" => ApiErrorKind::Login,
        "billing_error" => ApiErrorKind::Billing,
        "rate_limit" => ApiErrorKind::RateLimit,
        "overloaded" => ApiErrorKind::Overloaded,
        "invalid_request" => ApiErrorKind::InvalidRequest,
        "model_not_found" => ApiErrorKind::Model,
        "server_error" => ApiErrorKind::Server,
        "max_output_tokens" => ApiErrorKind::MaxOutput,
        _ => ApiErrorKind::Unknown,
    }
}

fn by_status(status: u64) -> Option<ApiErrorKind> {
    match status {
        401 | 403 => Some(ApiErrorKind::Login),
        402 => Some(ApiErrorKind::Billing),
        404 => Some(ApiErrorKind::Model),
        413 => Some(ApiErrorKind::PromptTooLong),
        429 => Some(ApiErrorKind::RateLimit),
        529 => Some(ApiErrorKind::Overloaded),
        400..=499 => Some(ApiErrorKind::InvalidRequest),
        500..=599 => Some(ApiErrorKind::Server),
        _ => None,
    }
}

/// Converts an HTTP status to the event's type; `None` if it is 0 or too large.
pub(super) fn status(number: Option<u64>) -> Option<u16> {
    number.and_then(|number| u16::try_from(number).ok()).filter(|status| *status > 0)
}
