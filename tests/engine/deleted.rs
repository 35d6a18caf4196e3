//! Deleted logs: what stays of them is the same in a store that is made again, a page that had the events
//! gets the timeline anew, the space is given back, and a removal that an owner could not finish is finished
//! by the next one.

use crate::support::{World, settled, start, story, until};
use engine::{DataDir, Engine};
use protocol::{
    Answer, Envelope, Event, Fault, FeedRequest, HeldTimeline, JournalEvent, KeptEvent,
    LogsDeleted, QuestionId, Request, Seq, Source, StoryId, StoryState, TimelineBatch, Topic,
    TopicBatch, TopicRequest,
};
use std::fs;
use std::path::{Path, PathBuf};

/// A settled story with a question that was answered and output of some megabytes.
fn over(world: &World, engine: &Engine) -> StoryId {
    let id = start(engine, story(&world.repo("work"), "[[demo:ask long size=3000000]]"));
    let question = until("a question", || engine.reader().unwrap().questions(true).unwrap().pop());
    answer(engine, question.id);
    assert_eq!(settled(engine, &id).state, StoryState::Done);
    // What its work comes to is measured beside everything else.
    until("its work to be measured", || {
        let reader = engine.reader().unwrap();
        let newest = reader.checkpoints(&id).unwrap().last().map(|last| last.n);
        let work = reader.story(id.as_str()).unwrap().work;
        (newest.is_some() && work.map(|work| work.checkpoint) == newest).then_some(())
    });
    id
}

fn answer(engine: &Engine, question: QuestionId) {
    engine.request(Request::Answer { question, answer: Answer::allow() }).unwrap();
}

fn delete(engine: &Engine, story: &StoryId) -> Result<(), Fault> {
    engine.request(Request::DeleteLogs { story: story.clone() }).map(drop).map_err(Fault::from)
}

fn journal(dir: &DataDir) -> PathBuf {
    dir.journal().join("000001.jsonl")
}

fn count(dir: &DataDir, word: &str) -> usize {
    fs::read_to_string(journal(dir)).unwrap().matches(&format!("\"type\":\"{word}\"")).count()
}

/// The size of a page of the store (bytes).
const PAGE: u64 = 8192;

/// How many pages the store has, and how many of them are free.
fn pages(world: &World) -> (u64, u64) {
    let db = engine::store::open_reader(&world.dir().store()).unwrap();
    let of = |name| db.pragma_query_value(None, name, |row| row.get(0)).unwrap();
    (of("page_count"), of("freelist_count"))
}

/// The timeline that a page gets which has `held` since this revision.
fn timeline(
    engine: &Engine,
    held: HeldTimeline,
    since: u64,
    epoch: u64,
) -> (TimelineBatch, u64, u64) {
    let topics = vec![TopicRequest { topic: Topic::Timeline(held), since }];
    let batch = engine.pull(&FeedRequest { epoch, topics }).unwrap();
    let (revision, epoch) = (batch.revision, batch.epoch);
    let Some(TopicBatch::Timeline(timeline)) = batch.topics.into_iter().next() else { panic!() };
    (timeline, revision, epoch)
}

fn events(batch: &TimelineBatch) -> Vec<Event> {
    let all = batch.runs.iter().flat_map(|run| run.events.clone());
    let parsed = all.map(|event| match event.parsed().unwrap().source {
        Source::Run(event) => event,
        Source::Journal(entry) => panic!("{entry:?}"),
    });
    parsed.collect()
}

/// What queries show of the story, as text, without the deletion itself.
fn shown(world: &World, story: &StoryId) -> String {
    let reader = world.reader();
    let mut views = reader.story_views(Some(std::slice::from_ref(story))).unwrap();
    for view in &mut views {
        view.story.logs_deleted = None;
        view.runs.iter_mut().for_each(|run| run.logs_deleted = None);
    }
    let turns = reader.story_usage(story).unwrap().turns;
    let questions = reader.questions(false).unwrap();
    let limits = reader.limits().unwrap();
    let evidence = reader.evidence(story).unwrap();
    let runs = views.iter().flat_map(|view| view.runs.iter().map(|run| run.id.clone()));
    let runs: Vec<_> = runs.collect();
    let goes_on = reader.conversation(story, &runs).unwrap();
    assert!(goes_on.is_some(), "a model took its prompt");
    serde_json::to_string_pretty(&(views, turns, questions, limits, evidence, goes_on)).unwrap()
}

