//! Conversations: prompts arrive complete, follow-ups in order, interrupts, questions answered
//! exactly once, background work, and gates.

use crate::support::{Finished, Following, World, at_once, until};
use crate::truth::Truth;
use protocol::{
    Event, FailedKind, JournalEvent, Outcome, Question, QuestionState, Source, StateDetail, Subject,
};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Waits until there are `count` open questions.
fn questions(world: &World, count: usize) -> Vec<Question> {
    until("questions", || {
        let rows = world.rows(["questions"]);
        let open = rows.into_iter().map(|row| serde_json::from_value(row).unwrap());
        Some(open.collect::<Vec<Question>>()).filter(|open| open.len() == count)
    })
}

/// The command in a question.
fn command(question: &Question) -> &str {
    match &question.content.subject {
        Subject::Command { text, .. } => text,
        other => panic!("it asks about {other:?}"),
    }
}

#[test]
fn a_question_is_answered_once_with_the_words_given() {
    let world = World::new();
    let ran = "The command ran";
    let cases = [("allow", ran), ("always", ran), ("deny", "not on a Friday")];
    for (verb, said_after) in cases {
        let repo = world.repo(verb);
        let run = world.start(&repo, "[[demo:ask]]", &[]);
        run.until_state("waiting(question)");
        let question = questions(&world, 1).remove(0);
        let id = question.id.as_str();
        assert_eq!(question.content.tool, "Bash");
        assert!(command(&question).contains("allowed.txt"));
        match verb {
            "deny" => world.rows(["answer", id, "deny", "--message", "not on a Friday"]),
            "always" => {
                world.refused(["answer", id, "allow", "--option", "novelty"], "bad_input");
                world.refused(["answer", id, "deny", "--option", "allow_suggested"], "bad_input");
                world.rows(["answer", id, "allow", "--option", "allow_suggested"])
            }
            _ => world.rows(["answer", id, verb]),
        };
        world.refused(["answer", id, "allow"], "already_answered");
        let said = run.end();
        assert_eq!(said.state(), "done(unchecked)", "{said:#?}");
        assert!(said.text().contains(said_after), "{}", said.text());
        assert_eq!(repo.join("allowed.txt").exists(), verb != "deny");
        assert_eq!(Truth::of(&repo).answers().len(), 1);
        Truth::of(&repo).compare(&world, &said.story());
        world.refused(["answer", id, "deny"], "already_answered");
    }
    world.verified();
}

#[test]
fn two_questions_at_once_are_two_answers() {
    let world = World::new();
    let repo = world.repo("work");
    let truth = Truth::of(&repo);
    let run = world.start(&repo, "[[demo:ask2]]", &[]);
    let open = questions(&world, 2);
    for question in &open {
        let left = command(question).contains("left");
        world.rows(["answer", question.id.as_str(), if left { "allow" } else { "deny" }]);
    }
    let said = run.end();
    assert_eq!(said.state(), "done(unchecked)", "{said:#?}");
    assert!(repo.join("left.txt").exists() && !repo.join("right.txt").exists());
    assert_eq!(results(&said), 2, "one run, two results");
    assert_eq!(world.story(&said.story()).runs.len(), 1);
    assert_eq!(truth.answers().len(), 2);
    truth.compare(&world, &said.story());
}

