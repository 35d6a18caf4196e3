//! Sentences about a story that notifications and the tray both show: what its agent asks, and why it
//! needs a person. Pure. The words are from the catalogue; the agent's own text is a parameter.

use protocol::{QuestionKind, Reason, ToolKind};
use words::Message;

/// The question of an agent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    /// The kind of the question.
    pub(crate) kind: QuestionKind,
    /// The tool that asks; for a form the server's name.
    pub(crate) tool: &'a str,
    /// The kind of the tool.
    pub(crate) tool_kind: ToolKind,
    /// What the question is about, in one line; if empty, only the tool is named.
    pub(crate) subject: &'a str,
}

/// Says what `agent` asks: `Claude Code asks to run cargo test`. If the question is not known, it only
/// says that there is one.
pub(crate) fn asks(agent: &str, asked: Option<Asked<'_>>) -> String {
    let Some(Asked { kind, tool, tool_kind, subject }) = asked else {
        return Message::QuestionChoice { agent }.text();
    };
    let message = match kind {
        QuestionKind::Choice if subject.is_empty() => Message::QuestionChoice { agent },
        QuestionKind::Choice => Message::QuestionChoiceOf { agent, question: subject },
        QuestionKind::Form if subject.is_empty() => Message::QuestionForm { agent, tool },
        QuestionKind::Form => Message::QuestionFormOf { agent, tool, question: subject },
        QuestionKind::Plan if subject.is_empty() => Message::QuestionPlan { agent },
        // The words of the plan's heading, without the marks before them.
        QuestionKind::Plan => {
            Message::QuestionPlanOf { agent, plan: subject.trim_start_matches(['#', ' ']) }
        }
        QuestionKind::Permission if subject.is_empty() => Message::QuestionUse { agent, tool },
        QuestionKind::Permission => match tool_kind {
            ToolKind::Command => Message::QuestionRun { agent, subject },
            ToolKind::Read => Message::QuestionRead { agent, subject },
            ToolKind::Search => Message::QuestionSearch { agent, subject },
            ToolKind::Edit => Message::QuestionWrite { agent, subject },
            ToolKind::Web if subject.contains("://") => Message::QuestionOpen { agent, subject },
            ToolKind::Web => Message::QuestionSearchWeb { agent, subject },
            ToolKind::Agent | ToolKind::Plan | ToolKind::Ask | ToolKind::Mcp | ToolKind::Other => {
                Message::QuestionUseOf { agent, tool, subject }
            }
        },
    };
    message.text()
}

/// The state's word for a story that needs a person, the same as on the page (`ui/src/domain/states.ts`).
pub(crate) fn needs_you(reason: Option<Reason>) -> String {
    let message = match reason {
        Some(Reason::Login) => Message::StateNeedsLogin,
        Some(Reason::Billing) => Message::StateNeedsBilling,
        Some(Reason::Model) => Message::StateNeedsModel,
        Some(Reason::PromptTooLong) => Message::StateNeedsPromptTooLong,
        Some(Reason::MaxOutput) => Message::StateNeedsMaxOutput,
        Some(Reason::Refusal) => Message::StateNeedsRefusal,
        Some(Reason::MaxTurns) => Message::StateNeedsMaxTurns,
        Some(Reason::AgentBudget | Reason::Budget) => Message::StateNeedsBudget,
        Some(Reason::Overloaded) => Message::StateNeedsOverloaded,
        Some(Reason::Network) => Message::StateNeedsNetwork,
        Some(Reason::Api) => Message::StateNeedsApi,
        Some(Reason::StartFailed) => Message::StateNeedsStart,
        Some(Reason::Crashed) => Message::StateNeedsCrashed,
        Some(Reason::NoResult) => Message::StateNeedsNoResult,
        Some(Reason::TimedOut) => Message::StateNeedsTimedOut,
        Some(Reason::Lost) => Message::StateNeedsLost,
        Some(Reason::GateFailed) => Message::StateNeedsGate,
        Some(Reason::QuestionLost) => Message::StateNeedsQuestionLost,
        Some(Reason::SetupFailed) => Message::StateNeedsSetup,
        Some(Reason::LimitOver) => Message::StateNeedsLimitOver,
        Some(
            Reason::Other
            | Reason::Question
            | Reason::Prompt
            | Reason::Checked
            | Reason::Unchecked
            | Reason::Recovered
            | Reason::You
            | Reason::Engine
            | Reason::System,
        )
        | None => Message::StateNeedsOther,
    };
    message.text()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_shown_as_a_sentence() {
        let sentence = |kind, tool: &str, tool_kind, subject: &str| {
            asks("Codex", Some(Asked { kind, tool, tool_kind, subject }))
        };
        let permission = |tool, kind, title| sentence(QuestionKind::Permission, tool, kind, title);
        let table = [
            (permission("Bash", ToolKind::Command, "cargo test"), "asks to run cargo test"),
            (permission("Read", ToolKind::Read, "/etc/hosts"), "asks to read /etc/hosts"),
            (permission("Grep", ToolKind::Search, "x in a"), "asks to search for x in a"),
            (permission("Write", ToolKind::Edit, "a.rs"), "asks to write a.rs"),
            (permission("WebFetch", ToolKind::Web, "https://a"), "asks to open https://a"),
            (permission("WebSearch", ToolKind::Web, "a"), "asks to search the web for a"),
            (permission("x y", ToolKind::Mcp, "1"), "asks to use x y: 1"),
            (permission("Bash", ToolKind::Command, ""), "asks to use Bash"),
            (
                sentence(QuestionKind::Plan, "ExitPlanMode", ToolKind::Plan, "# Move it"),
                "has a plan: Move it",
            ),
            (sentence(QuestionKind::Plan, "ExitPlanMode", ToolKind::Plan, ""), "has a plan"),
            (
                sentence(QuestionKind::Choice, "AskUserQuestion", ToolKind::Ask, "Which one?"),
                "asks: Which one?",
            ),
            (sentence(QuestionKind::Choice, "", ToolKind::Ask, ""), "asks a question"),
            (
                sentence(QuestionKind::Form, "shop", ToolKind::Mcp, "Which?"),
                "hands on a question of shop: Which?",
            ),
            (
                sentence(QuestionKind::Form, "shop", ToolKind::Mcp, ""),
                "hands on a question of shop",
            ),
            (asks("Codex", None), "asks a question"),
        ];
        for (said, words) in table {
            assert_eq!(said, format!("Codex {words}"));
        }
    }

    #[test]
    fn why_a_story_needs_a_person_is_one_word_of_the_page() {
        let table = [
            (Some(Reason::GateFailed), "Gate failed"),
            (Some(Reason::Crashed), "Crashed"),
            (Some(Reason::AgentBudget), "Over budget"),
            (Some(Reason::LimitOver), "The limit is over"),
            (Some(Reason::You), "Failed"),
            (None, "Failed"),
        ];
        for (reason, words) in table {
            assert_eq!(needs_you(reason), words);
        }
    }
}
