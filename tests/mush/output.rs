//! Unusual output: lines of hundreds of megabytes, missing line ends, invalid UTF-8, noise,
//! repeated and unknown lines. Every byte is kept, readable lines are decoded once, and the memory
//! of the owner and the keeper does not grow with the output.

use crate::support::{Finished, World, at_once, until};
use protocol::{Event, Source, UnrecognizedWhy};
use std::path::Path;

/// The events, without those about limits and usage, and without names that differ from run to run.
fn doings(said: &Finished) -> Vec<String> {
    let doing = |event: Event| match event {
        Event::Text { text, .. } => Some(format!("text {text}")),
        Event::Thought { text, .. } => Some(format!("thought {text}")),
        Event::ToolCall { call, name, .. } => Some(format!("call {call} {name}")),
        Event::ToolResult { call, ok, .. } => Some(format!("result {call} {ok}")),
        Event::TurnEnded(end) => Some(format!("end {} {}", end.said, end.text)),
        _ => None,
    };
    said.events().into_iter().filter_map(doing).collect()
}

#[test]
fn noise_and_strange_lines_hide_nothing() {
    let world = World::new();
    // The name is as long as the others, because file names are tokens, too.
    let plain = world.run(&world.repo("one"), "[[demo:tools]]", &[]);
    let expected = doings(&plain);
    assert!(expected.len() > 8, "{expected:#?}");
    let tokens = world.story(&plain.story()).tokens;
    let cases = ["noise", "dup", "invalid_utf8 nul", "unknown_events wrong_shapes", "surrogate"];
    at_once(&cases, |case| {
        let repo = world.repo(&case.replace(' ', "-"));
        let prompt = match *case {
            "surrogate" => "[[demo:surrogate tools]]".to_owned(),
            keys => format!("[[demo:tools {keys}]]"),
        };
        let said = world.run(&repo, &prompt, &[]);
        assert_eq!(said.state(), "done(unchecked)", "{case}: {said:#?}");
        match *case {
            "surrogate" => assert!(said.text().contains("half a pair"), "{}", said.text()),
            "dup" => {
                assert_eq!(doings(&said), expected, "{case}");
                let output = world.story(&said.story()).tokens.output;
                assert_eq!(output, tokens.output, "counted once");
            }
            _ => assert_eq!(doings(&said), expected, "{case}"),
        }
    });
    world.verified();
}

#[test]
fn a_line_of_two_hundred_megabytes_costs_no_memory() {
    const SIZE: u64 = 200 * 1024 * 1024;
    let world = World::new();
    let run = world.start(&world.repo("work"), &format!("[[demo:plain bigline={SIZE}]]"), &[]);
    run.until_state("running");
    let dir = world.run_dirs().remove(0);
    let keeper = until("the keeper's facts", || dir.read_keeper().unwrap()).pid;
    let (mut owner, mut kept) = (0, 0);
    until("the end", || {
        owner = owner.max(most_memory(run.pid()));
        kept = kept.max(most_memory(keeper));
        run.has_ended().then_some(())
    });
    let said = run.end();
    assert_eq!(said.state(), "done(unchecked)", "{said:#?}");
    assert!(said.text().contains("demo agent"), "what comes after it is read");
    let too_long: Vec<u64> = said
        .envelopes()
        .iter()
        .filter(|line| match &line.source {
            Source::Run(Event::Unrecognized { why, .. }) => *why == UnrecognizedWhy::Oversized,
            _ => false,
        })
        .map(|line| line.pos.unwrap().len)
        .collect();
    assert_eq!(too_long, [SIZE]);
    let log = std::fs::metadata(dir.log_path(keeper::Stream::Stdout)).unwrap().len();
    assert!(log > SIZE, "{log}");
    assert!(kept > 0 && kept < 16 * 1024, "the keeper took {kept} KiB");
    assert!(owner > 0 && owner < 128 * 1024, "the owner took {owner} KiB");
    world.verified();
}

/// The peak memory of a process in KiB; 0 if the process has ended.
pub(crate) fn most_memory(pid: u32) -> u64 {
    let text = std::fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("status"));
    let text = text.unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

#[test]
fn output_without_line_ends_is_kept_and_passed_over() {
    let world = World::new();
    let size = 24 * 1024 * 1024;
    let said = world.run(&world.repo("work"), &format!("[[demo:plain no_newline={size}]]"), &[]);
    assert_eq!(said.state(), "done(unchecked)", "{said:#?}");
    assert!(said.text().contains("demo agent"), "{}", said.text());
    let log = std::fs::read(world.run_dirs()[0].log_path(keeper::Stream::Stdout)).unwrap();
    assert!(log.iter().filter(|&&byte| byte == b'#').count() >= size);
    world.verified();
}

#[test]
fn a_flood_is_recorded_whole() {
    let world = World::new();
    let names = ["one", "two", "three"];
    at_once(&names, |name| {
        let repo = world.repo(name);
        let said = world.run(&repo, "[[demo:flood rate=3000 seconds=2]]", &[]);
        assert_eq!(said.state(), "done(unchecked)", "{said:#?}");
        crate::truth::Truth::of(&repo).compare(&world, &said.story());
        crate::owners::saw_everything(&world, &said);
    });
    world.verified();
}

#[test]
fn characters_that_command_terminals_arrive_as_they_are() {
    let world = World::new();
    let said = world.run(&world.repo("work"), "[[demo:unicode]]", &[]);
    for odd in ["\u{2028}", "\u{202e}", "\u{1b}[31m", "\u{0}", "👨\u{200d}👩\u{200d}👧", "\r\n"]
    {
        assert!(said.text().contains(odd), "{odd:?} in {:?}", said.text());
    }
    let story = said.story();
    let mut shown = std::process::Command::new(env!("CARGO_BIN_EXE_mush"));
    shown.env_clear().envs(world.variables()).arg("--data-dir").arg(world.data());
    let shown = shown.args(["attach", &story]).output().unwrap();
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains("漢字かな"), "{shown}");
    let commands = shown.chars().filter(|it| it.is_control() && !matches!(it, '\n' | '\t'));
    assert_eq!(commands.count(), 0, "a person's terminal is commanded by nobody");
    world.verified();
}
