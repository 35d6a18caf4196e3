//! Requests of the program that Musher does not know, or cannot read: they are owed a refusal at once,
//! because the program waits for an answer. The conversation holds those that wait; whether one was refused is
//! read back from the input log.

use super::ClaudeDecoder;
use crate::converse::ProtocolAsk;
use crate::decoder::Sink;
use protocol::Event;
use serde_json::Value;

/// Requests that may wait at once. A program that asks for more, faster than it can be refused, gets no answer to
/// the rest; its questions to a person are not among them.
const MOST: usize = 1_000;

impl ClaudeDecoder {
    /// The program sent a request that Musher does not know.
    pub(super) fn asked_for(&mut self, request: &str, method: &str) {
        let id = Value::from(request).to_string();
        let asks = &mut self.conversation.asks;
        if asks.len() < MOST && asks.iter().all(|ask| ask.id != id) {
            asks.push(ProtocolAsk { id, method: method.to_owned() });
        }
    }

    /// A request no longer waits; returns its method, if it waited.
    pub(super) fn ask_over(&mut self, request: &str) -> Option<String> {
        let id = Value::from(request).to_string();
        let at = self.conversation.asks.iter().position(|ask| ask.id == id)?;
        Some(self.conversation.asks.remove(at).method)
    }

    /// Musher refused a request.
    pub(super) fn refused_ask(&mut self, request: &str, sink: &mut Sink<'_>) {
        let method = self.ask_over(request).unwrap_or_default();
        sink.event(Event::RequestRefused { request: request.to_owned(), method });
    }
}
