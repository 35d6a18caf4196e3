//! Requests of the program that Musher does not know or cannot read. They must be refused at once,
//! because the program waits for an answer. The conversation holds those without an answer; whether one
//! was refused is read back from the input log.

use super::ClaudeDecoder;
use crate::converse::ProtocolAsk;
use crate::decoder::Sink;
use protocol::Event;
use serde_json::Value;

/// At most this many such requests wait at once; the rest get no answer. Questions to a person are not
/// counted.
const MOST: usize = 1_000;

impl ClaudeDecoder {
    /// Takes a request of the program that Musher does not know.
    pub(super) fn asked_for(&mut self, request: &str, method: &str) {
        let id = Value::from(request).to_string();
        let asks = &mut self.conversation.asks;
        if asks.len() < MOST && asks.iter().all(|ask| ask.id != id) {
            asks.push(ProtocolAsk { id, method: method.to_owned() });
        }
    }

    /// Removes a request from those that wait; returns its method if it waited.
    pub(super) fn ask_over(&mut self, request: &str) -> Option<String> {
        let id = Value::from(request).to_string();
        let at = self.conversation.asks.iter().position(|ask| ask.id == id)?;
        Some(self.conversation.asks.remove(at).method)
    }

    /// Takes Musher's refusal of a request.
    pub(super) fn refused_ask(&mut self, request: &str, sink: &mut Sink<'_>) {
        let method = self.ask_over(request).unwrap_or_default();
        sink.event(Event::RequestRefused { request: request.to_owned(), method });
    }
}
