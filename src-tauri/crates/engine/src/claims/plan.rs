//! Reads from the store what must be known before git is asked: the last message of the last turn, and what ran.

use super::said::{Said, said};
use super::steps::{Attempt, Call, CallEnd, Status, of_gate, steps};
use super::verdict::Known;
use crate::changes::FilePlace;
use crate::error::Result;
use crate::store::read::Reader;
use agents::Agent;
use protocol::{
    Checkpoint, ClaimWhy, Envelope, Event, OutcomeWord, Pos, Run, RunId, RunKind, Seq, Source,
    Story, Subject, Timestamp, ToolOutput, Turn,
};
use std::collections::HashMap;

/// How many calls and results are looked at, the newest first.
const MOST_EVENTS: usize = 20_000;

/// What is to be asked of git, and what is known without it.
#[derive(Clone, Debug)]
pub struct ClaimsPlan {
    pub(super) said: Vec<Said>,
    /// Where it was said.
    pub(super) said_in: Option<(RunId, Pos)>,
    pub(super) known: Known,
    pub(super) files: FilePlace,
    pub(super) checkpoints: Vec<Checkpoint>,
}

/// The last turn that ended.
struct LastTurn {
    run: RunId,
    pos: Pos,
    message: String,
}

impl Reader {
    /// What is to be known for the claims of a story, which is named by its id or name.
    ///
    /// # Errors
    /// If there is no such story.
    pub fn claims_plan(&self, story: &str) -> Result<ClaimsPlan> {
        // Where a story works never changes.
        let files = self.file_place(&self.story(story)?.id)?;
        let _same = self.db().unchecked_transaction()?;
        let story = self.story(story)?;
        let runs = self.runs(Some(&story.id))?;
        let turn = self.last_turn(&runs)?;
        let said = turn.as_ref().map_or_else(Vec::new, |turn| said(&turn.message));
        let checkpoints = self.checkpoints(&story.id)?;
        let known = match said.is_empty() {
            true => Known::default(),
            false => self.known(&story, &runs, &files, &checkpoints)?,
        };
        let said_in = turn.as_ref().map(|turn| (turn.run.clone(), turn.pos));
        Ok(ClaimsPlan { said, said_in, known, files, checkpoints })
    }

    /// The last turn that ended, of the newest run that has one.
    fn last_turn(&self, runs: &[Run]) -> Result<Option<LastTurn>> {
        let agents = runs.iter().rev().filter(|run| run.kind == RunKind::Agent && !run.rereading);
        for run in agents {
            let ends = self.turn_ends(&run.id)?;
            let Some(last) = ends.last() else { continue };
            let before = ends.len().checked_sub(2).and_then(|at| ends.get(at));
            let turn = self.turn_of(&run.id, before.copied().unwrap_or(Seq(0)), *last)?;
            return Ok(turn);
        }
        Ok(None)
    }

    fn turn_of(&self, run: &RunId, after: Seq, last: Seq) -> Result<Option<LastTurn>> {
        let (mut text, mut end) = (None, None);
        self.events_of_types(run, after, last, &["text", "turn_ended"], &mut |envelope| {
            let Source::Run(event) = envelope.source else { return };
            match (event, envelope.pos) {
                (Event::Text { text: said, parent: None, .. }, Some(pos)) => {
                    text = Some((said, pos))
                }
                (Event::TurnEnded(turn), Some(pos)) => end = Some((turn, pos)),
                _ => {}
            }
        })?;
        let Some((end, end_pos)) = end else { return Ok(None) };
        // The result usually repeats the last text; one that does not says something more.
        let whole = if end.turn == Turn::Completed { end.text } else { String::new() };
        let (message, pos) = match text {
            Some((text, pos)) if whole.contains(text.trim()) => (whole, pos),
            Some((text, pos)) => ([text, whole].join("\n\n"), pos),
            None => (whole, end_pos),
        };
        Ok(Some(LastTurn { run: run.clone(), pos, message }))
    }

