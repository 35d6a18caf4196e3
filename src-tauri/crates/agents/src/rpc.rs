//! JSON-RPC as agents use it on their own streams: one object per line, with or without the field
//! `jsonrpc`. This file tells requests, notifications and replies apart and changes nothing else. An id
//! is kept as its JSON text, because it has to be sent back byte for byte. The folder of each agent knows
//! what the methods mean.

use crate::lenient;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// One message.
pub(crate) enum Message<'a> {
    /// A request, which needs a reply.
    Request { id: &'a str, method: Cow<'a, str>, params: Option<&'a RawValue> },
    /// A notification, which needs none.
    Notification { method: Cow<'a, str>, params: Option<&'a RawValue> },
    /// A successful reply; `None` is a result of null.
    Reply { id: &'a str, result: Option<&'a RawValue> },
    /// A reply with an error.
    Refusal { id: &'a str, message: String },
    /// An object that is none of the above.
    Other,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(default, borrow)]
    id: Option<&'a RawValue>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    method: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    params: Option<&'a RawValue>,
    #[serde(default, borrow)]
    result: Option<&'a RawValue>,
    #[serde(default, borrow)]
    error: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Failure {
    #[serde(default, deserialize_with = "lenient::owned")]
    message: Option<String>,
}

/// Reads the message in a line; `None` if the line is no JSON object.
pub(crate) fn read(json: &str) -> Option<Message<'_>> {
    // Serde would read a list as the fields in their order.
    let object = json.trim_ascii_start().starts_with('{');
    let envelope: Envelope<'_> = object.then(|| serde_json::from_str(json).ok())??;
    let id = envelope.id.map(RawValue::get);
    Some(match (id, envelope.method, envelope.error) {
        (Some(id), Some(method), _) => Message::Request { id, method, params: envelope.params },
        (None, Some(method), _) => Message::Notification { method, params: envelope.params },
        (Some(id), None, Some(error)) => Message::Refusal { id, message: words(error) },
        (Some(id), None, None) => Message::Reply { id, result: envelope.result },
        (None, None, _) => Message::Other,
    })
}

/// The message of an error; an error of another shape is shown as JSON.
fn words(error: &RawValue) -> String {
    let failure: Option<Failure> = serde_json::from_str(error.get()).ok();
    let message = failure.and_then(|failure| failure.message);
    message.unwrap_or_else(|| error.get().to_owned())
}

/// Reads `params` or a result into a type whose fields are all lenient; `None` if it is no object.
pub(crate) fn fields<'a, T: Deserialize<'a>>(params: Option<&'a RawValue>) -> Option<T> {
    let json = params?.get();
    json.starts_with('{').then(|| serde_json::from_str(json).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(json: &str) -> String {
        match read(json) {
            Some(Message::Request { id, method, .. }) => format!("request {id} {method}"),
            Some(Message::Notification { method, .. }) => format!("notification {method}"),
            Some(Message::Reply { id, result }) => {
                format!("reply {id} {}", result.map_or("null", RawValue::get))
            }
            Some(Message::Refusal { id, message }) => format!("refusal {id} {message}"),
            Some(Message::Other) => "other".to_owned(),
            None => "no object".to_owned(),
        }
    }

    #[test]
    fn messages_are_distinguished_and_ids_keep_their_spelling() {
        for (json, expected) in [
            (r#"{"id":0,"method":"ask","params":{}}"#, "request 0 ask"),
            (r#"{"jsonrpc":"2.0","id":"a\u0062","method":"ask"}"#, r#"request "a\u0062" ask"#),
            (r#"{"method":"news","params":null}"#, "notification news"),
            (r#"{"id":1e2,"result":{"a":1}}"#, r#"reply 1e2 {"a":1}"#),
            (r#"{"id":1,"result":null}"#, "reply 1 null"),
            (r#"{"error":{"code":-1,"message":"no"},"id":"x"}"#, r#"refusal "x" no"#),
            (r#"{"error":"boom","id":2}"#, r#"refusal 2 "boom""#),
            (r#"{"error":null,"id":2,"result":7}"#, "reply 2 7"),
            (r#"{"id":null,"method":7}"#, "other"),
            ("{}", "other"),
            ("[1]", "no object"),
            ("{", "no object"),
        ] {
            assert_eq!(described(json), expected, "{json}");
        }
    }
}
