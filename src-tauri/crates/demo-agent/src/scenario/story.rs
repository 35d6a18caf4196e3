//! The story for a prompt without a marker: the agent reads the parcel tracker, adds a command with
//! a check to it, runs the checks, and asks whether it may commit, while a subagent looks at the
//! parcel table. On the way a request is repeated after an overload, and the 5-hour limit is nearly
//! used up. All work is real; only the texts are prepared. Outside the scratch project the agent
//! only looks around.

use super::{limits, trouble, work};
use crate::scratch::is_scratch;
use crate::stage::Play;
use crate::tools::Tool;
use crate::turn::{Acted, Later, Subagent, Turn};
use crate::wire::outcome::Ending;

/// A command that can be added to the parcel tracker.
struct Feature {
    name: &'static str,
    what: &'static str,
    thought: &'static str,
    function: &'static str,
    branch: &'static str,
    check: &'static str,
}

/// The commands in the order in which they are added, one per prompt.
const FEATURES: &[Feature] = &[
    Feature {
        name: "late",
        what: "lists the parcels that should have arrived before a given day",
        thought: "The table has a due day in its fourth column and nothing uses it yet. A command that lists what is late would be the most useful next step. Days are written year first, so comparing them as text is enough; delivered parcels must not count.",
        function: "late() {\n    awk -F '\\t' -v day=\"$1\" '$3 != \"delivered\" && $4 < day { print $1 }' \"$table\"\n}\n",
        branch: "    late) late \"${2:?before which day?}\" ;;\n",
        check: "check \"late parcels\" \"P-103\" \"$(sh parcel.sh late 2026-03-01)\"\n",
    },
    Feature {
        name: "senders",
        what: "lists who sends parcels, each name once",
        thought: "Senders stand in the second column and repeat. Sorting with -u is all it takes; the order does not matter to anybody.",
        function: "senders() {\n    cut -f2 \"$table\" | sort -u\n}\n",
        branch: "    senders) senders ;;\n",
        check: "check \"senders\" \"3\" \"$(sh parcel.sh senders | wc -l | tr -d ' ')\"\n",
    },
    Feature {
        name: "open",
        what: "counts the parcels that are still on their way",
        thought: "Everything that is not delivered is open. awk can count, and adding 0 makes it print a number for an empty table too.",
        function: "open() {\n    awk -F '\\t' '$3 != \"delivered\" { n++ } END { print n + 0 }' \"$table\"\n}\n",
        branch: "    open) open ;;\n",
        check: "check \"open parcels\" \"3\" \"$(sh parcel.sh open)\"\n",
    },
];

const CASE: &str = "case \"${1:-help}\" in\n";
const LAST_LINE: &str = "exit \"$failed\"\n";

/// Plays the story: in full for the `first` prompt, a shorter one for later prompts.
pub(super) fn play(turn: &mut Turn<'_>, first: bool) -> Play<Ending> {
    if !is_scratch(&turn.talk.cwd) {
        return look_around(turn);
    }
    let script = std::fs::read_to_string(turn.path("parcel.sh")).unwrap_or_default();
    match FEATURES.iter().find(|feature| !script.contains(feature.function)) {
        Some(feature) if first => whole(turn, feature),
        Some(feature) => short(turn, feature),
        None => nothing_left(turn),
    }
}

/// The full story, 25 to 40 seconds at speed 1.
fn whole(turn: &mut Turn<'_>, feature: &Feature) -> Play<Ending> {
    turn.news = Some(limits::report(turn, "allowed", 0.88));
    turn.think("I should see what is there before I suggest anything. The README says what the project is for; the script is short enough to read in one go.")?;
    turn.say("## A look at the parcel tracker\n\nI will\n\n1. read the script and its checks,\n2. add what is missing most,\n3. run the checks, and\n4. ask you before I commit.\n")?;
    turn.perform(&Tool::Read { path: turn.path("parcel.sh") })?;
    trouble::overload(turn, 1, 10)?;
    turn.respond()?;
    let mut helper = check_table(turn)?;
    develop(turn, feature)?;
    turn.subagent_says(&mut helper, "I read the table first and count its columns then.")?;
    turn.subagent_acts(&mut helper, &Tool::Read { path: turn.path("parcels.tsv") })?;
    turn.news = Some(limits::report(turn, "allowed_warning", 0.91));
    run_checks(turn)?;
    let committed = commit(turn, feature)?;
    turn.reply(&summary(feature, &committed))?;
    let ending = turn.answer();
    table_report(turn, helper);
    Ok(ending)
}

