//! The handshake: greet the program, open a thread, and test its sandbox if it has one. Prompts may be
//! sent when all of that succeeded. A program with weaker restrictions than requested gets no prompt.

use crate::codex::wire::sent::Thread;
use crate::codex::wire::thread::ThreadOpened;
use serde_json::Value;

/// The progress of the handshake.
#[derive(Default)]
pub(super) struct Handshake {
    asked: Option<Thread>,
    opened: bool,
    probed: bool,
    /// Whether it failed.
    pub(super) refused: bool,
}

impl Handshake {
    /// Takes the restrictions that Musher requested for the thread.
    pub(super) fn ask(&mut self, thread: Thread) {
        self.asked = Some(thread);
    }

    /// Takes the opened thread. Returns how its restrictions differ from the requested ones.
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

    /// Takes the result of the sandbox test.
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

/// Compares a requested and a reported restriction. The program answers `workspaceWrite` for
/// `workspace-write`. A value that it does not report counts as different.
fn differs(what: &str, asked: Option<&str>, got: Option<&str>) -> Option<String> {
    let asked = asked?;
    let spelled = |word: &str| word.replace('-', "").to_lowercase();
    let same = got.is_some_and(|got| spelled(got) == spelled(asked));
    let got = got.unwrap_or("it does not say what");
    (!same).then(|| format!("Codex was asked for {what} `{asked}` and works with `{got}`."))
}
