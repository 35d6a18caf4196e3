//! `stream_event`: an event of the Messages API as it streams. Most lines of a run are such events, so
//! the structs hold only what a draft and the provisional token count need, and fields that most events
//! lack are boxed: a small struct is faster to move.

use super::message::Usage;
use crate::lenient;
use serde::Deserialize;
use std::borrow::Cow;

/// A line of type `stream_event`.
#[derive(Deserialize)]
pub(in crate::claude) struct StreamLine<'a> {
    #[serde(default, borrow, rename = "type", deserialize_with = "lenient::text")]
    pub(in crate::claude) kind: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::object")]
    pub(in crate::claude) event: Option<StreamEvent<'a>>,
    #[serde(default, borrow, rename = "parent_tool_use_id", deserialize_with = "lenient::text")]
    pub(in crate::claude) parent: Option<Cow<'a, str>>,
    /// The message, since 2.1.330; earlier versions name it only in `message_start`.
    #[serde(default, borrow, rename = "api_message_id", deserialize_with = "lenient::text")]
    pub(in crate::claude) message: Option<Cow<'a, str>>,
    #[serde(default, borrow, rename = "abandoned_blocks", deserialize_with = "lenient::object")]
    pub(in crate::claude) abandoned: Option<Box<Abandoned<'a>>>,
}

/// The marks on the `message_stop` of a stream that broke.
#[derive(Deserialize)]
pub(in crate::claude) struct Abandoned<'a> {
    #[serde(default, borrow, rename = "api_message_id", deserialize_with = "lenient::text")]
    pub(in crate::claude) message: Option<Cow<'a, str>>,
    #[serde(default, rename = "from_block_index", deserialize_with = "lenient::count")]
    pub(in crate::claude) from_block: Option<u64>,
}

/// A stream event; one struct for all kinds.
#[derive(Deserialize)]
pub(in crate::claude) struct StreamEvent<'a> {
    #[serde(default, borrow, rename = "type", deserialize_with = "lenient::text")]
    pub(in crate::claude) kind: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "lenient::count")]
    pub(in crate::claude) index: Option<u64>,
    #[serde(default, borrow, deserialize_with = "lenient::object")]
    pub(in crate::claude) delta: Option<Delta<'a>>,
    #[serde(default, borrow, deserialize_with = "lenient::object")]
    pub(in crate::claude) content_block: Option<Box<StartBlock<'a>>>,
    #[serde(default, borrow, deserialize_with = "lenient::object")]
    pub(in crate::claude) message: Option<Box<StartMessage<'a>>>,
    #[serde(default, deserialize_with = "lenient::object")]
    pub(in crate::claude) usage: Option<Box<Usage>>,
}

/// The addition to a block.
#[derive(Deserialize)]
pub(in crate::claude) struct Delta<'a> {
    #[serde(default, borrow, rename = "type", deserialize_with = "lenient::text")]
    pub(in crate::claude) kind: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) text: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) thinking: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) partial_json: Option<Cow<'a, str>>,
}

/// The block that begins.
#[derive(Deserialize)]
pub(in crate::claude) struct StartBlock<'a> {
    #[serde(default, borrow, rename = "type", deserialize_with = "lenient::text")]
    pub(in crate::claude) kind: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) name: Option<Cow<'a, str>>,
}

/// The message that begins.
#[derive(Deserialize)]
pub(in crate::claude) struct StartMessage<'a> {
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) id: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) model: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "lenient::object")]
    pub(in crate::claude) usage: Option<Usage>,
}
