//! What failed between the program and its provider, worked out from the program's own word and the HTTP
//! status. The words are those of the schema of 0.171.0.

use super::provider;
use crate::codex::wire::thread::TurnError;
use protocol::ApiErrorKind;
use serde_json::Value;

/// An error, classified.
pub(super) struct Failure {
    /// What failed; `None` if it was not the provider.
    pub(super) kind: Option<ApiErrorKind>,
    /// The HTTP status, if there was one.
    pub(super) status: Option<u16>,
    /// Whether the account's limit is used up.
    pub(super) is_limit: bool,
}

/// Classifies an error.
pub(super) fn failure(error: &TurnError) -> Failure {
    let word = word(error);
    let status = status(&error.codex_error_info);
    let kind = match word {
        Some(word) => by_word(word).or_else(|| by_transport(word, status)),
        None => None,
    };
    let sentence = error.message.as_deref().unwrap_or_default();
    let kind = provider::read(sentence).and_then(|said| said.kind).or(kind);
    let kind = by_sentence(sentence).or(kind);
    Failure { kind, status, is_limit: word == Some("usageLimitExceeded") }
}

/// The sentence of an error, with the provider's words in place of its JSON.
pub(super) fn message(error: &TurnError) -> Option<String> {
    let sentence = error.message.as_deref()?;
    Some(provider::read(sentence).map_or_else(|| sentence.to_owned(), |said| said.words))
}

/// Whether the run ended because its own token limit was reached.
pub(super) fn is_budget(error: &TurnError) -> bool {
    word(error) == Some("sessionBudgetExceeded")
}

/// The program's word for the error.
pub(super) fn word(error: &TurnError) -> Option<&str> {
    match &error.codex_error_info {
        Value::String(word) => Some(word),
        Value::Object(one) => one.keys().next().map(String::as_str),
        _ => None,
    }
}

fn status(info: &Value) -> Option<u16> {
    let details = info.as_object()?.values().next()?;
    let status = details.get("httpStatusCode")?.as_u64()?;
    u16::try_from(status).ok().filter(|status| *status > 0)
}

fn by_word(word: &str) -> Option<ApiErrorKind> {
    Some(match word {
        "contextWindowExceeded" => ApiErrorKind::PromptTooLong,
        "usageLimitExceeded" | "rateLimitExceeded" => ApiErrorKind::RateLimit,
        "flexUnavailable" | "serverOverloaded" | "policyCapacityUnavailable" => {
            ApiErrorKind::Overloaded
        }
        "modelNotFound" => ApiErrorKind::Model,
        "inferenceHookDenied" | "cyberPolicy" | "bioPolicy" | "misalignmentPolicyViolation" => {
            ApiErrorKind::Refusal
        }
        "internalServerError" => ApiErrorKind::Server,
        "unauthorized" => ApiErrorKind::Login,
        "badRequest" => ApiErrorKind::InvalidRequest,
        _ => return None,
    })
}

fn by_transport(word: &str, status: Option<u16>) -> Option<ApiErrorKind> {
    let transport = matches!(
        word,
        "httpConnectionFailed"
            | "responseStreamConnectionFailed"
            | "responseStreamDisconnected"
            | "responseTooManyFailedAttempts"
    );
    transport.then(|| status.map_or(ApiErrorKind::Network, by_status))
}

fn by_status(status: u16) -> ApiErrorKind {
    match status {
        401 | 403 => ApiErrorKind::Login,
        402 => ApiErrorKind::Billing,
        404 => ApiErrorKind::Model,
        413 => ApiErrorKind::PromptTooLong,
        429 => ApiErrorKind::RateLimit,
        503 | 529 => ApiErrorKind::Overloaded,
        400..=499 => ApiErrorKind::InvalidRequest,
        500..=599 => ApiErrorKind::Server,
        _ => ApiErrorKind::Unknown,
    }
}

/// Recognises by its sentence what has no word: a missing credential, and an answer that was cut.
fn by_sentence(message: &str) -> Option<ApiErrorKind> {
    if message.starts_with("Missing environment variable") {
        return Some(ApiErrorKind::Login);
    }
    message.ends_with("reason: max_output_tokens").then_some(ApiErrorKind::MaxOutput)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(info: Value, message: &str) -> (Option<ApiErrorKind>, Option<u16>) {
        let error = json!({"message": message, "codexErrorInfo": info});
        let failure = failure(&serde_json::from_value(error).unwrap());
        (failure.kind, failure.status)
    }

    #[test]
    fn errors_have_their_kind_and_status() {
        let disconnected =
            |status: Value| json!({"responseStreamDisconnected": {"httpStatusCode": status}});
        for (info, kind, status) in [
            (json!("usageLimitExceeded"), Some(ApiErrorKind::RateLimit), None),
            (disconnected(json!(429)), Some(ApiErrorKind::RateLimit), Some(429)),
            (disconnected(json!(500)), Some(ApiErrorKind::Server), Some(500)),
            (disconnected(json!(null)), Some(ApiErrorKind::Network), None),
            (json!({"activeTurnNotSteerable": {"turnKind": "review"}}), None, None),
            (json!("sandboxError"), None, None),
            (json!("aWordOfTomorrow"), None, None),
            (json!(null), None, None),
            (json!(7), None, None),
        ] {
            assert_eq!(of(info.clone(), ""), (kind, status), "{info}");
        }
        let quota = r#"{"error": {"message": "Pay first.", "type": "insufficient_quota"}}"#;
        assert_eq!(of(json!("badRequest"), quota).0, Some(ApiErrorKind::Billing));
        let missing = of(json!("other"), "Missing environment variable: `KEY`.");
        assert_eq!(missing.0, Some(ApiErrorKind::Login));
        let cut = "Incomplete response returned, reason: max_output_tokens";
        for info in [json!("other"), json!(null), disconnected(json!(null))] {
            assert_eq!(of(info, cut).0, Some(ApiErrorKind::MaxOutput));
        }
    }
}