#[test]
fn a_story_without_logs_has_the_same_figures_also_in_a_store_that_is_made_again() {
    let world = World::new();
    let engine = world.own();
    let id = over(&world, &engine);
    let before = shown(&world, &id);
    let (had, revision, epoch) = timeline(&engine, HeldTimeline::nothing_of(id.clone()), 0, 0);
    let had_texts = events(&had).iter().any(|event| matches!(event, Event::Text { .. }));
    assert!(had.is_all && had_texts);
    let (pages, _) = pages(&world);

    delete(&engine, &id).unwrap();
    assert_eq!(shown(&world, &id), before);
    let left = world.run_dirs().iter().map(keeper::RunDir::log_bytes).sum::<u64>();
    assert_eq!(left, 0);

    // The page had the events, and gets the timeline anew with those that stay.
    let held = HeldTimeline {
        held: had.runs.iter().map(|run| (run.run.clone(), run.to)).collect(),
        journal: had.journal.last().map_or(Seq(0), |entry| entry.seq),
        ..HeldTimeline::nothing_of(id.clone())
    };
    let (now, ..) = timeline(&engine, held, revision, epoch);
    let stays = events(&now);
    assert!(now.is_all && stays.iter().all(KeptEvent::stays), "{stays:#?}");
    let word = |event: &Event| event.word();
    let words: Vec<&str> = stays.iter().map(word).collect();
    assert!(["prompt", "question", "turn_ended"].iter().all(|it| words.contains(it)), "{words:?}");
    let is_deletion = |entry: &Envelope| matches!(&entry.source, Source::Journal(JournalEvent::LogsDeleted { runs, .. }) if runs.is_empty());
    assert!(now.journal.iter().any(is_deletion));

    until("the store's file gives its pages back", || {
        let (now, free) = self::pages(&world);
        let is_smaller = (pages - now) * PAGE > 2_000_000;
        let file = fs::metadata(world.dir().store()).unwrap().len();
        (free == 0 && is_smaller && file == now * PAGE).then_some(())
    });
    engine.close("done");
    world.verified();

    fs::remove_file(world.dir().store()).unwrap();
    world.read_all();
    assert_eq!(shown(&world, &id), before);
    world.verified();

    // Its agent's conversation is the agent's own, so it goes on; then there are logs again.
    let engine = world.own();
    let prompt = Request::Send {
        story: id.clone(),
        id: "more".to_owned(),
        text: "[[demo:plain]]".to_owned(),
    };
    engine.request(prompt).unwrap();
    let again = until("a second run", || {
        let reader = engine.reader().unwrap();
        let now = reader.story(id.as_str()).unwrap();
        // The story is done from before while the run begins.
        let are_over = reader.runs(Some(&id)).unwrap().iter().all(|run| run.ended_at.is_some());
        (now.runs.len() == 2 && are_over && now.state == StoryState::Done).then_some(now)
    });
    let runs = world.runs();
    assert_eq!(runs[0].session, runs[1].session, "the same conversation");
    assert_eq!(
        runs.iter().map(|run| run.logs_deleted.is_some()).collect::<Vec<_>>(),
        [true, false]
    );
    let first = again.logs_deleted.unwrap();
    delete(&engine, &id).unwrap();
    let LogsDeleted { at, bytes } =
        engine.reader().unwrap().story(id.as_str()).unwrap().logs_deleted.unwrap();
    assert!(at > first.at && bytes > first.bytes, "both deletions count");
    delete(&engine, &id).unwrap();
    engine.close("done");
    assert_eq!((count(&world.dir(), "logs_deleted"), count(&world.dir(), "logs_removed")), (2, 2));
    world.verified();
}

/// Copies the logs of a run, which can be put back after they were removed.
fn logs(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    ["output.log", "stderr.log", "input.log", "inputs", "index"]
        .map(|name| (dir.join(name), fs::read(dir.join(name)).unwrap()))
        .into()
}

