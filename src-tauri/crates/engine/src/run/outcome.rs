//! How a run ended: a pure decision over independent facts. The order of the evidence is fixed: the
//! agent's result, the limit and error events before it, then exit code or signal. Only `stop.json` shows
//! who stopped a run. If the end cannot be known, it is `lost`, never a success.

use super::fold::{LastTurn, RunFold};
use keeper::facts::{
    Exit, ForcedStep, LeftProcess, LeftReason, Outcome as ExitOutcome, StartFailure, Step,
};
use keeper::sweep::Swept;
use protocol::{
    Actor, AgentId, ApiErrorKind, Evidence, FailedKind, Outcome, StartFailedKind, Stop, StopReason,
    Turn,
};

/// Decides how a run of `agent` ended. `exit` is `None` if its keeper is gone and left no record of the
/// end.
pub fn decide(
    agent: &AgentId,
    fold: &RunFold,
    exit: Option<&Exit>,
    stop: Option<&Stop>,
) -> (Outcome, Evidence) {
    let mut evidence = evidence(fold, exit, stop);
    let outcome = outcome(agent, fold, exit, stop);
    evidence.summary = summary(&outcome, fold, exit, &evidence);
    (outcome, evidence)
}

/// Decides how a run with damaged files ended: it was stopped, if `stop.json` exists, and otherwise its
/// end is unknown. `why` says what cannot be read.
pub fn decide_unreadable(
    exit: Option<&Exit>,
    stop: Option<&Stop>,
    why: &str,
) -> (Outcome, Evidence) {
    let mut evidence = evidence(&RunFold::default(), exit, stop);
    evidence.summary = format!("its files cannot be read: {why}");
    (stopped(stop).unwrap_or(Outcome::Lost), evidence)
}

/// Reads `stop.json`. A name that no version of Musher writes belongs to another program.
pub fn stop_of(written: &keeper::facts::Stop) -> Stop {
    let by = serde_json::from_value(written.by.as_str().into()).unwrap_or(Actor::System);
    Stop { by, why: StopReason::of_text(&written.why) }
}

/// The outcome that a stop gives a run; `None` if the stop only ended an agent that was already done.
fn stopped(stop: Option<&Stop>) -> Option<Outcome> {
    let stop = stop?;
    match stop.why {
        StopReason::DidNotLeave => None,
        StopReason::TimeLimit => Some(Outcome::TimedOut),
        StopReason::Unanswered => Some(Outcome::StartFailed { why: StartFailedKind::Other }),
        _ => Some(Outcome::Stopped { by: stop.by }),
    }
}

/// Decides how a command (a gate, a set-up) ended, by its exit alone.
pub fn decide_command(
    fold: &RunFold,
    exit: Option<&Exit>,
    stop: Option<&Stop>,
) -> (Outcome, Evidence) {
    let mut evidence = evidence(fold, exit, stop);
    let outcome = match (exit, stopped(stop)) {
        (Some(exit), _) if matches!(exit.outcome, ExitOutcome::StartFailed { .. }) => crash(exit),
        (_, Some(stopped)) => stopped,
        (None, None) => Outcome::Lost,
        (Some(exit), None) => match exit.outcome {
            ExitOutcome::Code(0) => Outcome::Succeeded,
            ExitOutcome::Code(_) => Outcome::Failed { why: FailedKind::Other },
            _ => crash(exit),
        },
    };
    evidence.summary = match &outcome {
        Outcome::Succeeded => "exit code 0".to_owned(),
        Outcome::Failed { .. } => format!("exit code {}", evidence.exit_code.unwrap_or_default()),
        other => summary(other, fold, exit, &evidence),
    };
    (outcome, evidence)
}

fn outcome(agent: &AgentId, fold: &RunFold, exit: Option<&Exit>, stop: Option<&Stop>) -> Outcome {
    let Some(exit) = exit else { return stopped(stop).unwrap_or(Outcome::Lost) };
    if let ExitOutcome::StartFailed { kind, .. } = &exit.outcome {
        return Outcome::StartFailed { why: start_failure(*kind) };
    }
    if let Some(stopped) = stopped(stop) {
        return stopped;
    }
    // A stop was requested, and did not change the outcome.
    let cleaned_up = stop.is_some();
    match &fold.last_turn {
        Some(turn) if fold.answered_prompts >= fold.prompts && !fold.turn_open => {
            of_turn(turn, fold, exit, cleaned_up)
        }
        _ => without_result(agent, fold, exit, cleaned_up),
    }
}

