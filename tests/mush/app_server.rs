//! An agent that uses JSON-RPC, replaced by a program that behaves like Codex's app-server and
//! misbehaves on request: everything that it does not answer, refuses, asks twice or dies during is
//! reported, and nothing hangs.

use crate::support::{Finished, Following, World, until};
use protocol::{Actor, CostBasis, Event, Question, Source, StateDetail, StopReason};
use serde_json::Value;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

const PROGRAM: &str = include_str!("app_server.sh");

/// A world with the program, which misbehaves in the given way.
struct Codex {
    world: World,
    program: PathBuf,
    repo: PathBuf,
}

impl Codex {
    fn new(behaviour: &str) -> Self {
        let mut world = World::new();
        let program = world.path("codex");
        std::fs::write(&program, PROGRAM).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        world.set("FAKE", behaviour);
        world.set("FAKE_ID", "7");
        let repo = world.repo("work");
        Self { world, program, repo }
    }

    fn start(&self, more: &[&str]) -> Following {
        let program = self.program.to_str().unwrap();
        let words = [&["--agent", "codex", "--bin", program], more].concat();
        self.world.start(&self.repo, "Build it.", &words)
    }

    fn run(&self, more: &[&str]) -> Finished {
        self.start(more).end()
    }

    /// The lines that the program received.
    fn heard(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.repo.join("heard")).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn question(&self) -> Question {
        until("a question", || {
            let row = self.world.rows(["questions"]).into_iter().next()?;
            Some(serde_json::from_value(row).unwrap())
        })
    }

    /// Asserts that the store agrees with the logs and that no process is left.
    fn verified(&self) {
        self.world.swept();
        self.world.verified();
    }
}

fn methods(heard: &[Value]) -> Vec<&str> {
    heard.iter().filter_map(|line| line["method"].as_str()).collect()
}

#[test]
fn a_conversation_is_opened_step_by_step_and_its_tokens_are_counted_without_a_price() {
    let codex = Codex::new("");
    let said = codex.run(&[]);
    assert_eq!(said.state(), "done(unchecked)", "{said:#?}");
    assert_eq!(said.text(), "It is done.");
    let heard = codex.heard();
    assert_eq!(
        methods(&heard),
        [
            "initialize",
            "initialized",
            "thread/start",
            "account/rateLimits/read",
            "command/exec",
            "turn/start"
        ]
    );
    assert_eq!(heard[2]["params"]["approvalPolicy"], "untrusted");
    assert_eq!(heard[2]["params"]["sandbox"], "workspace-write");
    let story = codex.world.story(&said.story());
    assert_eq!((story.tokens.input, story.cost_basis), (10, protocol::CostBasis::Unpriced));
    codex.verified();
}

#[test]
fn a_follow_up_goes_on_with_the_thread_and_counts_its_own_tokens() {
    let codex = Codex::new("");
    let said = codex.run(&[]);
    let story = said.story();
    let sent = Following::begin(codex.world.mush(["send", &story, "Once more."]), "").end();
    assert_eq!(sent.code, Some(0), "{sent:#?}");
    // No process owns the directory now; the prompt is sent after the handshake.
    let prompts = || methods(&codex.heard()).iter().filter(|it| **it == "turn/start").count();
    until("the second prompt", || (prompts() == 2).then_some(()));
    codex.world.rows(["wait", &story]);
    let heard = codex.heard();
    let resumed = heard.iter().find(|line| line["method"] == "thread/resume").unwrap();
    assert_eq!(resumed["params"]["threadId"], "t-1");
    assert_eq!(codex.world.story(&story).runs.len(), 2);
    codex.verified();
}

#[test]
fn a_question_asked_twice_is_one_and_its_id_goes_back_as_it_came() {
    for (id, verb, decision) in [("7", "allow", "accept"), ("\"a-b\"", "deny", "decline")] {
        let mut codex = Codex::new("asks");
        codex.world.set("FAKE_ID", id);
        let run = codex.start(&[]);
        run.until_state("waiting(question)");
        let question = codex.question();
        assert_eq!(question.content.title, "make all");
        codex.world.rows(["answer", question.id.as_str(), verb]);
        let said = run.end();
        assert_eq!(said.text(), "It was answered.", "{said:#?}");
        let raw = std::fs::read_to_string(codex.repo.join("heard")).unwrap();
        let answers: Vec<&str> = raw.lines().filter(|line| line.contains("decision")).collect();
        assert_eq!(
            answers,
            [format!("{{\"id\":{id},\"result\":{{\"decision\":\"{decision}\"}}}}")]
        );
        let asked = |event: &Event| matches!(event, Event::Question { .. });
        assert_eq!(said.events().iter().filter(|event| asked(event)).count(), 1);
        codex.verified();
    }
}

