//! An upgrade with a changed decoder: the events of an older decoder are replaced completely by
//! those of the newest one, whether the run has ended or is active; everything that refers to
//! agents' ids or to positions in logs stays valid. A run whose decoder does not exist is shown as
//! text.

use crate::store::{printed, session};
use crate::support::{World, until};
use crate::truth::Truth;
use protocol::{Envelope, Event, Question, Source};
use std::process::Command;

/// Changes the store to what an older decoder would have made: fewer events with other numbers,
/// other amounts, other texts of questions. It uses Python's SQLite, because Musher's code cannot
/// write such a store.
const OLDER: &str = r#"
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.executescript("""
    BEGIN;
    DELETE FROM events WHERE type IN ('thought', 'status', 'message_usage');
    UPDATE events SET seq = -(SELECT count(*) FROM events AS other
        WHERE other.run = events.run AND abs(other.seq) <= abs(events.seq));
    UPDATE events SET seq = -seq;
    UPDATE questions SET content = json_set(content, '$.title', 'as it was');
    UPDATE usage SET output = output + 7;
    UPDATE run_folds SET decoder = 'claude/1', cost_micros = cost_micros + 5,
        events = (SELECT count(*) FROM events WHERE events.run = run_folds.run)
        WHERE decoder LIKE 'claude/%';
    COMMIT;
""")
print(db.execute("SELECT count(*) FROM run_folds WHERE decoder = 'claude/1'").fetchone()[0])
"#;

/// Makes that change. Returns how many runs it affects.
fn as_an_older_version_read_it(world: &World) -> u32 {
    let store = world.data().join("store.sqlite");
    let done = Command::new("python3").args(["-c", OLDER]).arg(store).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap().trim().parse().unwrap()
}

#[test]
fn runs_that_are_over_are_read_again_and_say_what_they_said() {
    let world = World::new();
    session(&world);
    let before = printed(&world);
    assert!(as_an_older_version_read_it(&world) > 5);
    assert_eq!(printed(&world), before);
    world.verified();
}

#[test]
fn a_run_that_goes_on_is_read_again_and_its_question_is_answered() {
    let world = World::new();
    let repo = world.repo("work");
    let run = world.start(&repo, "[[demo:ask]]", &[]);
    run.until_state("waiting(question)");
    let open = |world: &World| -> Vec<Question> {
        let rows = world.rows(["questions"]).into_iter();
        rows.map(|row| serde_json::from_value(row).unwrap()).collect()
    };
    let asked = open(&world).remove(0);
    let story = run.story();
    run.kill_nine();
    assert_eq!(as_an_older_version_read_it(&world), 1);

    let follower = world.attach(&story);
    let again = until("the question is there as it is read now", || {
        open(&world).into_iter().find(|question| question.content.title == asked.content.title)
    });
    assert_eq!(again, asked);
    world.rows(["answer", asked.id.as_str(), "allow"]);
    let said = follower.end();
    assert_eq!(said.state(), "done(unchecked)", "{said:#?}");
    assert_eq!(Truth::of(&repo).answers().len(), 1);
    Truth::of(&repo).compare(&world, &story);
    world.verified();
}

#[test]
fn a_run_that_no_decoder_knows_is_shown_as_text() {
    let world = World::new();
    let said = world.run(&world.repo("work"), "[[demo:echo]] plainly", &[]);
    let run = said.envelopes().iter().find_map(|envelope| envelope.run.clone()).unwrap();
    let journal = world.data().join("journal");
    for segment in std::fs::read_dir(journal).unwrap() {
        let segment = segment.unwrap().path();
        let text = std::fs::read_to_string(&segment).unwrap();
        std::fs::write(&segment, text.replace(r#""decoder":"claude/"#, r#""decoder":"other/"#))
            .unwrap();
    }
    std::fs::remove_file(world.data().join("store.sqlite")).unwrap();
    let rows = world.rows(["events", run.as_str()]).into_iter();
    let rows: Vec<Envelope> = rows.map(|row| serde_json::from_value(row).unwrap()).collect();
    let of_run = rows.iter().filter_map(|envelope| match &envelope.source {
        Source::Run(event) => Some(event),
        Source::Journal(_) => None,
    });
    let texts: Vec<&String> = of_run
        .map(|event| match event {
            Event::Output { text, .. } => text,
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(texts.iter().any(|text| text.contains("plainly") && text.contains(r#""type":"user""#)));
    world.verified();
}