    fn known(
        &self,
        story: &Story,
        runs: &[Run],
        files: &FilePlace,
        checkpoints: &[Checkpoint],
    ) -> Result<Known> {
        let roots = [files.root(), files.dir()].map(|root| root.to_string_lossy().into_owned());
        let (mut calls, mut left) = (Vec::new(), MOST_EVENTS);
        let mut is_whole = runs.iter().all(|run| run.logs_deleted.is_none() && !run.rereading);
        let agents = runs.iter().enumerate().filter(|(_, run)| run.kind == RunKind::Agent);
        for (run_at, run) in agents.rev() {
            if left == 0 {
                is_whole = false;
                break;
            }
            let of_run = self.calls_of(run, run_at, &mut left)?;
            calls.extend(of_run);
        }
        is_whole &= left > 0;
        calls.sort_by_key(|call| (call.run_at, call.seq));
        let trees = checkpoints.iter().map(|it| (it.at, it.tree.clone())).collect();
        let gates = runs.iter().flat_map(|run| gate(story, run)).collect();
        Ok(Known { steps: steps(&calls, &roots), gates, trees, is_outdated: false, is_whole })
    }

    fn calls_of(&self, run: &Run, run_at: usize, left: &mut usize) -> Result<Vec<Call>> {
        let agent = agents::agent(&run.agent);
        let version = run.agent_version.as_deref();
        let mut results: HashMap<String, CallResult> = HashMap::new();
        let mut calls = Vec::new();
        self.newest_calls(&run.id, *left, &mut |envelope: Envelope| {
            *left = left.saturating_sub(1);
            let (seq, at) = (envelope.seq, envelope.at);
            let Source::Run(event) = envelope.source else { return };
            match (event, envelope.pos) {
                (Event::ToolResult { call, ok, denied, output, cut, .. }, _) => {
                    let output = output.and_then(slim);
                    results.insert(call, CallResult { seq, at, ok, denied, cut, output });
                }
                (Event::ToolCall { call, kind, subject, .. }, Some(pos)) => {
                    let end = results.remove(&call);
                    let end = end.and_then(|end| end.read(agent, version, &subject));
                    calls.push(Call {
                        run: run.id.clone(),
                        run_at,
                        seq: seq.0,
                        at,
                        pos,
                        kind,
                        subject,
                        result: end,
                    });
                }
                _ => {}
            }
        })?;
        Ok(calls)
    }
}

/// The result of a tool call, without its texts.
struct CallResult {
    seq: Seq,
    at: Timestamp,
    ok: bool,
    denied: bool,
    cut: bool,
    output: Option<ToolOutput>,
}

/// What a result says of a command, without its texts.
fn slim(output: ToolOutput) -> Option<ToolOutput> {
    match output {
        ToolOutput::Command { exit_code, interrupted, background, .. } => {
            let (stdout, stderr) = (String::new(), String::new());
            Some(ToolOutput::Command { stdout, stderr, exit_code, interrupted, background })
        }
        _ => None,
    }
}

impl CallResult {
    fn read(
        self,
        agent: Option<&'static dyn Agent>,
        version: Option<&str>,
        subject: &Subject,
    ) -> Option<CallEnd> {
        if self.cut {
            return None;
        }
        let output = self.output.as_ref();
        let status = match (subject, output) {
            (_, Some(ToolOutput::Command { background: Some(_), .. })) => {
                Status::NotKnown(ClaimWhy::Background)
            }
            (_, Some(ToolOutput::Command { interrupted: true, .. })) => {
                Status::NotKnown(ClaimWhy::CutShort)
            }
            (Subject::Command { text, .. }, output) => {
                let code = agent.and_then(|it| it.exit_status(version, text, self.ok, output));
                code.map_or(Status::NotKnown(ClaimWhy::NoStatus), Status::Exit)
            }
            _ => Status::NotKnown(ClaimWhy::NoStatus),
        };
        let Self { seq: Seq(seq), at, denied: is_denied, ok: is_ok, .. } = self;
        Some(CallEnd { seq, at, is_denied, is_ok, status })
    }
}

/// The commands of a gate that ended.
fn gate(story: &Story, run: &Run) -> Vec<Attempt> {
    let number = run.gate.and_then(|gate| usize::try_from(gate).ok()?.checked_sub(1));
    let line = number.and_then(|at| story.gates.get(at)).filter(|_| run.kind == RunKind::Gate);
    let (Some(line), Some(ended)) = (line, run.ended_at) else { return Vec::new() };
    let code = match run.outcome {
        Some(OutcomeWord::Succeeded) => Some(0),
        Some(OutcomeWord::Failed | OutcomeWord::Crashed) => run.exit_code.filter(|code| *code != 0),
        _ => None,
    };
    of_gate(&run.id, line, run.started_at, ended, code)
}
