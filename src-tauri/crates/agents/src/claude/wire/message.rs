//! `assistant` and `user`: finished blocks of a conversation, on standard output and, for what Musher
//! wrote, in the input log. One struct has the fields of every kind of content block, because the kind
//! may be anywhere in the object.

use crate::lenient;
use protocol::Tokens;
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// A line of type `assistant`.
#[derive(Deserialize)]
pub(in crate::claude) struct AssistantLine<'a> {
    #[serde(default, borrow, rename = "type", deserialize_with = "lenient::text")]
    pub(in crate::claude) kind: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::object")]
    pub(in crate::claude) message: Option<Message<'a>>,
    #[serde(default, borrow, rename = "parent_tool_use_id", deserialize_with = "lenient::text")]
    pub(in crate::claude) parent: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) uuid: Option<Cow<'a, str>>,
    /// The class of error, if a request failed for good.
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) error: Option<Cow<'a, str>>,
    #[serde(default, rename = "is_api_error_message", deserialize_with = "lenient::flag")]
    pub(in crate::claude) is_api_error: Option<bool>,
    /// A more specific error than `error`, since 2.1.330.
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) api_error: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "lenient::count")]
    pub(in crate::claude) api_error_status: Option<u64>,
    #[serde(default, deserialize_with = "lenient::count")]
    pub(in crate::claude) thinking_duration_ms: Option<u64>,
    /// Ids (`uuid`) of earlier messages that this one replaces.
    #[serde(default, deserialize_with = "lenient::strings")]
    pub(in crate::claude) supersedes: Option<Vec<String>>,
}

/// A line of type `user`.
#[derive(Deserialize)]
pub(in crate::claude) struct UserLine<'a> {
    #[serde(default, borrow, rename = "type", deserialize_with = "lenient::text")]
    pub(in crate::claude) kind: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::object")]
    pub(in crate::claude) message: Option<Message<'a>>,
    #[serde(default, borrow, rename = "parent_tool_use_id", deserialize_with = "lenient::text")]
    pub(in crate::claude) parent: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) uuid: Option<Cow<'a, str>>,
    #[serde(default, rename = "isReplay", deserialize_with = "lenient::flag")]
    pub(in crate::claude) is_replay: Option<bool>,
    /// The tool's own description of its effect: an object, a string, or absent. Kept raw because its
    /// shape depends on the tool.
    #[serde(default, borrow)]
    pub(in crate::claude) tool_use_result: Option<&'a RawValue>,
    #[serde(default, borrow, deserialize_with = "lenient::objects")]
    pub(in crate::claude) tool_result_meta: Option<Vec<Option<ResultMeta<'a>>>>,
}

/// The program's report about one tool result, outside of the result, since 2.1.330.
#[derive(Deserialize)]
pub(in crate::claude) struct ResultMeta<'a> {
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) id: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::object")]
    pub(in crate::claude) permission_decision: Option<Decision<'a>>,
}

/// Who decided about a tool call.
#[derive(Deserialize)]
pub(in crate::claude) struct Decision<'a> {
    /// `accept` or `reject`.
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) decision: Option<Cow<'a, str>>,
    /// `user_reject`, `config`, `hook`, ...
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) source: Option<Cow<'a, str>>,
    /// `rule`, `mode`, `hook`, ...; `other` when asking failed.
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) reason_type: Option<Cow<'a, str>>,
}

/// A message of the Messages API, or a part of one.
#[derive(Deserialize)]
pub(in crate::claude) struct Message<'a> {
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) id: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) model: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    pub(in crate::claude) content: Content<'a>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) stop_reason: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "lenient::object")]
    pub(in crate::claude) usage: Option<Usage>,
}

/// Token counts of the Messages API. Its `input_tokens` exclude both cache classes.
#[derive(Clone, Copy, Default, Deserialize)]
pub(in crate::claude) struct Usage {
    #[serde(default, rename = "input_tokens", deserialize_with = "lenient::count")]
    input: Option<u64>,
    #[serde(default, rename = "output_tokens", deserialize_with = "lenient::count")]
    output: Option<u64>,
    #[serde(default, rename = "cache_read_input_tokens", deserialize_with = "lenient::count")]
    cache_read: Option<u64>,
    #[serde(default, rename = "cache_creation_input_tokens", deserialize_with = "lenient::count")]
    cache_write: Option<u64>,
}

impl Usage {
    /// Returns these counts; a class that is missing is taken from `earlier`.
    pub(in crate::claude) fn over(self, earlier: Tokens) -> Tokens {
        Tokens {
            input: self.input.unwrap_or(earlier.input),
            output: self.output.unwrap_or(earlier.output),
            cache_read: self.cache_read.unwrap_or(earlier.cache_read),
            cache_write: self.cache_write.unwrap_or(earlier.cache_write),
        }
    }
}

/// The content of a message or a tool result.
#[derive(Default)]
pub(in crate::claude) enum Content<'a> {
    /// One text.
    Text(Cow<'a, str>),
    /// Blocks; a block that is no object is `None`. A single block is a list of one.
    Blocks(Vec<Option<Block<'a>>>),
    /// Absent, or of another shape.
    #[default]
    Missing,
}

/// A content block of any kind.
#[derive(Deserialize)]
pub(in crate::claude) struct Block<'a> {
    #[serde(default, borrow, rename = "type", deserialize_with = "lenient::text")]
    pub(in crate::claude) kind: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) text: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) thinking: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) id: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) name: Option<Cow<'a, str>>,
    #[serde(default)]
    pub(in crate::claude) input: Option<Value>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) tool_use_id: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    pub(in crate::claude) content: Content<'a>,
    #[serde(default, deserialize_with = "lenient::flag")]
    pub(in crate::claude) is_error: Option<bool>,
    #[serde(default, borrow, deserialize_with = "lenient::object")]
    pub(in crate::claude) source: Option<Source<'a>>,

    // results of a provider's own tools
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) title: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) url: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) stdout: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) stderr: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) error_code: Option<Cow<'a, str>>,
}

/// A picture's or a document's bytes.
#[derive(Deserialize)]
pub(in crate::claude) struct Source<'a> {
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) media_type: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) data: Option<Cow<'a, str>>,
}

struct ContentVisitor;

impl<'de> Visitor<'de> for ContentVisitor {
    type Value = Content<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a list of blocks")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Content::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Content::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        let list = serde::de::value::SeqAccessDeserializer::new(seq);
        Ok(Content::Blocks(lenient::objects(list)?.unwrap_or_default()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let block = Block::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Content::Blocks(vec![Some(block)]))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Content::Missing)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Content::Missing)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Content::Missing)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Content::Missing)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Content::Missing)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Content<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ContentVisitor)
    }
}