/// The story of a later prompt: one more command, without the incidents.
fn short(turn: &mut Turn<'_>, feature: &Feature) -> Play<Ending> {
    turn.say(&format!("Next I add `{}`, which {}.", feature.name, feature.what))?;
    turn.perform(&Tool::Read { path: turn.path("parcel.sh") })?;
    develop(turn, feature)?;
    run_checks(turn)?;
    let committed = commit(turn, feature)?;
    turn.reply(&summary(feature, &committed))?;
    Ok(turn.answer())
}

/// Starts the subagent that checks the table.
fn check_table(turn: &mut Turn<'_>) -> Play<Subagent> {
    turn.say("While I work on the script, a subagent can check the table for mistakes.")?;
    turn.delegate(
        "Check the table",
        "Read parcels.tsv and report lines that do not have four columns or whose day is not written as YYYY-MM-DD.",
    )
}

/// Adds the feature and its check.
fn develop(turn: &mut Turn<'_>, feature: &Feature) -> Play<()> {
    turn.think(feature.thought)?;
    turn.say(&format!(
        "The script lacks `{}`, a command that {}. This is all it takes:\n\n```sh\n{}```\n",
        feature.name, feature.what, feature.function
    ))?;
    let script = turn.path("parcel.sh");
    let new = format!("{}\n{CASE}{}", feature.function, feature.branch);
    turn.perform(&Tool::Edit { path: script, old: CASE.into(), new })?;
    turn.say("And a check for it, so that it stays that way:")?;
    let check = turn.path("test.sh");
    let new = format!("{}\n{LAST_LINE}", feature.check);
    turn.perform(&Tool::Edit { path: check, old: LAST_LINE.into(), new })?;
    Ok(())
}

/// Runs the checks for real.
fn run_checks(turn: &mut Turn<'_>) -> Play<()> {
    let command = if cfg!(windows) { "git diff --stat" } else { "sh test.sh" };
    match turn.perform(&Tool::bash(command, "Run the checks"))? {
        Acted::Ran { failed: false } => turn.say("All checks pass. Now I would like to commit."),
        _ => turn.say("A check fails here; I would commit what there is and say so."),
    }
}

fn commit(turn: &mut Turn<'_>, feature: &Feature) -> Play<Acted> {
    let command = format!("git commit -am \"parcel: {} {}\"", feature.name, feature.what);
    turn.perform_asking(&Tool::bash(&command, "Commit the change"))
}

fn summary(feature: &Feature, committed: &Acted) -> String {
    let end = match committed {
        Acted::Ran { failed: false } => "- committed, as you allowed".to_owned(),
        Acted::Ran { failed: true } => {
            "- the commit did not work; the change is in the working tree".to_owned()
        }
        Acted::Denied(message) => {
            format!(
                "- not committed, because you said no ({message}); the change is in the working tree"
            )
        }
    };
    format!(
        "## Done\n\n- `parcel.sh {}` {}\n- `test.sh` checks it\n{end}\n",
        feature.name, feature.what
    )
}

/// The subagent's work after the first result, and the answer to its report.
fn table_report(turn: &mut Turn<'_>, mut helper: Subagent) {
    let run = helper.run.clone();
    let work = move |turn: &mut Turn<'_>| {
        turn.subagent_acts(&mut helper, &Tool::bash(COLUMNS, "Count columns"))?;
        let report = "All four lines have four columns, and every day is written year first.";
        turn.subagent_says(&mut helper, report)?;
        turn.subagent_ends(&helper, report);
        Ok(())
    };
    let closing = "The subagent is done too: the table has **no mistakes**. All four lines have four columns, and every day is written year first.".to_owned();
    turn.later.push_back(Later { run, work: Box::new(work), closing });
}

#[cfg(unix)]
const COLUMNS: &str = "awk -F '\\t' '{ print NF }' parcels.tsv | sort | uniq -c";
#[cfg(windows)]
const COLUMNS: &str = "find /C \"P-\" parcels.tsv";

/// All commands were added already.
fn nothing_left(turn: &mut Turn<'_>) -> Play<Ending> {
    turn.think("late, senders and open are all there. A look at the history and the checks, then an honest answer.")?;
    turn.perform(&Tool::bash("git log --oneline -5", "Show the history"))?;
    turn.reply("Everything I know how to add is there already: `late`, `senders` and `open`. I changed nothing this time.")?;
    Ok(turn.answer())
}

/// In a real project of the user: looks around and says what this agent is.
fn look_around(turn: &mut Turn<'_>) -> Play<Ending> {
    turn.think("This is not the scratch project of the demo, so I must not change anything.")?;
    turn.perform(&Tool::bash(work::COUNT, "Count the files"))?;
    turn.reply("This is the **demo agent**: it plays a prepared story and has no model behind it. It works on its own scratch project only, so here I looked around and changed nothing.")?;
    Ok(turn.answer())
}