fn of_turn(turn: &LastTurn, fold: &RunFold, exit: &Exit, cleaned_up: bool) -> Outcome {
    match turn.end.turn {
        Turn::Completed if cleaned_up => Outcome::Succeeded,
        Turn::Completed => match exit.outcome {
            ExitOutcome::Code(0) if fold.tasks.is_empty() => Outcome::Succeeded,
            ExitOutcome::Code(0) => Outcome::NoResult,
            _ => crash(exit),
        },
        Turn::Interrupted if fold.interrupted || turn.after_denial => {
            Outcome::Stopped { by: Actor::You }
        }
        Turn::Interrupted => crash_or(exit, FailedKind::Other),
        Turn::Error(kind) => of_error(kind, turn),
        Turn::MaxTurns => Outcome::Failed { why: FailedKind::MaxTurns },
        Turn::Budget => Outcome::Failed { why: FailedKind::AgentBudget },
        Turn::SessionMissing => Outcome::StartFailed { why: StartFailedKind::Session },
        Turn::Failed => Outcome::Failed { why: FailedKind::Other },
    }
}

fn of_error(kind: ApiErrorKind, turn: &LastTurn) -> Outcome {
    let why = match kind {
        ApiErrorKind::RateLimit => return limited(turn),
        ApiErrorKind::Login => FailedKind::Login,
        ApiErrorKind::Billing => FailedKind::Billing,
        ApiErrorKind::Overloaded => FailedKind::Overloaded,
        ApiErrorKind::PromptTooLong => FailedKind::PromptTooLong,
        ApiErrorKind::Model => FailedKind::Model,
        ApiErrorKind::MaxOutput => FailedKind::MaxOutput,
        ApiErrorKind::Refusal => FailedKind::Refusal,
        ApiErrorKind::Network => FailedKind::Network,
        ApiErrorKind::InvalidRequest | ApiErrorKind::Server => FailedKind::Api,
        ApiErrorKind::Unknown => FailedKind::Other,
    };
    Outcome::Failed { why }
}

fn limited(turn: &LastTurn) -> Outcome {
    match &turn.limit {
        Some((limit, _)) => {
            let (window, name) = (limit.window.clone(), limit.name.clone());
            let (until, model) = (limit.resets_at, limit.only_model.clone());
            Outcome::Limited { window, name, until, model }
        }
        None => Outcome::Limited { window: None, name: None, until: None, model: None },
    }
}

fn without_result(agent: &AgentId, fold: &RunFold, exit: &Exit, cleaned_up: bool) -> Outcome {
    match exit.outcome {
        ExitOutcome::Code(0) => Outcome::NoResult,
        _ if cleaned_up => Outcome::NoResult,
        ExitOutcome::Code(_) if !fold.spoke => {
            Outcome::StartFailed { why: refused_start(agent, &fold.stderr_tail) }
        }
        _ => crash(exit),
    }
}

/// Why a program refused to start: it exited with an error before its first message. The crate `agents`
/// knows the meaning of the error text.
fn refused_start(agent: &AgentId, stderr: &str) -> StartFailedKind {
    match agents::agent(agent).is_some_and(|agent| agent.refused_arguments(stderr)) {
        true => StartFailedKind::BadArgument,
        false => StartFailedKind::Other,
    }
}

fn crash(exit: &Exit) -> Outcome {
    match exit.outcome {
        ExitOutcome::Code(code) => Outcome::Crashed { code: Some(code), signal: None },
        ExitOutcome::Signal(signal) => Outcome::Crashed { code: None, signal: Some(signal) },
        ExitOutcome::Unknown => Outcome::Crashed { code: None, signal: None },
        ExitOutcome::StartFailed { kind, .. } => Outcome::StartFailed { why: start_failure(kind) },
    }
}