#[test]
fn a_request_that_nobody_understands_is_refused_at_once() {
    let codex = Codex::new("strange");
    let said = codex.run(&[]);
    assert_eq!(said.state(), "done(unchecked)", "{said:#?}");
    let heard = codex.heard();
    let reply = heard.iter().find(|line| line["id"] == 7).unwrap();
    assert_eq!(reply["error"]["code"], -32601);
    codex.verified();
}

#[test]
fn a_line_of_a_log_among_the_messages_is_shown_as_text() {
    let codex = Codex::new("log");
    let said = codex.run(&[]);
    assert_eq!(said.state(), "done(unchecked)", "{said:#?}");
    let shown = said.events().into_iter().any(|event| match event {
        Event::Output { text, .. } => text.contains("a line of a log"),
        _ => false,
    });
    assert!(shown, "{:#?}", said.events());
    codex.verified();
}

/// The summary of how the run ended.
fn summary(said: &Finished) -> String {
    said.evidence().last().unwrap().summary.clone()
}

#[test]
fn what_cannot_begin_as_it_was_asked_for_is_said_and_nothing_is_sent() {
    let cases = [
        ("refuses", &[][..], "no more clients today"),
        ("careless", &[], "works with `never`"),
        ("boxless", &[], "sandbox cannot start: bwrap: no permissions"),
    ];
    for (behaviour, more, words) in cases {
        let codex = Codex::new(behaviour);
        let said = codex.run(more);
        assert_eq!(said.code, Some(10), "{behaviour}: {said:#?}");
        assert!(summary(&said).contains(words), "{behaviour}: {said:#?}");
        assert!(!methods(&codex.heard()).contains(&"turn/start"), "{behaviour}");
        codex.verified();
    }
}

#[test]
fn full_access_is_had_by_its_word_alone() {
    let codex = Codex::new("boxless");
    let said = codex.run(&["--permission", "full-access"]);
    assert_eq!(said.state(), "done(unchecked)", "{said:#?}");
    let heard = codex.heard();
    assert_eq!(heard[2]["params"]["sandbox"], "danger-full-access");
    assert!(!methods(&heard).contains(&"command/exec"));
    codex.verified();
}

#[test]
fn a_version_that_cannot_be_spoken_to_is_refused_by_name() {
    let mut codex = Codex::new("");
    codex.world.set("FAKE_VERSION", "0.98.0");
    let said = codex.run(&[]);
    assert_eq!(said.state(), "needs_you(start_failed)", "{said:#?}");
    assert!(summary(&said).contains("needs codex 0.145.0 or newer"), "{said:#?}");
    assert!(codex.heard().is_empty());
    codex.verified();
}

#[test]
fn rules_that_it_has_not_are_refused_by_name() {
    let codex = Codex::new("");
    let said = codex.run(&["--allow-tool", "Bash(ls:*)"]);
    assert_eq!(said.state(), "needs_you(start_failed)", "{said:#?}");
    assert!(summary(&said).contains("Bash(ls:*)"), "{said:#?}");
    codex.verified();
}

#[test]
fn a_death_before_or_after_the_answer_closes_the_question() {
    let codex = Codex::new("dies");
    let said = codex.run(&[]);
    assert_eq!(said.state(), "needs_you(crashed)", "{said:#?}");
    assert!(codex.world.rows(["questions"]).is_empty());
    codex.verified();

    let codex = Codex::new("dies_answered");
    let run = codex.start(&[]);
    run.until_state("waiting(question)");
    let question = codex.question();
    codex.world.rows(["answer", question.id.as_str(), "allow"]);
    let said = run.end();
    assert_eq!(said.state(), "needs_you(crashed)", "{said:#?}");
    codex.world.refused(["answer", question.id.as_str(), "allow"], "already_answered");
    codex.verified();
}

