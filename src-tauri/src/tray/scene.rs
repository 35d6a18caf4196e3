//! Stories and questions for the tests of this folder. Test code only.

use protocol::{
    AgentId, CostBasis, Profile, Question, QuestionContent, QuestionId, QuestionKind,
    QuestionState, Reason, ResetBasis, RunId, Slug, Story, StoryId, StoryState, Timestamp, Tokens,
    ToolKind,
};

const MINUTE: i64 = 60_000;

/// The time so many minutes after the beginning of a scene, which is 1970-01-01 00:00 UTC.
pub(super) fn at(minutes: i64) -> Timestamp {
    Timestamp::from_millis(minutes * MINUTE)
}

/// Makes a story of the demo agent; its title is also its id.
pub(super) fn story(title: &str, state: StoryState, reason: Option<Reason>, since: i64) -> Story {
    Story {
        id: StoryId::new(title),
        slug: Slug::new(title),
        title: title.to_owned(),
        project: "/p".to_owned(),
        dir: "/p".to_owned(),
        branch: None,
        agent: AgentId::new("demo"),
        profile: Profile::default(),
        gates: Vec::new(),
        state,
        reason,
        detail: None,
        about: None,
        since: at(since),
        until: None,
        reset: ResetBasis::default(),
        resume_on_reset: false,
        created_at: at(since),
        runs: Vec::new(),
        session: None,
        incomplete: false,
        rereading: false,
        looked: None,
        work: None,
        logs_deleted: None,
        queued_prompts: 0,
        open_questions: 0,
        tasks_after_turn: None,
        tokens: Tokens::default(),
        cost_micros: 0,
        cost_basis: CostBasis::Priced,
        is_partial: false,
    }
}

/// Makes an open question of a story.
pub(super) fn question(story: &str, title: &str) -> Question {
    Question {
        id: QuestionId::new(format!("{story} {title}")),
        story: StoryId::new(story),
        run: RunId::new("run"),
        content: QuestionContent {
            tool_kind: ToolKind::Command,
            title: title.to_owned(),
            ..QuestionContent::new(QuestionKind::Permission, "Bash")
        },
        request_id: "request".to_owned(),
        request: serde_json::Value::Null,
        state: QuestionState::Open,
        at: at(5),
        answer: None,
    }
}