fn crash_or(exit: &Exit, why: FailedKind) -> Outcome {
    match exit.outcome {
        ExitOutcome::Code(0 | 1) => Outcome::Failed { why },
        _ => crash(exit),
    }
}

fn start_failure(kind: StartFailure) -> StartFailedKind {
    match kind {
        StartFailure::Missing => StartFailedKind::Missing,
        StartFailure::NotExecutable | StartFailure::WrongArchitecture => {
            StartFailedKind::NotExecutable
        }
        StartFailure::Interpreter => StartFailedKind::Interpreter,
        StartFailure::Cwd => StartFailedKind::Cwd,
        StartFailure::BadArgument => StartFailedKind::BadArgument,
        StartFailure::Other => StartFailedKind::Other,
        StartFailure::Abandoned => StartFailedKind::NeverStarted,
    }
}

fn evidence(fold: &RunFold, exit: Option<&Exit>, stop: Option<&Stop>) -> Evidence {
    let turn = fold.last_turn.as_ref();
    let cause = turn.and_then(|turn| {
        turn.limit.as_ref().map(|(_, pos)| *pos).or(turn.error.as_ref().map(|error| error.pos))
    });
    let (exit_code, signal) = match exit.map(|exit| &exit.outcome) {
        Some(ExitOutcome::Code(code)) => (Some(*code), None),
        Some(ExitOutcome::Signal(signal)) => (None, Some(*signal)),
        _ => (None, None),
    };
    let stderr = fold.stderr_tail.trim_end();
    Evidence {
        summary: String::new(),
        result: turn.map(|turn| turn.pos),
        cause,
        exit_code,
        signal,
        stop: stop.cloned().or_else(|| by_answer(fold)),
        stderr: (!stderr.is_empty()).then(|| stderr.to_owned()),
        drained: exit.map(|exit| exit.drained),
        forced: exit
            .map(|exit| exit.forced.iter().filter_map(forced).collect())
            .unwrap_or_default(),
        left: exit.map(|exit| exit.left.iter().map(left).collect()).unwrap_or_default(),
    }
}

/// The stop of a turn that an answer to a question ended.
fn by_answer(fold: &RunFold) -> Option<Stop> {
    let turn = fold.last_turn.as_ref()?;
    let is_ended = turn.after_denial && turn.end.turn == Turn::Interrupted && !fold.interrupted;
    is_ended.then_some(Stop { by: Actor::You, why: StopReason::Answer })
}

/// Names a step of a stop that went beyond the agent's own interrupt.
fn forced(step: &ForcedStep) -> Option<String> {
    let what = match step.step {
        Step::Interrupt => return None,
        Step::TerminateGroup => "asked its process group to end",
        Step::TerminateAll => "asked every process of the run to end",
        Step::KillGroup => "killed its process group",
        Step::KillAll => "killed every process of the run",
    };
    let count = step.pids.len();
    let noun = if count == 1 { "process" } else { "processes" };
    Some(format!("{what}: {count} {noun}, {} ms", step.took_ms))
}

fn left(process: &LeftProcess) -> String {
    let why = match process.why {
        LeftReason::NotAsked => "still runs",
        LeftReason::SharedDaemon => "shared with others, left alone",
        LeftReason::NotPermitted => "belongs to somebody else",
        LeftReason::Ambiguous => "cannot be told apart, left alone",
        LeftReason::Survived => "could not be ended",
    };
    format!("{} ({}): {why}", process.name, process.pid)
}

/// Adds what was done about the processes of a run whose keeper was gone.
pub fn add_swept(evidence: &mut Evidence, swept: &Swept) {
    if !swept.ended.is_empty() {
        let count = swept.ended.len();
        let noun = if count == 1 { "process" } else { "processes" };
        evidence.forced.push(format!("ended {count} {noun} that outlived the keeper"));
    }
    evidence.left.extend(swept.left.iter().map(left));
}

