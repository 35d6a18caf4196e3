//! Random kill -9 of the owner, of followers, or of both, while several agents work, ask and get
//! more prompts. The agents must not be affected: every printed line is recorded once, every prompt
//! and every answer is sent once. The seed is printed; `JOURNEY_SEED` repeats a run.

use crate::support::{Following, World, until};
use crate::truth::Truth;
use protocol::Question;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

/// How many processes are killed.
const KILLS: usize = 50;

/// Each story's first prompt, and the prompts that are sent later.
const PROMPTS: &[&[&str]] = &[
    &["[[demo:tools ask]] one", "[[demo:slow n=30 ms=20]] two", "[[demo:ask tools]] three"],
    &["[[demo:bgbash]] one", "[[demo:ask2]] two", "[[demo:long size=300000]] three"],
    &["[[demo:slow n=40 ms=25]] one", "[[demo:choice]] two", "[[demo:subagent]] three"],
    &["[[demo:flood rate=400 seconds=2]] one", "[[demo:ask]] two", "[[demo:unicode]] three"],
];

/// A pseudo-random generator with a seed (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % sides as u64).unwrap()
    }
}

fn seed() -> u64 {
    let chosen = std::env::var("JOURNEY_SEED").ok().map(|text| text.parse().unwrap());
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let seed = chosen.unwrap_or(now.as_secs());
    eprintln!("JOURNEY_SEED={seed}");
    seed
}

#[test]
fn fifty_kills_lose_nothing_and_repeat_nothing() {
    let mut dice = Dice(seed());
    let world = World::new();
    let repos: Vec<PathBuf> =
        (0..PROMPTS.len()).map(|number| world.repo(&format!("repo-{number}"))).collect();
    let mut alive: Vec<Following> = Vec::new();
    let mut stories = Vec::new();
    for (repo, prompts) in repos.iter().zip(PROMPTS) {
        let run = world.start(repo, prompts[0], &[]);
        stories.push(run.story());
        alive.push(run);
    }
    let (kills, sent, over) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let _over = Over(&over);
        scope.spawn(|| answer_everything(&world, &over));
        scope.spawn(|| send_the_rest(&world, &stories, &kills, &sent));
        while kills.load(Ordering::Relaxed) < KILLS {
            std::thread::sleep(Duration::from_millis(5 + dice.roll(220) as u64));
            let killed = kill_some(&world, &mut alive, &mut dice);
            kills.fetch_add(killed, Ordering::Relaxed);
            while alive.len() < 3 {
                alive.push(world.attach(&stories[dice.roll(stories.len())]));
            }
        }
        until("the last prompt", || (sent.load(Ordering::Relaxed) == 2).then_some(()));
        for story in &stories {
            let said = world.attach(story).end();
            assert_eq!((said.state().as_str(), said.code), ("done(unchecked)", Some(0)), "{story}");
            crate::owners::saw_everything(&world, &said);
        }
    });
    drop(alive);
    for (number, (story, repo)) in stories.iter().zip(&repos).enumerate() {
        let truth = Truth::of(repo);
        let expected: Vec<String> = PROMPTS[number]
            .iter()
            .map(|prompt| demo_agent::content_hash(prompt.as_bytes()))
            .collect();
        assert_eq!(truth.prompts(), expected, "story {number}");
        truth.answers();
        truth.compare(&world, story);
    }
    world.swept();
    world.verified();
}

/// Sets the flag that ends the other threads, also after a panic.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Kills the owner, a follower, or both. Returns how many.
fn kill_some(world: &World, alive: &mut Vec<Following>, dice: &mut Dice) -> usize {
    let text = std::fs::read_to_string(world.data().join("owner.lock")).unwrap_or_default();
    let owner = serde_json::from_str::<engine::owner::OwnerRecord>(&text).map_or(0, |it| it.pid);
    let (what, any) = (dice.roll(3), dice.roll(alive.len()));
    let owning = alive.iter().position(|it| it.pid() == owner);
    let mut victims = match what {
        0 => owning.into_iter().collect(),
        1 => vec![any],
        _ => owning.into_iter().chain([any]).collect::<Vec<usize>>(),
    };
    victims.sort_unstable();
    victims.dedup();
    for &victim in victims.iter().rev() {
        alive.swap_remove(victim).kill_nine();
    }
    victims.len()
}

/// Answers every question, like a person at another terminal.
fn answer_everything(world: &World, over: &AtomicBool) {
    while !over.load(Ordering::Relaxed) {
        let said = world.ask(["questions"]);
        for row in said.out {
            let question: Question = serde_json::from_value(row).unwrap();
            let mut words = vec!["answer", question.id.as_str()];
            match question.content.kind {
                protocol::QuestionKind::Choice => words.extend(["choose", "In red", "Sender"]),
                _ => words.push("allow"),
            }
            // A refusal is fine: the question was answered before, and its answer is on its way.
            world.ask(words);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Sends the later prompts while processes are being killed.
fn send_the_rest(world: &World, stories: &[String], kills: &AtomicUsize, sent: &AtomicUsize) {
    for round in 1..3 {
        until("more kills", || (kills.load(Ordering::Relaxed) >= round * KILLS / 3).then_some(()));
        for (story, prompts) in stories.iter().zip(PROMPTS) {
            let said = world.ask(["send", story, prompts[round]]);
            assert_eq!(said.code, Some(0), "{}", said.err);
        }
        sent.fetch_add(1, Ordering::Relaxed);
    }
}