#[test]
fn a_removal_that_was_interrupted_is_finished_by_the_next_owner() {
    let world = World::new();
    let engine = world.own();
    let id = over(&world, &engine);
    let [run] = &world.run_dirs()[..] else { panic!("one run") };
    let logs = logs(run.path());
    delete(&engine, &id).unwrap();
    engine.close("done");
    // As if the owner had been killed when it had removed two of five files.
    let text = fs::read_to_string(journal(&world.dir())).unwrap();
    let (before, _) = text.split_at(text.find("\"type\":\"logs_removed\"").unwrap());
    fs::write(journal(&world.dir()), &before[..=before.rfind('\n').unwrap()]).unwrap();
    fs::remove_file(world.dir().store()).unwrap();
    for (path, bytes) in &logs[2..] {
        fs::write(path, bytes).unwrap();
    }
    let engine = world.own();
    until("the files are gone", || (run.log_bytes() == 0 && !logs[4].0.exists()).then_some(()));
    until("the end is recorded", || (count(&world.dir(), "logs_removed") == 1).then_some(()));
    engine.close("done");
    assert_eq!(count(&world.dir(), "logs_deleted"), 1);
    world.verified();
}

#[test]
fn what_cannot_be_removed_stays_whole_and_is_explained() {
    let world = World::new();
    let engine = world.own();
    let id = over(&world, &engine);
    let [run] = &world.run_dirs()[..] else { panic!("one run") };
    let refused = |code: &str, words: &str| {
        let fault = delete(&engine, &id).unwrap_err();
        let word = engine::store::text::word(fault.code);
        assert_eq!(word, code, "{fault}");
        assert!(fault.message.starts_with("no logs were deleted: "), "{fault}");
        assert!(fault.message.contains(words) && !fault.hint.is_empty(), "{fault}");
        assert_eq!(count(&world.dir(), "logs_deleted"), 0);
    };

    // A process that keeps the run, or may keep it.
    let lock = fs::File::open(run.lock_path()).unwrap();
    lock.lock().unwrap();
    refused("wrong_state", "a process still keeps the run");
    drop(lock);
    let aside = run.path().join("aside");
    fs::rename(run.lock_path(), &aside).unwrap();
    refused("data_dir", "it cannot be found out");
    fs::rename(&aside, run.lock_path()).unwrap();

    // A log that is missing.
    fs::rename(run.index_path(), &aside).unwrap();
    refused("data_dir", "index is missing");
    fs::rename(&aside, run.index_path()).unwrap();

    // A folder in the place of a log cannot be removed as a file: the deletion is recorded by then, so it says
    // what is left to do, and the next request does it.
    let index = fs::read(run.index_path()).unwrap();
    fs::remove_file(run.index_path()).unwrap();
    fs::create_dir(run.index_path()).unwrap();
    let fault = delete(&engine, &id).unwrap_err();
    assert!(fault.message.starts_with("the logs are deleted, but not all"), "{fault}");
    assert!(fault.hint.ends_with("the next start of Musher tries it, too."), "{fault}");
    fs::remove_dir(run.index_path()).unwrap();
    fs::write(run.index_path(), index).unwrap();
    delete(&engine, &id).unwrap();
    assert_eq!((run.log_bytes(), count(&world.dir(), "logs_removed")), (0, 1));
    engine.close("done");
    world.verified();
}

#[test]
fn a_story_that_is_not_over_keeps_its_logs() {
    let world = World::new();
    let engine = world.own();
    let id = start(&engine, story(&world.repo("work"), "[[demo:ask]]"));
    let question = until("a question", || engine.reader().unwrap().questions(true).unwrap().pop());
    let fault = delete(&engine, &id).unwrap_err();
    assert!(fault.message.contains("waits for an answer"), "{fault}");
    answer(&engine, question.id);
    settled(&engine, &id);
    let nobody = delete(&engine, &StoryId::new("nobody")).unwrap_err();
    assert_eq!(engine::store::text::word(nobody.code), "not_found");
    engine.close("done");
    world.verified();
}