#[test]
fn choices_and_plans_are_answered_in_their_own_way() {
    let world = World::new();
    let run = world.start(&world.repo("choice"), "[[demo:choice]]", &[]);
    run.until_state("waiting(question)");
    let question = questions(&world, 1).remove(0);
    assert_eq!(question.content.kind, protocol::QuestionKind::Choice);
    world.refused(["answer", question.id.as_str(), "allow"], "bad_input");
    world.refused(["answer", question.id.as_str(), "choose"], "bad_input");
    for unclear in [
        &["choose", "With a mark"][..],
        &["choose", "With a mark", "Weight"],
        &["choose", "1=In red", "1=With a mark", "State"],
        &["choose", "With a mark", "State", "--message", "but short"],
        &["deny", "State"],
    ] {
        world.refused([&["answer", question.id.as_str()], unclear].concat(), "bad_input");
    }
    world.rows(["answer", question.id.as_str(), "choose", "With a mark", "2=due day, sender"]);
    let said = run.end();
    assert_eq!(said.state(), "done(unchecked)", "{said:#?}");
    let chosen = said.events().into_iter().any(|event| match event {
        Event::ToolResult { text, .. } => text.contains("With a mark") && !text.contains("In red"),
        _ => false,
    });
    assert!(chosen, "{:#?}", said.events());
    let all = world.rows(["questions", "--all"]);
    let recorded: protocol::Answer = serde_json::from_value(all[0]["answer"].clone()).unwrap();
    let recorded: Vec<_> = recorded
        .choices
        .iter()
        .map(|chosen| (chosen.question, chosen.text.as_str(), chosen.labels.join(" and ")))
        .collect();
    assert_eq!(
        recorded,
        [
            (0, "How should overdue parcels be shown?", "With a mark".to_owned()),
            (1, "Which columns should the list have?", "Sender and Due day".to_owned()),
        ]
    );

    let run = world.start(&world.repo("plan"), "[[demo:plan]]", &[]);
    run.until_state("waiting(question)");
    let question = questions(&world, 1).remove(0);
    assert_eq!(question.content.kind, protocol::QuestionKind::Plan);
    let Subject::Plan { markdown } = &question.content.subject else { panic!("{question:?}") };
    assert!(markdown.contains("3. Commit"), "{markdown}");
    for words in [&["choose", "yes"][..], &["choose", "--message", "no"]] {
        let said = world.ask([&["answer", question.id.as_str()], words].concat());
        assert_eq!(said.fault(), "bad_input");
        assert!(said.err.contains("offers nothing to choose"), "{}", said.err);
    }
    world.refused(["answer", question.id.as_str(), "allow", "--message", "but"], "bad_input");
    world.rows(["answer", question.id.as_str(), "allow"]);
    let said = run.end();
    assert!(said.text().contains("The plan is approved"), "{}", said.text());
}

#[test]
fn unattended_stories_ask_nobody() {
    let world = World::new();
    let said = world.run(&world.repo("work"), "[[demo:ask]]", &["--permission", "deny"]);
    assert_eq!((said.state().as_str(), said.code), ("done(unchecked)", Some(0)), "{said:#?}");
    assert!(!world.repo("work").join("allowed.txt").exists());
    assert!(world.rows(["questions", "--all"]).is_empty());
}

#[test]
fn a_question_that_nobody_can_answer_any_more_is_withdrawn() {
    let world = World::new();
    let run = world.start(&world.repo("work"), "[[demo:ask]]", &[]);
    run.until_state("waiting(question)");
    let question = questions(&world, 1).remove(0);
    world.rows(["stop", &run.story()]);
    let said = run.end();
    assert_eq!(said.state(), "stopped(you)", "{said:#?}");
    world.refused(["answer", question.id.as_str(), "allow"], "wrong_state");
    let all = world.rows(["questions", "--all"]);
    let all: Vec<Question> =
        all.into_iter().map(|it| serde_json::from_value(it).unwrap()).collect();
    assert_eq!(all.len(), 1);
    assert_eq!((all[0].state, &all[0].answer), (QuestionState::Withdrawn, &None));
    assert!(!world.repo("work").join("allowed.txt").exists());
}

#[test]
fn a_question_closed_without_an_answer_is_no_success() {
    let world = World::new();
    let run = world.start(&world.repo("work"), "[[demo:ask]]", &[]);
    run.until_state("waiting(question)");
    let mut keeper = keeper::Client::connect(&world.run_dirs()[0], crate::support::LONG).unwrap();
    keeper.close_input().unwrap();
    let said = run.end();
    assert_eq!(said.state(), "needs_you(question_lost)", "{said:#?}");
    assert_eq!(said.code, Some(10));
}

#[test]
fn prompts_arrive_whole_whatever_is_in_them() {
    let world = World::new();
    let mut big = "[[demo:echo]]".to_owned();
    while big.len() < 5_000_000 {
        big.push_str("A line of a long prompt, with \"quotes\", \\ and Zürich.\n");
    }
    let odd = "[[demo:echo]] NUL[\0] LS[\u{2028}] PS[\u{2029}] BOM[\u{feff}] NEL[\u{85}] \
        {\"type\":\"user\"}\r\n\ttab \u{1f600} \u{202e}"
        .to_owned();
    at_once(&[("big", big), ("odd", odd)], |(name, prompt)| {
        let repo = world.repo(name);
        let said = world.run(&repo, prompt, &[]);
        assert_eq!(said.state(), "done(unchecked)", "{name}: {}", said.err);
        let hash = demo_agent::content_hash(prompt.as_bytes());
        assert_eq!(Truth::of(&repo).prompts(), std::slice::from_ref(&hash), "{name}");
        assert!(said.text().contains(&hash), "{name}: {}", said.text());
        let prompts: Vec<String> = said.events().into_iter().filter_map(prompt_text).collect();
        assert_eq!(prompts, std::slice::from_ref(prompt), "{name}");
    });
    world.verified();
}

