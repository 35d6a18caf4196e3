//! MCP `elicitation`: a server asks a person, through the program, to fill in a form or to open an
//! address. The program passes on the server's JSON schema; a flat one becomes the fields of a form. A
//! question with any other schema can only be declined or closed.

use crate::claude::wire::control::ControlRequest;
use crate::{elicitation, text};
use protocol::{Event, Field, QuestionContent, QuestionKind, Subject, ToolKind};
use serde_json::Value;

/// Makes the question of a request.
pub(super) fn question(id: &str, request: &ControlRequest<'_>) -> Event {
    let message = request.message.as_deref().unwrap_or_default();
    let server = request.mcp_server_name.as_deref().unwrap_or_default();
    let title = request.title.as_deref().filter(|title| !title.trim().is_empty());
    let subject = subject(request);
    Event::Question {
        request: id.to_owned(),
        content: QuestionContent {
            tool_kind: ToolKind::Mcp,
            title: text::words(title.unwrap_or(message)),
            description: (!message.is_empty()).then(|| message.to_owned()),
            beside: beside(request, &subject),
            subject,
            ..QuestionContent::new(QuestionKind::Form, server)
        },
        input: request.requested_schema.clone().unwrap_or_default(),
    }
}

fn subject(request: &ControlRequest<'_>) -> Subject {
    match (request.mode.as_deref(), request.url.as_deref()) {
        (Some("url"), Some(url)) => Subject::Address { url: url.to_owned() },
        _ => {
            let order = request.property_order.as_deref().unwrap_or_default();
            let schema = request.requested_schema.as_ref();
            match schema.and_then(|schema| elicitation::fields(schema, order)) {
                Some(fields) => Subject::Form { fields },
                None => Subject::default(),
            }
        }
    }
}

/// Shows the schema of a form that could not be read as an additional field.
fn beside(request: &ControlRequest<'_>, subject: &Subject) -> Vec<Field> {
    let unread = request.requested_schema.as_ref().filter(|_| *subject == Subject::default());
    let field = |schema: &Value| Field {
        name: "requested_schema".to_owned(),
        value: format!("{schema:#}"),
        aside: false,
    };
    unread.map(field).into_iter().collect()
}
