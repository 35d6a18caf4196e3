//! Reports MCP servers that did not start. The program names them, without a reason, in its first
//! message; the reason is in its answer to `mcp_status`, which Musher then requests once in a run
//! (2.1.197 and later answer it).

use super::ClaudeDecoder;
use crate::claude::encode::MCP_STATUS;
use crate::claude::wire::control::{ControlResponse, ServerStatus};
use crate::claude::wire::system::Server;
use crate::decoder::Sink;
use protocol::{Event, NoticeLevel};

/// The program's word for a server that did not start.
const FAILED: &str = "failed";

impl ClaudeDecoder {
    /// Takes the servers that the program's first message names.
    pub(super) fn servers(&mut self, servers: &[Option<Server<'_>>]) {
        let failed = |server: &Server<'_>| server.status.as_deref() == Some(FAILED);
        if servers.iter().flatten().any(failed) {
            self.conversation.unexplained.insert(MCP_STATUS);
        }
    }
}

/// Reports the servers that did not start, with the program's reason.
pub(super) fn report_failed(response: &ControlResponse<'_>, sink: &mut Sink<'_>) {
    let answer = response.response.as_ref();
    let servers = answer.and_then(|answer| answer.mcp_servers.as_deref()).unwrap_or_default();
    for server in servers.iter().flatten() {
        if server.status.as_deref() == Some(FAILED) {
            sink.event(did_not_start(server));
        }
    }
}

/// Reports that the program gave no reason why a server did not start.
pub(super) fn report_unknown(sink: &mut Sink<'_>) {
    let text = "The agent cannot say why an MCP server did not start.".to_owned();
    sink.event(Event::Notice { level: NoticeLevel::Info, text });
}

fn did_not_start(server: &ServerStatus<'_>) -> Event {
    let name = server.name.as_deref().unwrap_or("without a name");
    let why = server.error.as_deref().map(str::trim).filter(|why| !why.is_empty());
    let text = match why {
        Some(why) => format!("MCP server {name} did not start: {why}"),
        None => format!("MCP server {name} did not start."),
    };
    Event::Notice { level: NoticeLevel::Warning, text }
}
