//! The demo story in its scratch project.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::talk::{Place, Talk, of_type};

fn git(dir: &Path, args: &[&str]) -> String {
    let output = Command::new("git").arg("-C").arg(dir).args(args).output().expect("git runs");
    assert!(output.status.success(), "git {args:?}: {output:?}");
    String::from_utf8(output.stdout).expect("text")
}

fn scratch() -> Place {
    let place = Place::new();
    demo_agent::scratch_repository(&place.work(), Path::new("git")).expect("a scratch project");
    place
}

/// Plays one prompt and answers every question with `response`.
fn play(talk: &mut Talk, response: &Value) -> Vec<Value> {
    talk.prompt("Please make it better");
    let mut all = Vec::new();
    loop {
        all.extend(
            talk.until(|line| matches!(line["type"].as_str(), Some("control_request" | "result"))),
        );
        let last = all.last().expect("read").clone();
        if last["type"] == "control_request" {
            talk.answer(&last, response);
        } else {
            return all;
        }
    }
}

#[test]
fn a_scratch_project_is_a_clean_repository_with_one_commit() {
    let place = scratch();
    assert_eq!(git(&place.work(), &["status", "--porcelain"]), "");
    assert_eq!(git(&place.work(), &["log", "--format=%s"]), "parcel: list and status\n");
    let again = demo_agent::scratch_repository(&place.work(), Path::new("git"));
    assert!(matches!(again, Err(demo_agent::ScratchError::Occupied)));
}

#[test]
fn an_allowed_commit_is_made_and_the_checks_pass() {
    let place = scratch();
    let mut talk = place.talk(&[]);
    let lines = play(&mut talk, &json!({"behavior": "allow"}));
    let second = talk.next("result");
    assert_eq!(second["origin"]["kind"], "task-notification");
    assert_eq!(git(&place.work(), &["rev-list", "--count", "HEAD"]), "2\n");
    assert_eq!(git(&place.work(), &["status", "--porcelain"]), "");
    assert_eq!(of_type(&lines, "control_request").len(), 1);
    assert!(lines.iter().any(|line| line["subtype"] == "api_retry"));
    let limits = of_type(&lines, "rate_limit_event");
    assert_eq!(limits.last().expect("a warning")["rate_limit_info"]["status"], "allowed_warning");
    let patches = lines.iter().filter(|line| {
        line["tool_use_result"]["structuredPatch"].as_array().is_some_and(|hunks| !hunks.is_empty())
    });
    assert_eq!(patches.count(), 2);
}

#[cfg(unix)]
#[test]
fn every_feature_passes_its_check() {
    let place = scratch();
    let mut talk = place.talk(&[]);
    play(&mut talk, &json!({"behavior": "allow"}));
    // The subagent's report causes a second result.
    talk.next("result");
    for _ in 0..2 {
        play(&mut talk, &json!({"behavior": "allow"}));
    }
    let checks = Command::new("sh").arg(place.work().join("test.sh")).output().expect("sh runs");
    let text = String::from_utf8(checks.stdout).expect("text");
    assert!(checks.status.success(), "{text}");
    assert_eq!(text.lines().count(), 5, "{text}");
    assert_eq!(git(&place.work(), &["rev-list", "--count", "HEAD"]), "4\n");
    let last = play(&mut talk, &json!({"behavior": "allow"}));
    let text = last.last().expect("a result")["result"].as_str().expect("text").to_owned();
    assert!(text.starts_with("Everything I know how to add is there already"), "{text}");
}

#[test]
fn a_denied_commit_leaves_the_change_in_the_working_tree() {
    let place = scratch();
    let mut talk = place.talk(&[]);
    let lines = play(&mut talk, &json!({"behavior": "deny", "message": "Later"}));
    let text = lines.last().expect("a result")["result"].as_str().expect("text").to_owned();
    assert!(text.contains("not committed, because you said no (Later)"), "{text}");
    assert_eq!(git(&place.work(), &["rev-list", "--count", "HEAD"]), "1\n");
    assert_eq!(git(&place.work(), &["status", "--porcelain"]), " M parcel.sh\n M test.sh\n");
}

#[test]
fn outside_the_scratch_project_nothing_is_changed() {
    let place = Place::new();
    std::fs::write(place.work().join("mine.txt"), "mine").expect("written");
    let (lines, code) = place.once("Please make it better", &[]);
    assert_eq!(std::fs::read_dir(place.work()).expect("readable").count(), 1);
    assert!(of_type(&lines, "control_request").is_empty());
    assert_eq!(code, 0);
}