fn prompt_text(event: Event) -> Option<String> {
    match event {
        Event::Prompt { text } => Some(text),
        _ => None,
    }
}

#[test]
fn follow_ups_wait_for_their_turn_and_keep_their_order() {
    let world = World::new();
    let repo = world.repo("work");
    let truth = Truth::of(&repo);
    let first = "[[demo:slow n=8 ms=50]]";
    let run = world.start(&repo, first, &[]);
    run.until_state("running");
    let next = ["[[demo:echo]] second", "[[demo:echo]] third"];
    for text in next {
        world.rows(["send", &run.story(), text]);
    }
    let said = run.end();
    assert_eq!(said.state(), "done(unchecked)", "{said:#?}");
    let hash = |text: &str| demo_agent::content_hash(text.as_bytes());
    assert_eq!(truth.prompts(), [hash(first), hash(next[0]), hash(next[1])]);
    assert_eq!(results(&said), 3);
    assert_eq!(world.story(&said.story()).runs.len(), 1, "one process did it all");

    let again = "[[demo:echo]] after the end";
    world.rows(["send", &said.story(), again]);
    assert_eq!(world.ask(["wait", &said.story()]).code, Some(0));
    let story = world.story(&said.story());
    assert_eq!((story.runs.len(), story.queued_prompts), (2, 0));
    assert_eq!(world.ask(["attach", &said.story()]).text().matches("hash").count(), 3);
    assert_eq!(truth.prompts().last(), Some(&hash(again)));
    truth.compare(&world, &said.story());
    world.verified();
}

fn results(said: &Finished) -> usize {
    said.events().iter().filter(|event| matches!(event, Event::TurnEnded(_))).count()
}

#[test]
fn an_interrupt_ends_the_turn_and_not_the_process() {
    let world = World::new();
    let repo = world.repo("work");
    let truth = Truth::of(&repo);
    let run = world.start(&repo, "[[demo:sleep seconds=300]]", &[]);
    run.until_line("the command runs", |line| match &line.source {
        Source::Run(Event::ToolCall { .. }) => Some(()),
        _ => None,
    });
    world.rows(["interrupt", &run.story()]);
    run.until_state("waiting(prompt)");
    let again = world.ask(["interrupt", &run.story()]);
    assert_eq!(again.code, Some(2), "{again:#?}");
    assert!(again.err.contains("no turn is going on"), "{again:#?}");
    world.rows(["send", &run.story(), "[[demo:echo]] go on"]);
    let said = run.end();
    assert_eq!(said.state(), "done(unchecked)", "{said:#?}");
    assert_eq!(world.story(&said.story()).runs.len(), 1);
    assert_eq!(truth.prompts().len(), 2);
    assert_eq!(truth.count("interrupt"), 1);
    world.swept();
    world.verified();
}

#[test]
fn a_question_that_an_interrupt_closed_is_not_lost() {
    goes_on_after_an_interrupt("[[demo:ask]]", 1);
}

#[test]
fn work_in_the_background_that_is_interrupted_is_not_done() {
    goes_on_after_an_interrupt("[[demo:ask2]]", 2);
}

fn goes_on_after_an_interrupt(prompt: &str, asked: usize) {
    let world = World::new();
    let run = world.start(&world.repo("work"), prompt, &[]);
    questions(&world, asked);
    world.rows(["interrupt", &run.story()]);
    run.until_state("waiting(prompt)");
    world.rows(["send", &run.story(), "[[demo:plain]]"]);
    let said = run.end();
    assert_eq!(said.state(), "done(unchecked)", "{said:#?}");
    world.verified();
}

#[test]
fn a_prompt_that_comes_while_the_gates_run_is_sent_after_them() {
    let world = World::new();
    let repo = world.repo("work");
    let open = world.path("open");
    let gate = format!("while ! test -e '{}'; do sleep 0.05; done", open.display());
    let run = world.start(&repo, "[[demo:plain]]", &["--gate", &gate]);
    run.until_state("gating");
    world.rows(["send", &run.story(), "[[demo:tools]]"]);
    std::fs::write(open, "").unwrap();
    let said = run.end();
    assert_eq!(said.state(), "done(checked)", "{said:#?}");
    assert_eq!(Truth::of(&repo).prompts().len(), 2);
    world.verified();
}

