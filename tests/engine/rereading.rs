//! If the store is deleted or damaged while its owner runs, the owner makes it again from the
//! journal, and answers requests before the logs are read. Damage in a part that no query reads is
//! found while the owner runs.

use crate::support::{World, settled, start, story, until};
use engine::Engine;
use engine::store::Opened;
use protocol::{FeedRequest, Request, StoryState, Topic, TopicBatch};
use std::fs;

/// The number of stories, whose logs take some time to decode.
const STORIES: usize = 3;

/// For each story on the board, whether it is being read again.
fn board(engine: &Engine) -> Vec<bool> {
    let board = engine.pull(&FeedRequest::all([Topic::Stories])).unwrap();
    let [TopicBatch::Stories { stories, .. }] = &board.topics[..] else { panic!("{board:?}") };
    stories.iter().map(|view| view.story.rereading).collect()
}

#[test]
fn a_store_that_goes_under_its_owner_is_there_again_before_the_logs_were_read() {
    let world = World::new();
    let engine = world.own();
    for number in 0..STORIES {
        let repo = world.repo(&format!("repo-{number}"));
        let id = start(&engine, story(&repo, "[[demo:long size=3000000]]"));
        assert_eq!(settled(&engine, &id).state, StoryState::Done);
    }
    assert_eq!(board(&engine), [false; STORIES]);
    fs::remove_file(world.dir().store()).unwrap();
    engine.request(Request::CheckStore).unwrap();
    assert!(board(&engine).contains(&true), "it serves before they were read");
    engine.read_all().unwrap();
    assert_eq!(board(&engine), [false; STORIES]);
    engine.close("done");
    world.verified();
}

#[test]
fn damage_that_no_board_reads_is_found_while_the_owner_serves() {
    let world = World::new();
    let engine = world.own();
    let id = start(&engine, story(&world.repo("work"), "[[demo:tools]]"));
    assert_eq!(settled(&engine, &id).state, StoryState::Done);
    engine.close("done");
    let journal = world.dir().journal().join("000001.jsonl");
    // As if that owner had not ended properly: after a power cut any page may be damaged.
    let text = fs::read_to_string(&journal).unwrap();
    let (rest, end) = text.trim_end().rsplit_once('\n').unwrap();
    assert!(end.contains("owner_ended"), "{end}");
    fs::write(&journal, format!("{rest}\n")).unwrap();
    fs::remove_file(world.dir().store()).unwrap();
    world.read_all();
    damage(&world, "incomplete_by_run");
    let engine = world.own();
    // The board can be read, before the damage is found or while the store is read again.
    assert_eq!(board(&engine).len(), 1);
    let warnings = || {
        let journal = fs::read_to_string(&journal).unwrap();
        journal.matches("was made again; the old one is kept as").count()
    };
    until("the damage is found", || (warnings() == 1).then_some(()));
    engine.read_all().unwrap();
    assert_eq!(board(&engine), [false]);
    engine.close("done");
    assert_eq!(warnings(), 1);
    world.verified();
}

#[test]
fn a_question_that_is_not_open_is_explained_from_a_store_that_was_damaged() {
    let world = World::new();
    let engine = world.own();
    let id = start(&engine, story(&world.repo("work"), "[[demo:tools]]"));
    assert_eq!(settled(&engine, &id).state, StoryState::Done);
    engine.close("done");
    damage(&world, "questions");
    let engine = world.own();
    let question = protocol::QuestionId::new("nothing");
    let answer = protocol::Answer::allow();
    let refused = engine.request(protocol::Request::Answer { question, answer }).unwrap_err();
    let fault = protocol::Fault::from(refused);
    assert_eq!(fault.code, protocol::ErrorCode::NotFound, "{fault}");
    assert_eq!(fault.message, "there is no question \"nothing\"");
    engine.close("done");
    world.verified();
}

/// Overwrites the first page of an index or a table in the store's file.
fn damage(world: &World, index: &str) {
    let store = world.dir().store();
    let db = match engine::store::open(&store).unwrap() {
        Opened::Usable(db) => db,
        Opened::Unusable(why) => panic!("the store is not whole: {why}"),
    };
    let size: usize = db.pragma_query_value(None, "page_size", |row| row.get(0)).unwrap();
    let sql = format!("SELECT rootpage FROM sqlite_master WHERE name = '{index}'");
    let page: usize = db.query_row(&sql, [], |row| row.get(0)).unwrap();
    drop(db);
    // Closing the last connection moves SQLite's write-ahead log into the file; a thread of the engine that was
    // closed may have one for a moment longer, and pages in the log hide those in the file.
    let log = engine::store::with_suffix(&store, "-wal");
    until("the log in the file", || {
        drop(engine::store::open(&store).unwrap());
        (!log.exists()).then_some(())
    });
    let mut bytes = fs::read(&store).unwrap();
    bytes[(page - 1) * size..page * size].fill(0x5a);
    fs::write(&store, bytes).unwrap();
}
