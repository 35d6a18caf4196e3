//! `system` and the small types near it. One struct has the fields of every subtype, because the subtype
//! may be anywhere in the line; no field that is used here has two meanings.

use crate::lenient;
use serde::Deserialize;
use std::borrow::Cow;

/// A line of type `system`, `tool_progress`, `auth_status` or `conversation_reset`.
#[derive(Deserialize)]
pub(in crate::claude) struct SystemLine<'a> {
    #[serde(default, borrow, rename = "type", deserialize_with = "lenient::text")]
    pub(in crate::claude) kind: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) subtype: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) uuid: Option<Cow<'a, str>>,

    // init
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) session_id: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) model: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) cwd: Option<Cow<'a, str>>,
    #[serde(default, borrow, rename = "permissionMode", deserialize_with = "lenient::text")]
    pub(in crate::claude) permission_mode: Option<Cow<'a, str>>,
    #[serde(default, borrow, rename = "apiKeySource", deserialize_with = "lenient::text")]
    pub(in crate::claude) api_key_source: Option<Cow<'a, str>>,
    #[serde(default, borrow, rename = "claude_code_version", deserialize_with = "lenient::text")]
    pub(in crate::claude) version: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "lenient::strings")]
    pub(in crate::claude) tools: Option<Vec<String>>,
    #[serde(default, borrow, deserialize_with = "lenient::objects")]
    pub(in crate::claude) mcp_servers: Option<Vec<Option<Server<'a>>>>,

    // status, session_state_changed, plugin_install, task_notification
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) status: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) state: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) compact_error: Option<Cow<'a, str>>,

    // api_retry, tool_progress
    #[serde(default, deserialize_with = "lenient::count")]
    pub(in crate::claude) attempt: Option<u64>,
    #[serde(default, deserialize_with = "lenient::count")]
    pub(in crate::claude) max_retries: Option<u64>,
    #[serde(default, deserialize_with = "lenient::count")]
    pub(in crate::claude) retry_delay_ms: Option<u64>,
    #[serde(default, deserialize_with = "lenient::count")]
    pub(in crate::claude) error_status: Option<u64>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) error: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::object")]
    pub(in crate::claude) subagent_retry: Option<SubagentRetry<'a>>,

    // compact_boundary, conversation_reset
    #[serde(default, borrow, deserialize_with = "lenient::object")]
    pub(in crate::claude) compact_metadata: Option<Compact<'a>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) trigger: Option<Cow<'a, str>>,

    // task_*, background_tasks_changed
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) task_id: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) tool_use_id: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) task_type: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) subagent_type: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) description: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) summary: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "lenient::flag")]
    pub(in crate::claude) is_backgrounded: Option<bool>,
    /// Whether the task is no activity: housekeeping or a watcher.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub(in crate::claude) ambient: Option<bool>,
    #[serde(default, deserialize_with = "lenient::flag")]
    pub(in crate::claude) skip_transcript: Option<bool>,
    #[serde(default, borrow, deserialize_with = "lenient::object")]
    pub(in crate::claude) patch: Option<Patch<'a>>,
    #[serde(default, deserialize_with = "lenient::object")]
    pub(in crate::claude) usage: Option<TaskUsage>,
    #[serde(default, borrow, deserialize_with = "lenient::objects")]
    pub(in crate::claude) tasks: Option<Vec<Option<ListedTask<'a>>>>,

    // permission_denied
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) tool_name: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) message: Option<Cow<'a, str>>,

    // informational, notification, local_command_output, model_refusal_*
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) content: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) level: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) text: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) priority: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) original_model: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) fallback_model: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "lenient::strings")]
    pub(in crate::claude) retracted_message_uuids: Option<Vec<String>>,

    // hook_response, plugin_install, auth_status, session_writes_lost, worker_shutting_down
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) hook_name: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) outcome: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) stderr: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) name: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) reason: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) error_code: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "lenient::strings")]
    pub(in crate::claude) lost: Option<Vec<String>>,
    #[serde(default, deserialize_with = "lenient::strings")]
    pub(in crate::claude) transcript_session_ids: Option<Vec<String>>,
    #[serde(default, borrow, deserialize_with = "lenient::objects")]
    pub(in crate::claude) failed: Option<Vec<Option<FailedFile<'a>>>>,
}

/// An MCP server in `init`.
#[derive(Deserialize)]
pub(in crate::claude) struct Server<'a> {
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) name: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) status: Option<Cow<'a, str>>,
}

/// A subagent's retry, inside a `tool_progress`.
#[derive(Deserialize)]
pub(in crate::claude) struct SubagentRetry<'a> {
    #[serde(default, deserialize_with = "lenient::count")]
    pub(in crate::claude) attempt: Option<u64>,
    #[serde(default, deserialize_with = "lenient::count")]
    pub(in crate::claude) max_retries: Option<u64>,
    #[serde(default, deserialize_with = "lenient::count")]
    pub(in crate::claude) retry_delay_ms: Option<u64>,
    #[serde(default, deserialize_with = "lenient::count")]
    pub(in crate::claude) error_status: Option<u64>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) error_category: Option<Cow<'a, str>>,
}

/// The effect of a compaction.
#[derive(Deserialize)]
pub(in crate::claude) struct Compact<'a> {
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) trigger: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "lenient::count")]
    pub(in crate::claude) pre_tokens: Option<u64>,
    #[serde(default, deserialize_with = "lenient::count")]
    pub(in crate::claude) post_tokens: Option<u64>,
}

/// The changes of a task.
#[derive(Deserialize)]
pub(in crate::claude) struct Patch<'a> {
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) status: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) description: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) error: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "lenient::flag")]
    pub(in crate::claude) is_backgrounded: Option<bool>,
}

/// The usage of a task so far.
#[derive(Deserialize)]
pub(in crate::claude) struct TaskUsage {
    #[serde(default, deserialize_with = "lenient::count")]
    pub(in crate::claude) total_tokens: Option<u64>,
    #[serde(default, deserialize_with = "lenient::count")]
    pub(in crate::claude) tool_uses: Option<u64>,
}

/// A task in `background_tasks_changed`.
#[derive(Deserialize)]
pub(in crate::claude) struct ListedTask<'a> {
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) task_id: Option<Cow<'a, str>>,
}

/// A file that could not be saved, in `files_persisted`.
#[derive(Deserialize)]
pub(in crate::claude) struct FailedFile<'a> {
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) filename: Option<Cow<'a, str>>,
}
