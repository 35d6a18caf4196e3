//! Lines of journals that earlier versions wrote, each read to the fact that it was meant to be. A journal is
//! never rewritten, so these must be read for ever.

use protocol::{
    Actor, Event, Evidence, JournalEntry, JournalEvent, KeptEvent, NotificationKind, Outcome, Pos,
    PromptQueued, StartFailedKind, StateDetail, Stop, StopReason, Stream,
};
use serde_json::{Value, json};

fn read(event: Value) -> JournalEvent {
    let line = json!({"seq": 1, "at": "2026-11-19T16:51:00.000Z", "story": "s", "run": "r", "event": event});
    serde_json::from_str::<JournalEntry>(&line.to_string()).expect("a line of a journal").event
}

/// What is read is written as it is meant, and read again the same.
fn settled(event: Value) -> JournalEvent {
    let fact = read(event);
    assert_eq!(read(serde_json::to_value(&fact).expect("a fact is JSON")), fact);
    fact
}

#[test]
fn a_prompt_is_whoever_its_id_was_named_after() {
    let by = |id: &str| match settled(
        json!({"type": "prompt_queued", "id": id, "text": "resume-1 is no id"}),
    ) {
        JournalEvent::PromptQueued(PromptQueued { by, .. }) => by,
        other => panic!("{other:?}"),
    };
    assert_eq!(by("01a223f3-6240-7000-8000-000000000000"), Actor::You);
    assert_eq!(by("resume-01a223f3-6240-7000-8000-000000000000"), Actor::Musher);
    assert_eq!(by("gate-1"), Actor::Musher);
    let recorded = json!({"type": "prompt_queued", "id": "resume-1", "text": "", "by": "you"});
    let JournalEvent::PromptQueued(prompt) = settled(recorded) else { panic!() };
    assert_eq!(prompt.by, Actor::You, "a line that says it is believed");
}

#[test]
fn a_notification_is_its_kind_without_its_text() {
    let notifies = |name: &str, recorded: Value| {
        let mut changed = json!({
            "type": "state_changed", "state": "done", "reason": "checked",
            "since": "2026-11-19T16:51:00.000Z", "evidence": {},
        });
        changed[name] = recorded;
        match settled(changed) {
            JournalEvent::StateChanged { notifies, .. } => notifies,
            other => panic!("{other:?}"),
        }
    };
    let shown = json!({"kind": "finished", "title": "Done: Fix it", "body": "Gates passed"});
    assert_eq!(notifies("notification", shown), Some(NotificationKind::Finished));
    assert_eq!(notifies("notification", Value::Null), None);
    assert_eq!(notifies("notifies", json!("asks")), Some(NotificationKind::Asks));
}

#[test]
fn who_answered_is_an_actor() {
    let by = |by: Value| {
        let answer = json!({"type": "input", "id": "i", "kind": "answer", "text": "", "by": by});
        match settled(answer) {
            JournalEvent::Input { by, .. } => by,
            other => panic!("{other:?}"),
        }
    };
    let words = [
        ("you", Actor::You),
        ("engine", Actor::Musher),
        ("unattended", Actor::Rule),
        ("rule", Actor::Rule),
        ("system", Actor::System),
    ];
    for (word, actor) in words {
        assert_eq!(by(json!(word)), Some(actor), "{word}");
    }
    assert_eq!(by(Value::Null), None);
}

#[test]
fn why_a_stop_was_asked_for_is_a_reason() {
    let why = |why: &str| match settled(json!({"type": "stop_requested", "by": "you", "why": why}))
    {
        JournalEvent::StopRequested { by: Actor::You, why } => why,
        other => panic!("{other:?}"),
    };
    let sentences = [
        ("stopped in the window", StopReason::Window),
        ("stopped on the board", StopReason::Board),
        ("asked for on the command line", StopReason::CommandLine),
        ("Ctrl-C in the terminal", StopReason::CtrlC),
        ("words of a person", StopReason::Words("words of a person".to_owned())),
    ];
    for (sentence, reason) in sentences {
        assert_eq!(why(sentence), reason);
    }
}

#[test]
fn who_ended_a_run_stands_in_its_outcome_and_evidence() {
    let ended = |by: &str, stop: Value| {
        let outcome = json!({"kind": "stopped", "by": by});
        match settled(json!({"type": "run_ended", "outcome": outcome, "evidence": {"stop": stop}}))
        {
            JournalEvent::RunEnded { outcome: Outcome::Stopped { by }, evidence, .. } => {
                (by, evidence.stop)
            }
            other => panic!("{other:?}"),
        }
    };
    let stop = |by, why| Some(Stop { by, why });
    assert_eq!(
        ended("you", json!("you: asked for on the command line")),
        (Actor::You, stop(Actor::You, StopReason::CommandLine))
    );
    assert_eq!(
        ended("system", json!("system: SIGTERM")),
        (Actor::System, stop(Actor::System, StopReason::KeeperTerminated))
    );
    assert_eq!(
        ended("engine", json!("engine: it took longer than it was given")),
        (Actor::Musher, stop(Actor::Musher, StopReason::TimeLimit))
    );
    let words = StopReason::Words("it: went, wrong".to_owned());
    assert_eq!(ended("you", json!("you: it: went, wrong")), (Actor::You, stop(Actor::You, words)));
    assert_eq!(ended("you", Value::Null), (Actor::You, None));
}

#[test]
fn a_stopped_story_is_about_who_stopped_it() {
    let changed = json!({
        "type": "state_changed", "state": "stopped", "reason": "engine", "detail": "SIGTERM",
        "since": "2026-11-19T16:51:00.000Z", "evidence": {"stop": "system: SIGTERM"}
    });
    let JournalEvent::StateChanged { about, .. } = settled(changed) else { panic!() };
    let recorded = StateDetail::Stopped { by: Actor::System, why: StopReason::KeeperTerminated };
    assert_eq!(about, Some(recorded));
}

