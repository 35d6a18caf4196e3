//! What happened in a story, in words, with the verdict on the claim that its tests pass.

use super::super::steps::{Call, Outcome, Status, of_gate};
use super::super::trial::{call, command, known};
use super::*;
use protocol::{FileAct, FileChange, RunId, Subject, ToolKind};

fn edit(at: u64) -> Call {
    let file = FileChange {
        path: "a.ts".to_owned(),
        act: FileAct::Edit,
        moved_to: None,
        diff: protocol::Diff::default(),
    };
    call(at, ToolKind::Edit, Subject::Change { files: vec![file] }, Status::Exit(0))
}

fn seconds(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

/// The calls of words: `t` tests that pass, `f` that fail, `p` a part that passes, `P` a part that fails, `u` a pipe,
/// `e` an edit, `x` an edit that failed, `m` an unknown command, `M` a tool of a server, `r` a command that reads.
fn calls(words: &str) -> Vec<Call> {
    let call = |(at, word): (u64, char)| match word {
        't' => command(at, "npm test", Status::Exit(0)),
        'f' => command(at, "npm test", Status::Exit(1)),
        'p' => command(at, "npm test -- a", Status::Exit(0)),
        'P' => command(at, "npm test -- a", Status::Exit(1)),
        'u' => command(at, "npm test | tail", Status::Exit(0)),
        'm' => command(at, "python3 x.py", Status::Exit(0)),
        'r' => command(at, "git status && ls", Status::Exit(0)),
        'M' => call(at, ToolKind::Mcp, Subject::default(), Status::NotKnown(ClaimWhy::NoStatus)),
        'x' => {
            let mut call = edit(at);
            call.result.as_mut().unwrap().is_ok = false;
            call
        }
        _ => edit(at),
    };
    (1..).zip(words.chars()).map(call).collect()
}

#[test]
fn the_newest_result_after_the_last_edit_decides() {
    use ClaimWhy as W;
    use Verdict as V;
    let table = [
        ("", V::NotRun, None),
        ("e", V::NotRun, None),
        ("et", V::Proved, None),
        ("etr", V::Proved, None),
        ("te", V::BeforeEdit, Some(W::Edited)),
        ("tx", V::Proved, None),
        ("tm", V::BeforeEdit, Some(W::MayHaveEdited)),
        ("tM", V::BeforeEdit, Some(W::MayHaveEdited)),
        ("mt", V::Proved, None),
        ("tme", V::BeforeEdit, Some(W::Edited)),
        ("ft", V::Proved, None),
        ("tf", V::Failed, None),
        ("fu", V::ResultUnknown, Some(W::Pipe)),
        ("fet", V::Proved, None),
        ("tef", V::Failed, None),
        ("teu", V::ResultUnknown, Some(W::Pipe)),
        ("tu", V::Proved, None),
        ("tp", V::Proved, None),
        ("tP", V::Failed, None),
        ("ep", V::ResultUnknown, Some(W::Part)),
        ("ue", V::BeforeEdit, Some(W::Edited)),
    ];
    for (words, verdict, why) in table {
        let known = known(&calls(words));
        let found = judge(ClaimKind::Tests, &known);
        assert_eq!((found.verdict, found.why), (verdict, why), "{words}");
    }
}

#[test]
fn checkpoints_show_what_no_call_says() {
    let judged = |words: &str, trees: &[(i64, &str)], is_outdated| {
        let trees = trees.iter().map(|(at, tree)| (seconds(*at), (*tree).to_owned())).collect();
        let known = Known { trees, is_outdated, ..known(&calls(words)) };
        let found = judge(ClaimKind::Tests, &known);
        (found.verdict, found.why)
    };
    use ClaimWhy as W;
    use Verdict as V;
    // The test runs from 10 to 11, what follows from 20 to 21.
    assert_eq!(judged("t", &[(1, "a"), (30, "b")], false), (V::Proved, None));
    assert_eq!(judged("t", &[(15, "a"), (30, "a")], false), (V::Proved, None));
    assert_eq!(judged("t", &[(15, "a"), (30, "b")], false), (V::BeforeEdit, Some(W::ChangedSince)));
    assert_eq!(judged("t", &[(30, "a")], true), (V::BeforeEdit, Some(W::ChangedSince)));
    assert_eq!(judged("tm", &[(5, "a"), (30, "a")], false), (V::Proved, None));
    assert_eq!(judged("tm", &[(5, "a"), (15, "a")], false), (V::Proved, None));
    assert_eq!(
        judged("tm", &[(5, "a"), (30, "b")], false),
        (V::BeforeEdit, Some(W::MayHaveEdited))
    );
    assert_eq!(
        judged("etm", &[(5, "a"), (40, "a")], false),
        (V::BeforeEdit, Some(W::MayHaveEdited))
    );
    assert_eq!(judged("te", &[(5, "a"), (30, "a")], false), (V::BeforeEdit, Some(W::Edited)));
}

#[test]
fn a_gate_on_the_same_files_is_named_first() {
    let gate = |line: &str, from, code| {
        of_gate(&RunId::new("gate"), line, seconds(from), seconds(from + 5), code)
    };
    let judged = |words: &str, gates: Vec<Attempt>, trees: &[(i64, &str)]| {
        let trees = trees.iter().map(|(at, tree)| (seconds(*at), (*tree).to_owned())).collect();
        let known = Known { trees, gates, ..known(&calls(words)) };
        let found = judge(ClaimKind::Tests, &known);
        (found.verdict, found.is_gate)
    };
    let (one, same) = (&[(50, "a")][..], &[(50, "a"), (70, "a")][..]);
    let other = &[(50, "a"), (70, "b")][..];
    assert_eq!(judged("et", gate("npm test", 60, Some(0)), one), (Verdict::Proved, true));
    assert_eq!(judged("e", gate("npm test", 60, Some(0)), same), (Verdict::Proved, true));
    assert_eq!(judged("et", gate("npm test", 60, Some(1)), one), (Verdict::Failed, true));
    assert_eq!(judged("e", gate("npm test", 60, Some(0)), other), (Verdict::BeforeEdit, true));
    assert_eq!(judged("e", gate("npm test", 60, None), one), (Verdict::ResultUnknown, true));
    assert_eq!(judged("e", gate("npm run lint", 60, Some(0)), one), (Verdict::NotRun, false));
    assert_eq!(judged("e", gate("npm test || true", 60, Some(0)), one).0, Verdict::ResultUnknown);
    assert_eq!(
        judged("te", gate("npm test", 5, Some(0)), &[(4, "a")]),
        (Verdict::BeforeEdit, false)
    );
}

#[test]
fn where_not_all_is_known_nothing_is_proved_or_denied() {
    for (words, expected) in [
        ("et", Verdict::Unknown),
        ("", Verdict::Unknown),
        ("te", Verdict::Unknown),
        ("f", Verdict::Failed),
    ] {
        let known = Known { is_whole: false, ..known(&calls(words)) };
        assert_eq!(judge(ClaimKind::Tests, &known).verdict, expected, "{words}");
    }
    let passed = known(&calls("t"));
    assert_eq!(passed.steps.attempts[0].result, Outcome::Passed);
}