/// Makes the sentence that sums up the evidence.
fn summary(outcome: &Outcome, fold: &RunFold, exit: Option<&Exit>, evidence: &Evidence) -> String {
    if let Some(ExitOutcome::StartFailed { message, .. }) = exit.map(|exit| &exit.outcome) {
        return message.clone();
    }
    let said = || {
        let turn = fold.last_turn.as_ref();
        let error = turn.and_then(|turn| turn.error.as_ref()).map(|error| error.message.as_str());
        let words = error.or(turn.map(|turn| turn.end.text.as_str())).unwrap_or_default().trim();
        match turn.map(|turn| turn.end.turn) {
            _ if !words.is_empty() => words.to_owned(),
            Some(Turn::Interrupted) => "its turn was interrupted, and not by Musher".to_owned(),
            _ => "it gave no reason".to_owned(),
        }
    };
    let last_words = || {
        evidence
            .stderr
            .as_deref()
            .and_then(|text| text.lines().last())
            .unwrap_or_default()
            .to_owned()
    };
    match outcome {
        Outcome::Succeeded => "the agent reported success".to_owned(),
        Outcome::Failed { .. } | Outcome::Limited { .. } => said(),
        Outcome::Stopped { .. } => {
            let why = evidence.stop.as_ref().map(|stop| stop.why.words());
            why.unwrap_or("interrupted").to_owned()
        }
        Outcome::StartFailed { .. } if fold.last_turn.is_some() => said(),
        Outcome::StartFailed { .. }
            if evidence.stop.as_ref().is_some_and(|stop| stop.why == StopReason::Unanswered) =>
        {
            StopReason::Unanswered.words().to_owned()
        }
        Outcome::StartFailed { .. } => match (last_words(), evidence.exit_code) {
            (words, Some(code)) if words.is_empty() => {
                format!("it left with exit code {code} and said nothing")
            }
            (words, _) => words,
        },
        Outcome::Crashed { signal: Some(signal), .. } => format!("killed by signal {signal}"),
        Outcome::Crashed { code: Some(code), .. } => format!("exit code {code}"),
        Outcome::Crashed { .. } => "its process is gone, the system does not know how".to_owned(),
        Outcome::NoResult if !fold.tasks.is_empty() => {
            "left with background work unfinished".to_owned()
        }
        Outcome::NoResult => "ended without an answer".to_owned(),
        Outcome::TimedOut => "took longer than it was given".to_owned(),
        Outcome::Lost => "the run's keeper is gone and left no word".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use keeper::facts::Seen;
    use protocol::{
        Event, LimitObservation, LimitStatus, Pos, Stream, Timestamp, TurnEnd, WindowName,
    };

    const POS: Pos = Pos { stream: Stream::Stdout, offset: 0, len: 1, index: 0 };

    fn exit(outcome: ExitOutcome) -> Exit {
        Exit {
            outcome,
            seen: Seen::Reaped,
            drained: true,
            forced: vec![],
            left: vec![],
            at_ms: 0,
            mono_us: 0,
        }
    }

    const BY_YOU: Stop = Stop { by: Actor::You, why: StopReason::Window };
    const CLEAN_UP: Stop = Stop { by: Actor::Musher, why: StopReason::DidNotLeave };

    fn demo() -> AgentId {
        AgentId::new("demo")
    }

    fn fold(events: &[Event]) -> RunFold {
        let mut fold = RunFold::default();
        for event in events {
            let stream = match event {
                Event::Prompt { .. } | Event::InterruptSent => Stream::Stdin,
                Event::Output { stream, .. } => *stream,
                _ => Stream::Stdout,
            };
            fold.apply(Timestamp::default(), Pos { stream, ..POS }, event);
        }
        fold
    }

    fn prompt() -> Event {
        Event::Prompt { text: "do it".to_owned() }
    }

    fn end(turn: Turn) -> Event {
        Event::TurnEnded(Box::new(TurnEnd {
            turn,
            said: String::new(),
            text: String::new(),
            usage: None,
            index: None,
            queued: 0,
            joined: 0,
            from_task: false,
            denials: vec![],
            duration_ms: None,
            api_ms: None,
            login_expires_at: None,
            number: 0,
            shares: Vec::new(),
        }))
    }

    fn five_hours() -> WindowName {
        WindowName::lasting(18_000_000)
    }

    fn limit(status: LimitStatus) -> Event {
        let limit = LimitObservation {
            status,
            window: Some("five_hour".to_owned()),
            name: Some(five_hours()),
            resets_at: Some(Timestamp::from_seconds(9)),
            resets_on_clock: None,
            only_model: None,
            overage_disabled: None,
            windows: vec![],
        };
        Event::Limit { limit }
    }

    fn rate_limited() -> Event {
        Event::ApiError {
            error: ApiErrorKind::RateLimit,
            status: Some(429),
            message: "wait".to_owned(),
        }
    }

    #[track_caller]
    fn check(events: &[Event], exit_outcome: ExitOutcome, stop: Option<&Stop>, expected: Outcome) {
        let (outcome, _) = decide(&demo(), &fold(events), Some(&exit(exit_outcome)), stop);
        assert_eq!(outcome, expected);
    }

    #[test]
    fn success_needs_a_good_result_and_an_orderly_exit() {
        let good = [prompt(), end(Turn::Completed)];
        check(&good, ExitOutcome::Code(0), None, Outcome::Succeeded);
        check(
            &good,
            ExitOutcome::Signal(9),
            None,
            Outcome::Crashed { code: None, signal: Some(9) },
        );
        check(&good, ExitOutcome::Code(1), None, Outcome::Crashed { code: Some(1), signal: None });
        check(&[prompt()], ExitOutcome::Code(0), None, Outcome::NoResult);
    }

    #[test]
    fn an_agent_that_finished_and_would_not_leave_has_finished() {
        check(
            &[prompt(), end(Turn::Completed)],
            ExitOutcome::Signal(9),
            Some(&CLEAN_UP),
            Outcome::Succeeded,
        );
    }

    #[test]
    fn who_stopped_it_is_read_from_the_stop_file_alone() {
        let stopped = Outcome::Stopped { by: Actor::You };
        check(&[prompt()], ExitOutcome::Signal(15), Some(&BY_YOU), stopped.clone());
        check(&[prompt(), end(Turn::Completed)], ExitOutcome::Code(0), Some(&BY_YOU), stopped);
    }

    #[test]
    fn what_a_shutdown_ends_is_not_stopped_by_musher() {
        let written = keeper::facts::Stop { by: "system".into(), why: "SIGTERM".into(), at_ms: 0 };
        let stop = stop_of(&written);
        assert_eq!(stop, Stop { by: Actor::System, why: StopReason::KeeperTerminated });
        let (outcome, evidence) =
            decide(&demo(), &fold(&[prompt()]), Some(&exit(ExitOutcome::Signal(15))), Some(&stop));
        assert_eq!(outcome, Outcome::Stopped { by: Actor::System });
        assert_eq!(evidence.summary, "the process that keeps it was told to end");
    }

    #[test]
    fn a_command_that_took_too_long_has_timed_out_whoever_reads_its_end() {
        let late = Stop { by: Actor::Musher, why: StopReason::TimeLimit };
        for exit in [Some(exit(ExitOutcome::Signal(15))), None] {
            let (outcome, _) = decide_command(&fold(&[]), exit.as_ref(), Some(&late));
            assert_eq!(outcome, Outcome::TimedOut);
        }
    }

    #[test]
    fn a_limit_is_distinguished_from_an_error_by_the_event_before_it() {
        let until = Some(Timestamp::from_seconds(9));
        let error = end(Turn::Error(ApiErrorKind::RateLimit));
        check(
            &[prompt(), limit(LimitStatus::Rejected), rate_limited(), error.clone()],
            ExitOutcome::Code(1),
            None,
            Outcome::Limited {
                window: Some("five_hour".to_owned()),
                name: Some(five_hours()),
                until,
                model: None,
            },
        );
        check(
            &[prompt(), limit(LimitStatus::Overage), rate_limited(), error],
            ExitOutcome::Code(1),
            None,
            Outcome::Limited { window: None, name: None, until: None, model: None },
        );
        check(
            &[prompt(), limit(LimitStatus::Rejected), end(Turn::Completed)],
            ExitOutcome::Code(0),
            None,
            Outcome::Succeeded,
        );
    }

    #[test]
    fn a_block_of_one_model_names_it() {
        let Event::Limit { mut limit } = limit(LimitStatus::Rejected) else { unreachable!() };
        limit.only_model = Some("opus".to_owned());
        let end = end(Turn::Error(ApiErrorKind::RateLimit));
        let fold = fold(&[prompt(), Event::Limit { limit }, rate_limited(), end]);
        let (outcome, _) = decide(&demo(), &fold, Some(&exit(ExitOutcome::Code(1))), None);
        assert!(matches!(outcome, Outcome::Limited { model: Some(model), .. } if model == "opus"));
    }

    #[test]
    fn an_interrupted_turn_was_ended_by_a_person_or_from_outside() {
        let answer = |allowed| Event::Answered { request: "q".to_owned(), allowed, message: None };
        let decided = |events: &[Event]| {
            let (outcome, evidence) =
                decide(&demo(), &fold(events), Some(&exit(ExitOutcome::Code(0))), None);
            (outcome, evidence.stop.map(|stop| stop.why), evidence.summary)
        };
        let cut = || end(Turn::Interrupted);
        let by_you =
            |why, summary: &str| (Outcome::Stopped { by: Actor::You }, why, summary.to_owned());
        assert_eq!(decided(&[prompt(), Event::InterruptSent, cut()]), by_you(None, "interrupted"));
        let words = "the answer to its question ended the turn";
        let denied = decided(&[prompt(), answer(false), cut()]);
        assert_eq!(denied, by_you(Some(StopReason::Answer), words));
        let failed = Outcome::Failed { why: FailedKind::Other };
        let outside = (failed, None, "its turn was interrupted, and not by Musher".to_owned());
        assert_eq!(decided(&[prompt(), cut()]), outside);
        assert_eq!(decided(&[prompt(), answer(true), cut()]), outside);
        let spoke = Event::Text {
            message: "m".to_owned(),
            block: 0,
            text: "Then not.".to_owned(),
            parent: None,
        };
        assert_eq!(decided(&[prompt(), answer(false), spoke, cut()]), outside);
    }

    #[test]
    fn words_on_stderr_and_no_message_are_a_failed_start() {
        let refused = Event::Output {
            stream: Stream::Stderr,
            text: "error: unknown option '--x'".to_owned(),
        };
        check(
            &[prompt(), refused],
            ExitOutcome::Code(1),
            None,
            Outcome::StartFailed { why: StartFailedKind::BadArgument },
        );
    }

    #[test]
    fn a_run_that_was_given_up_before_its_process_was_there_never_started() {
        let message = "the owner is gone".to_owned();
        let given_up = ExitOutcome::StartFailed { kind: StartFailure::Abandoned, message };
        check(&[], given_up, None, Outcome::StartFailed { why: StartFailedKind::NeverStarted });
    }

    #[test]
    fn no_word_from_the_keeper_is_lost_and_never_done() {
        let (outcome, evidence) =
            decide(&demo(), &fold(&[prompt(), end(Turn::Completed)]), None, None);
        assert_eq!((outcome, evidence.drained), (Outcome::Lost, None));
    }

    #[test]
    fn damaged_files_are_never_a_success() {
        let exit = exit(ExitOutcome::Code(0));
        let (outcome, evidence) = decide_unreadable(Some(&exit), None, "the index");
        assert_eq!((outcome, evidence.exit_code), (Outcome::Lost, Some(0)));
        assert_eq!(evidence.summary, "its files cannot be read: the index");
        let (outcome, _) = decide_unreadable(None, Some(&BY_YOU), "the index");
        assert_eq!(outcome, Outcome::Stopped { by: Actor::You });
    }

    #[test]
    fn background_work_that_was_left_unfinished_is_no_success() {
        let task = Event::TaskStarted {
            task: "t".to_owned(),
            call: None,
            kind: protocol::TaskKind::Command,
            description: String::new(),
            background: true,
        };
        check(
            &[prompt(), task, end(Turn::Completed)],
            ExitOutcome::Code(0),
            None,
            Outcome::NoResult,
        );
    }
}