#[test]
fn a_run_that_was_never_started_is_a_kind_of_failed_start() {
    let why = |why: &str, summary: &str| {
        let outcome = json!({"kind": "start_failed", "why": why});
        let event =
            json!({"type": "run_ended", "outcome": outcome, "evidence": {"summary": summary}});
        match settled(event) {
            JournalEvent::RunEnded { outcome: Outcome::StartFailed { why }, .. } => why,
            other => panic!("{other:?}"),
        }
    };
    let sentence = "Musher ended before the process was started; nothing ran";
    assert_eq!(why("other", sentence), StartFailedKind::NeverStarted);
    assert_eq!(why("other", "no such folder"), StartFailedKind::Other);
    assert_eq!(why("cwd", sentence), StartFailedKind::Cwd);
}

#[test]
fn evidence_without_any_field_is_read() {
    assert_eq!(serde_json::from_str::<Evidence>("{}").unwrap(), Evidence::default());
}

#[test]
fn words_that_were_replaced_are_still_read() {
    let at = Pos { stream: Stream::Stdout, offset: 9, len: 3, index: 2 };
    let place = json!({"stream": "stdout", "offset": 9, "len": 3, "k": 2});
    let ended = json!({
        "type": "run_ended", "outcome": {"kind": "succeeded"}, "evidence": {"summary": "", "result": place},
    });
    let JournalEvent::RunEnded { evidence, .. } = settled(ended) else { panic!() };
    assert_eq!(evidence.result, Some(at));
    let now = serde_json::to_value(at).expect("a position is JSON");
    assert_eq!(now, json!({"stream": "stdout", "offset": 9, "len": 3, "index": 2}));

    let injected = Event::InjectedMessage { text: "Go on.".to_owned() };
    let event: Event =
        serde_json::from_value(json!({"type": "nudge", "text": "Go on."})).expect("an event");
    assert_eq!(event, injected);
    let now = serde_json::to_value(injected).expect("an event is JSON");
    assert_eq!(now, json!({"type": "injected_message", "text": "Go on."}));
}

#[test]
fn a_worktree_that_was_wanted_before_patterns_were_recorded_has_none() {
    let wanted = json!({"type": "worktree_wanted", "slug": "fix-it", "branch": "musher/fix-it"});
    match settled(wanted) {
        JournalEvent::WorktreeWanted { slug, branch, patterns } => {
            let named = (slug.as_str(), branch.as_str(), patterns);
            assert_eq!(named, ("fix-it", "musher/fix-it", None));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_stays_of_deleted_logs_is_read_with_every_event() {
    let at = "2026-11-19T16:51:00.000Z";
    let tokens = json!({"input": 1, "output": 2, "cache_read": 3, "cache_write": 4});
    let cost = json!({"micros": 5, "basis": "reported"});
    let shares = json!([{"model": "opus", "tokens": tokens, "cost": cost}]);
    let used = json!({"opus": {"tokens": tokens, "cost_micros": 5, "context_window": 200_000}});
    let events = [
        json!({"type": "prompt", "text": "Fix it"}),
        json!({"type": "question", "request": "q", "kind": "permission", "tool": "Bash", "tool_kind": "command",
            "call": "c", "title": "ls", "description": "Lists", "input": {"command": "ls"}, "why": null,
            "blocked_path": null}),
        json!({"type": "question_withdrawn", "request": "q"}),
        json!({"type": "answered", "request": "q", "allowed": true, "message": null}),
        json!({"type": "turn_ended", "turn": "completed", "said": "success", "text": "Fixed.",
            "usage": {"totals": {"models": used, "cost_micros": 5}, "since_last": used}, "index": 1, "queued": 0,
            "from_task": false, "denials": [], "duration_ms": 1000, "api_ms": 900, "login_expires_at": null}),
        json!({"type": "limit", "limit": {"status": "allowed", "window": "five_hour", "resets_at": at,
            "windows": [{"window": "five_hour", "status": "allowed", "utilization": 0.4, "resets_at": at}]}}),
        json!({"type": "conversation_incomplete", "sessions": ["s"]}),
    ];
    let words: Vec<&str> = events.iter().filter_map(|event| event["type"].as_str()).collect();
    let known: std::collections::BTreeSet<&str> = KeptEvent::WORDS.into();
    assert_eq!(words.iter().copied().collect::<std::collections::BTreeSet<_>>(), known);
    let kept: Vec<Value> = events
        .iter()
        .zip(1..)
        .map(|(event, seq)| {
            let pos = json!({"stream": "stdout", "offset": seq, "len": 1, "index": 0});
            json!({"seq": seq, "at": at, "pos": pos, "event": event})
        })
        .collect();
    let run = json!({
        "run": "r", "bytes": 9, "decoder": "claude/3", "output_bytes": 8, "events": 7, "tool_calls": 1,
        "calls": [at], "session": "s", "agent_version": "2.1.330", "model": "opus", "tokens": tokens,
        "cost": cost, "models": {"opus": tokens},
        "turns": [{"seq": 5, "at": at, "shares": shares}, {"seq": null, "at": at, "shares": shares}],
        "kept": kept
    });
    let JournalEvent::LogsDeleted { bytes: 9, runs } =
        settled(json!({"type": "logs_deleted", "bytes": 9, "runs": [run]}))
    else {
        panic!("it is a deletion of logs")
    };
    let read: Vec<&str> = runs[0].kept.iter().map(|kept| kept.event.word()).collect();
    assert_eq!(read, words);
    assert_eq!(settled(json!({"type": "logs_removed"})), JournalEvent::LogsRemoved {});
}
