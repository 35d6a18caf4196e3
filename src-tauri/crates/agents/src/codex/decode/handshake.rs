//! The handshake: the program is greeted, a thread is opened, and its sandbox is tried where there is one.
//! Prompts may be sent when all of that went well. A program that works with less care than it was asked for
//! gets none.

use crate::codex::wire::sent::Thread;
use crate::codex::wire::thread::ThreadOpened;
use serde_json::Value;

/// How far it is.
#[derive(Default)]
pub(super) struct Handshake {
    asked: Option<Thread>,
    opened: bool,
    probed: bool,
    /// It ended badly.
    pub(super) refused: bool,
}

impl Handshake {
    /// A thread is asked for.
    pub(super) fn ask(&mut self, thread: Thread) {
        self.asked = Some(thread);
    }

    /// A thread is open. Returns what the program does differently from what was requested.
    pub(super) fn opened(&mut self, opened: &ThreadOpened) -> Option<String> {
        self.opened = true;
        let asked = self.asked.as_ref()?;
        let sandbox = opened.sandbox.as_ref().and_then(|sandbox| sandbox.kind.as_deref());
        let otherwise = differs("approvals", asked.approval_policy.as_deref(), policy(opened))
            .or_else(|| {
                let reviewer = opened.approvals_reviewer.as_deref();
                differs("reviewer", asked.approvals_reviewer.as_deref(), reviewer)
            })
            .or_else(|| differs("sandbox", asked.sandbox.as_deref(), sandbox));
        self.refused |= otherwise.is_some();
        otherwise
    }

    /// The sandbox was tried.
    pub(super) fn probed(&mut self, starts: bool) {
        self.probed = starts;
        self.refused |= !starts;
    }

    /// Whether prompts may be sent.
    pub(super) fn is_open(&self) -> bool {
        let sandbox = self.asked.as_ref().and_then(|asked| asked.sandbox.as_deref());
        let needs_none = sandbox == Some("danger-full-access");
        self.opened && !self.refused && (needs_none || self.probed)
    }
}

fn policy(opened: &ThreadOpened) -> Option<&str> {
    match &opened.approval_policy {
        Value::String(word) => Some(word),
        Value::Object(_) => Some("granular"),
        _ => None,
    }
}

/// The program writes `workspace-write` as `workspaceWrite` in its answers. A value that it does not report
/// counts as different.
fn differs(what: &str, asked: Option<&str>, got: Option<&str>) -> Option<String> {
    let asked = asked?;
    let spelled = |word: &str| word.replace('-', "").to_lowercase();
    let same = got.is_some_and(|got| spelled(got) == spelled(asked));
    let got = got.unwrap_or("it does not say what");
    (!same).then(|| format!("Codex was asked for {what} `{asked}` and works with `{got}`."))
}
