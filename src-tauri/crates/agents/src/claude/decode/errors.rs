//! What failed between the program and its provider, from the several words that it has for that.
//! The finest word wins: the API error, the HTTP status where the class is vague, the class itself.

use protocol::ApiErrorKind;

/// What is known about a failure.
#[derive(Default)]
pub(super) struct Failure<'a> {
    /// `error`: the class (`rate_limit`, `server_error`, ...).
    pub(super) class: Option<&'a str>,
    /// `api_error`: a finer word, since 2.1.330.
    pub(super) api_error: Option<&'a str>,
    /// The HTTP status.
    pub(super) status: Option<u64>,
    /// Why the model or the turn stopped.
    pub(super) stop_reason: Option<&'a str>,
    /// The program's sentence.
    pub(super) message: &'a str,
}

impl Failure<'_> {
    /// What failed; `None` when nothing here says so.
    pub(super) fn kind(&self) -> Option<ApiErrorKind> {
        if self.stop_reason == Some("refusal") {
            return Some(ApiErrorKind::Refusal);
        }
        if self.stop_reason == Some("prompt_too_long")
            || self.message.starts_with("Prompt is too long")
        {
            return Some(ApiErrorKind::PromptTooLong);
        }
        let fine = self.api_error.and_then(fine_word);
        fine.or_else(|| self.by_class()).or_else(|| by_status(self.status?))
    }

    fn by_class(&self) -> Option<ApiErrorKind> {
        match self.class? {
            // "Repeated 529 Overloaded errors" comes as a server error.
            "server_error" if self.status == Some(529) => Some(ApiErrorKind::Overloaded),
            "unknown" => Some(match self.status {
                None => ApiErrorKind::Network,
                Some(status) => by_status(status).unwrap_or(ApiErrorKind::Unknown),
            }),
            word => Some(class(word)),
        }
    }
}

fn fine_word(word: &str) -> Option<ApiErrorKind> {
    match word {
        "usage_limit_reached" => Some(ApiErrorKind::RateLimit),
        "max_output_tokens" => Some(ApiErrorKind::MaxOutput),
        "prompt_too_long" => Some(ApiErrorKind::PromptTooLong),
        _ => None,
    }
}

/// The classes of `assistant.error` and `api_retry.error`.
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

/// An HTTP status as the event has it.
pub(super) fn status(number: Option<u64>) -> Option<u16> {
    number.and_then(|number| u16::try_from(number).ok()).filter(|status| *status > 0)
}