#[test]
fn a_turn_is_interrupted_by_its_id() {
    let codex = Codex::new("waits");
    let run = codex.start(&[]);
    let story = run.story();
    until("the turn goes on", || {
        (methods(&codex.heard()).last() == Some(&"turn/start")).then_some(())
    });
    until("the interrupt is taken", || {
        (codex.world.ask(["interrupt", &story]).code == Some(0)).then_some(())
    });
    run.until_line("the turn's end", |line| match &line.source {
        Source::Run(Event::TurnEnded(_)) => Some(()),
        _ => None,
    });
    let heard = codex.heard();
    let interrupt = heard.iter().find(|line| line["method"] == "turn/interrupt").unwrap();
    assert_eq!(interrupt["params"]["turnId"], "turn-1");
    codex.world.rows(["stop", &story]);
    run.end();
    codex.verified();
}

#[test]
fn a_program_that_never_greets_back_is_ended_and_said() {
    let codex = Codex::new("silent");
    let run = codex.start(&[]);
    let story = run.story();
    let silent_since = || {
        let why = codex.world.rows(["why", &story]).remove(0);
        why["silent_since"].as_str().map(str::to_owned)
    };
    until("the run goes on", || codex.world.rows(["runs"]).first()?["pid"].as_u64());
    let since = until("its silence is said", silent_since);
    let began = codex.world.rows(["runs"]).remove(0)["started_at"].as_str().unwrap().to_owned();
    assert!(began <= since, "{began} {since}");
    assert_eq!(silent_since(), Some(since), "nothing came meanwhile");
    let said = run.end();
    assert_eq!(said.state(), "needs_you(start_failed)", "{said:#?}");
    assert_eq!(summary(&said), "it did not answer when the conversation was begun");
    assert_eq!(methods(&codex.heard()), ["initialize"]);
    codex.verified();
}

#[test]
fn a_conversation_in_which_nothing_was_said_is_not_resumed() {
    let mut codex = Codex::new("boxless");
    let first = codex.run(&[]);
    assert_eq!(first.state(), "needs_you(other)", "{first:#?}");
    let story = first.story();
    for runs in 2..=3 {
        codex.world.rows(["resume", &story]);
        assert_eq!(codex.world.ask(["wait", &story]).code, Some(10));
        let stands = codex.world.story(&story);
        assert_eq!(stands.runs.len(), runs);
        let detail = stands.detail.unwrap();
        assert!(detail.contains("sandbox cannot start"), "{detail}");
    }
    codex.world.end_server();
    codex.world.set("FAKE", "");
    codex.world.rows(["resume", &story]);
    assert_eq!(codex.world.ask(["wait", &story]).code, Some(0));
    let prompts = codex.heard().into_iter().filter(|line| line["method"] == "turn/start");
    let texts: Vec<Value> =
        prompts.map(|line| line["params"]["input"][0]["text"].clone()).collect();
    assert_eq!(texts, ["Build it."]);
    codex.verified();
}

#[test]
fn an_answer_that_ends_the_turn_is_said_to_have_ended_it() {
    let codex = Codex::new("asks");
    let run = codex.start(&[]);
    run.until_state("waiting(question)");
    let question = codex.question();
    codex.world.rows(["answer", question.id.as_str(), "deny", "--option", "cancel"]);
    let said = run.end();
    assert_eq!((said.state().as_str(), said.code), ("stopped(you)", Some(12)), "{said:#?}");
    let story = codex.world.story(&said.story());
    assert_eq!(story.detail.as_deref(), Some("the answer to its question ended the turn"));
    let about = story.about.unwrap();
    assert!(
        matches!(about, StateDetail::Stopped { by: Actor::You, why: StopReason::Answer }),
        "{about:?}"
    );
    codex.verified();
}

#[test]
fn what_a_turn_used_that_was_cut_is_not_known() {
    let codex = Codex::new("waits");
    let run = codex.start(&[]);
    run.until_state("running");
    let story = run.story();
    until("it takes the interrupt", || {
        (codex.world.ask(["interrupt", &story]).code == Some(0)).then_some(())
    });
    run.until_state("waiting(prompt)");
    codex.world.rows(["stop", &story]);
    let said = run.end();
    let story = codex.world.story(&said.story());
    assert_eq!((story.tokens.total(), story.cost_basis), (0, CostBasis::LowerBound));
    codex.verified();
}
