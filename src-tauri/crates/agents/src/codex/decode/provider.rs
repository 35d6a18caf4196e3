//! The provider's own error in a sentence of the program. For some refusals the program repeats the body of the
//! provider's answer, which is JSON: `unexpected status 400 Bad Request: {"error": {"message": ..., "type": ...}}`.

use crate::lenient;
use protocol::ApiErrorKind;
use serde::Deserialize;

/// The body of a refusal.
#[derive(Deserialize)]
struct Body {
    #[serde(default, deserialize_with = "lenient::object")]
    error: Option<ProviderError>,
}

/// The provider's error.
#[derive(Deserialize)]
struct ProviderError {
    #[serde(default, deserialize_with = "lenient::owned")]
    message: Option<String>,
    #[serde(default, rename = "type", deserialize_with = "lenient::owned")]
    class: Option<String>,
    #[serde(default, deserialize_with = "lenient::owned")]
    code: Option<String>,
}

/// A sentence for a person, and what failed, as far as the provider's words tell it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) words: String,
    pub(super) kind: Option<ApiErrorKind>,
}

/// Reads the provider's error in a sentence; `None` if it has none.
pub(super) fn read(sentence: &str) -> Option<Said> {
    let (before, json) = sentence.split_at(sentence.find('{')?);
    let end = json.rfind('}')? + 1;
    let body: Body = serde_json::from_str(&json[..end]).ok()?;
    let error = body.error?;
    let kind = [&error.code, &error.class].into_iter().flatten().find_map(|word| by_word(word));
    let words = error.message.filter(|message| !message.trim().is_empty())?;
    let kind = kind.or_else(|| by_sentence(&words));
    Some(Said { words: format!("{before}{words}"), kind })
}

fn by_word(word: &str) -> Option<ApiErrorKind> {
    Some(match word {
        "insufficient_quota"
        | "billing_not_active"
        | "billing_error"
        | "billing_hard_limit_reached" => ApiErrorKind::Billing,
        "context_length_exceeded" | "string_above_max_length" | "request_too_large" => {
            ApiErrorKind::PromptTooLong
        }
        "model_not_found" | "not_found_error" => ApiErrorKind::Model,
        "invalid_api_key" | "authentication_error" | "permission_error" => ApiErrorKind::Login,
        "rate_limit_exceeded" | "rate_limit_error" => ApiErrorKind::RateLimit,
        "overloaded_error" => ApiErrorKind::Overloaded,
        "content_policy_violation" => ApiErrorKind::Refusal,
        _ => return None,
    })
}

/// Parts of providers' sentences for failures whose word is only that the request is invalid.
const SENTENCES: [(&str, ApiErrorKind); 5] = [
    ("credit balance is too low", ApiErrorKind::Billing),
    ("exceeded your current quota", ApiErrorKind::Billing),
    ("prompt is too long", ApiErrorKind::PromptTooLong),
    ("maximum context length", ApiErrorKind::PromptTooLong),
    ("does not exist or you do not have access", ApiErrorKind::Model),
];

fn by_sentence(words: &str) -> Option<ApiErrorKind> {
    SENTENCES.iter().find(|(part, _)| words.contains(part)).map(|(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_providers_words_are_taken_out_of_its_json() {
        let said = |sentence: &str| read(sentence).map(|said| (said.words, said.kind));
        let found = |words: &str, kind| Some((words.to_owned(), kind));
        let table = [
            (
                r#"{"error":{"message":"You exceeded your quota.","type":"insufficient_quota","code":null}}"#,
                found("You exceeded your quota.", Some(ApiErrorKind::Billing)),
            ),
            (
                r#"unexpected status 400 Bad Request: {"type":"error","error":{"type":"invalid_request_error","code":"context_length_exceeded","message":"Too long."}}, url: http://x"#,
                found(
                    "unexpected status 400 Bad Request: Too long.",
                    Some(ApiErrorKind::PromptTooLong),
                ),
            ),
            (
                r#"{"error":{"message":"No such model.","type":"invalid_request_error","code":"model_not_found"}}"#,
                found("No such model.", Some(ApiErrorKind::Model)),
            ),
            (
                r#"{"error":{"message":"Bad field.","type":"invalid_request_error"}}"#,
                found("Bad field.", None),
            ),
            (
                r#"{"error":{"message":"Your credit balance is too low to go on.","type":"invalid_request_error"}}"#,
                found("Your credit balance is too low to go on.", Some(ApiErrorKind::Billing)),
            ),
            (r#"{"error":{"type":"invalid_request_error"}}"#, None),
            (r#"{"detail":"Bad field."}"#, None),
            ("no { JSON }", None),
            ("no JSON", None),
        ];
        for (sentence, expected) in table {
            assert_eq!(said(sentence), expected, "{sentence}");
        }
    }
}