#[test]
fn a_follow_up_goes_on_with_the_conversation_that_the_agent_went_on_with() {
    let world = World::new();
    // Like a fork, it continues under a new session id.
    let recording = "../../../tests/fixtures/claude/2.1.330/once_resumefork_turn2.jsonl";
    let recording = Path::new(env!("CARGO_MANIFEST_DIR")).join(recording);
    let agent = format!(
        "#!/bin/sh\ncase $1 in --version) echo 2.1.330; exit;; auth) exit 1;; esac\n\
         read -r hello; read -r prompt; cat '{}'; cat >/dev/null\n",
        recording.display()
    );
    let path = world.path("agent");
    std::fs::write(&path, agent).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    let repo = world.repo("work");
    let (repo, path) = (repo.to_str().unwrap(), path.to_str().unwrap());
    let said =
        world.ask(["run", "--agent", "claude", "--bin", path, "--dir", repo, "--prompt", "begin"]);
    assert_eq!(said.state(), "done(unchecked)", "{said:#?}");
    let forked = world.rows(["runs"])[0]["session"].as_str().unwrap().to_owned();
    let began = world.run_dirs()[0].read_spec().unwrap().session.unwrap();
    assert_ne!(forked, began);
    world.rows(["send", &said.story(), "go on"]);
    let said = world.attach(&said.story()).end();
    assert_eq!(said.state(), "done(unchecked)", "{said:#?}");
    let argv = world.run_dirs()[1].read_spec().unwrap().argv;
    assert!(argv.windows(2).any(|pair| pair == ["--resume", &forked]), "{argv:?}");
}

#[test]
fn work_in_the_background_keeps_the_run_open_until_it_ends() {
    let world = World::new();
    at_once(&["subagent", "bgbash"], |scene| {
        let said = world.run(&world.repo(scene), &format!("[[demo:{scene}]]"), &[]);
        assert_eq!(said.state(), "done(unchecked)", "{scene}: {said:#?}");
        assert_eq!(results(&said), 2, "{scene}");
        let states: Vec<String> =
            said.envelopes().iter().filter_map(crate::support::state_in).collect();
        assert_eq!(states, ["starting", "running", "done(unchecked)"], "{scene}");
        let started =
            said.events().iter().filter(|it| matches!(it, Event::TaskStarted { .. })).count();
        let ended = said.events().iter().filter(|it| matches!(it, Event::TaskEnded { .. })).count();
        assert_eq!((started, ended), (1, 1), "{scene}");
        assert_eq!(world.story(&said.story()).runs.len(), 1, "{scene}");
    });
    world.verified();
}

#[test]
fn done_is_checked_only_when_every_gate_passes() {
    let world = World::new();
    let cases: &[(&str, &[&str], &str)] = &[
        ("pass", &["--gate", "true", "--gate", "test -f hello.txt"], "done(checked)"),
        (
            "fail",
            &["--gate", "true", "--gate", "echo broken >&2; exit 7", "--gate", "touch third"],
            "needs_you(gate_failed)",
        ),
    ];
    at_once(cases, |&(name, gates, state)| {
        let said = world.run(&world.repo(name), "[[demo:tools]]", gates);
        assert_eq!(said.state(), state, "{name}: {said:#?}");
        assert_eq!(said.evidence().len(), 3, "{name}: the agent and two gates");
        if name == "fail" {
            let detail = world.story(&said.story()).detail.unwrap();
            assert!(detail.contains("gate 2") && detail.contains("exit code 7"), "{detail}");
            let gate = StateDetail::Gate {
                number: 2,
                of: 3,
                command: "echo broken >&2; exit 7".to_owned(),
                outcome: Some(Outcome::Failed { why: FailedKind::Other }),
                exit_code: Some(7),
                words: "exit code 7".to_owned(),
            };
            assert_eq!(world.story(&said.story()).about, Some(gate));
            assert!(!world.repo(name).join("third").exists());
        }
    });
    world.verified();
}

#[test]
fn a_gate_can_be_stopped() {
    let world = World::new();
    let run = world.start(&world.repo("work"), "[[demo:plain]]", &["--gate", "sleep 300"]);
    run.until_state("gating");
    run.until_line("the gate's process", |line| match &line.source {
        Source::Journal(JournalEvent::RunStarted { .. }) if is_second_run(&run, line) => Some(()),
        _ => None,
    });
    world.rows(["stop", &run.story()]);
    let said = run.end();
    assert_eq!((said.state().as_str(), said.code), ("stopped(you)", Some(12)), "{said:#?}");
    world.swept();
    world.verified();
}

fn is_second_run(run: &Following, line: &protocol::Envelope) -> bool {
    let lines = crate::support::envelopes(&run.so_far());
    let first = lines.iter().find_map(|line| line.run.clone());
    line.run != first
}
