//! Starts new stories: checks the request, looks at the story's folder, makes its worktree if one is
//! requested, then records the story and starts its first run. Checking out a worktree can take minutes,
//! so a job does it and the director does not wait.

use super::requests::{answered, check_prompt, works_there};
use super::{Director, Input, ReplyTo, StoryEnvironment};
use crate::config::defaults::{self, Chosen};
use crate::env::Environment;
use crate::error::{Error, Result};
use crate::git::{self, Doing, Git, Progress};
use crate::job::place::{Cancel, Circumstances, Found, Names, Place, branch_of, place_of};
use crate::policy::admit;
use crate::runtime;
use crate::state::WantedWorktree;
use crate::story::title::{shortened, title_from};
use protocol::{
    Actor, ErrorCode, JournalEvent, Reply, Slug, StartStory, StopReason, StoryId, WaitsFor,
};
use std::collections::BTreeSet;
use tokio::sync::watch;

/// How often another name is tried if another process takes the name at the same moment.
const MOST_TRIES: u32 = 20;

/// The longest id of a conversation; agents' own ids are about as long as UUIDs.
const LONGEST_SESSION: usize = 128;

/// A requested story whose place is being looked for.
pub(super) struct PendingStory {
    slug: Slug,
    replies: Vec<ReplyTo>,
    tries: u32,
    cancel: watch::Sender<bool>,
    /// What is done for it now.
    doing: watch::Receiver<Doing>,
    /// Why a person cancelled it.
    stop: Option<StopReason>,
}

/// The name for a story, and whether an earlier attempt of the same request may have made its worktree.
struct Named {
    names: Names,
    tried: bool,
}

/// The result of looking for the place of a story.
pub(crate) struct PlaceFound {
    start: StartStory,
    found: Result<Found>,
}

impl Director {
    /// Starts a story. The worktree of an earlier attempt of the same request is used.
    pub(super) fn start_story(&mut self, start: StartStory, reply: ReplyTo) {
        self.refresh_config();
        if self.state.stories.contains_key(&start.id) {
            return self.begin_story(&start, vec![reply]);
        }
        if let Some(pending) = self.pending_stories.get_mut(&start.id) {
            return pending.replies.push(reply);
        }
        let begun = self
            .check(&start)
            .and_then(|()| self.look_for_place(start, vec![reply.clone()], 1, &BTreeSet::new()));
        if let Err(error) = begun {
            // The caller may be gone.
            let _ = reply.send(answered(Err(error)));
        }
    }

    /// Chooses the story's name and starts the job that looks for its place.
    fn look_for_place(
        &mut self,
        start: StartStory,
        replies: Vec<ReplyTo>,
        tries: u32,
        not: &BTreeSet<String>,
    ) -> Result<()> {
        let Named { names, tried } = self.name(&start, not);
        if let (Some(branch), false) = (&names.branch, tried) {
            let wanted = JournalEvent::WorktreeWanted {
                slug: names.slug.clone(),
                branch: branch.clone(),
                patterns: Some(names.patterns.clone()),
            };
            self.record(Some(&start.id), None, wanted)?;
        }
        let (sender, cancel) = Cancel::new();
        let (progress, doing) = Progress::new(self.clock.clone());
        let slug = names.slug.clone();
        let pending = PendingStory { slug, replies, tries, cancel: sender, doing, stop: None };
        let story = start.id.clone();
        let inputs = self.inputs.clone();
        let git = Git::of(&self.environment_for(&start));
        let config = self.config.state();
        let look = async move {
            let about = Circumstances { git, names, tried, config, progress, cancel };
            let found = place_of(&start, &about).await;
            // If the director has ended, the caller repeats the request to the next owner.
            let _ = inputs.send(Input::PlaceFound(Box::new(PlaceFound { start, found })));
        };
        runtime::handle().map_err(Error::Thread)?.spawn(look);
        self.pending_stories.insert(story, pending);
        Ok(())
    }

    /// Chooses the story's names: those of an earlier attempt of this request, if they are still free. A change
    /// of the patterns since then does not count, because the worktree may have been made by the old ones.
    fn name(&self, start: &StartStory, not: &BTreeSet<String>) -> Named {
        let taken = |name: &str| {
            not.contains(name)
                || self.pending_stories.values().any(|other| other.slug.as_str() == name)
        };
        let home = self.environment.home();
        let in_force = &self.config.in_force().worktrees;
        let earlier = self.state.wanted.get(&start.id).filter(|wanted| {
            let is_named_so = match &start.worktree {
                Some(named) => *named == wanted.branch,
                None => start.new_branch,
            };
            is_named_so
                && !self.state.slugs.contains(wanted.slug.as_str())
                && !taken(wanted.slug.as_str())
        });
        match earlier.cloned() {
            Some(WantedWorktree { slug, branch, patterns }) => {
                let patterns = patterns.unwrap_or_else(|| in_force.clone());
                Named { names: Names { slug, branch: Some(branch), patterns, home }, tried: true }
            }
            None => {
                let slug = self.state.free_slug(&title_of(start), taken);
                let branch = branch_of(start, &slug, in_force);
                let patterns = in_force.clone();
                Named { names: Names { slug, branch, patterns, home }, tried: false }
            }
        }
    }

    /// Returns the environment that a story comes with, or this process's own.
    fn environment_for(&self, start: &StartStory) -> Environment {
        let own = start.env.as_ref().map(Environment::from_variables);
        own.unwrap_or_else(|| self.environment.clone())
    }

    /// What is done for a story whose place is being looked for; `None` if it is none of these.
    pub(super) fn waits_for_place(&self, story: &StoryId) -> Option<WaitsFor> {
        let Doing { job, since, percent } = *self.pending_stories.get(story)?.doing.borrow();
        Some(WaitsFor::Job { job, since, percent })
    }

    /// Cancels the job that makes a story's place, if there is one; what it made is removed.
    pub(super) fn stop_pending(&mut self, story: &StoryId, why: &StopReason) -> bool {
        let Some(pending) = self.pending_stories.get_mut(story) else { return false };
        pending.stop = Some(why.clone());
        pending.cancel.send_replace(true);
        true
    }

    /// Cancels the jobs that make the places of stories. Returns how many there were.
    pub(super) fn stop_all_pending(&mut self, why: &StopReason) -> u32 {
        let mut count = 0;
        for story in self.pending_stories.keys().cloned().collect::<Vec<StoryId>>() {
            count += u32::from(self.stop_pending(&story, why));
        }
        count
    }

    /// Refuses a request that cannot be carried out.
    fn check(&self, start: &StartStory) -> Result<()> {
        if agents::agent(&start.agent).is_none() {
            return Err(unknown_agent(start.agent.as_str()));
        }
        check_prompt(&start.agent, &start.prompt)?;
        check_lines(start)?;
        let base = self.environment_for(start);
        let is_set = |name: &str| base.text(name).is_some();
        let missing = defaults::missing_variables(start, self.config.in_force(), is_set);
        if let Some(name) = missing.first() {
            return Err(Error::refused(
                ErrorCode::CannotStart,
                format!(
                    "{} is not set, and config.json says that {} needs it",
                    missing.join(", "),
                    start.agent
                ),
                format!(
                    "Start Musher where {name} is set, set it for this story, or take it out of agents.{}.environment.",
                    start.agent
                ),
            ));
        }
        if start.resume.as_ref().is_some_and(|session| !is_session(session.as_str())) {
            return Err(Error::refused(
                ErrorCode::BadInput,
                "this is no id of a conversation",
                "Copy the id as the agent shows it, or leave it out to begin a new one.",
            ));
        }
        Ok(())
    }

    /// Records and starts the story whose place was found, or answers why it has none.
    pub(super) fn place_found(&mut self, found: PlaceFound) {
        let PlaceFound { start, found } = found;
        let Some(pending) = self.pending_stories.remove(&start.id) else { return };
        let PendingStory { slug, replies, tries, stop, .. } = pending;
        let recorded = match found {
            Ok(Found::At(place)) => self.record_story(&start, slug, *place),
            Ok(Found::Taken(_)) if stop.is_some() => Err(git::stopped()),
            Ok(Found::Taken(names)) if tries < MOST_TRIES => {
                // The name was taken meanwhile; the next number is tried.
                return match self.look_for_place(start, replies.clone(), tries + 1, &names) {
                    Ok(()) => {}
                    Err(error) => self.reply_after_commit(replies, answered(Err(error))),
                };
            }
            Ok(Found::Taken(_)) => Err(Error::refused(
                ErrorCode::Git,
                format!("a folder or branch for {slug} is made by somebody else again and again"),
                "Try again, or name the branch yourself.",
            )),
            Err(error) => Err(error),
        };
        match recorded {
            Ok(()) => {
                self.begin_story(&start, replies);
                // Its place was there before the word to stop came.
                if let Some(why) = stop
                    && let Err(error) = self.stop(&start.id, why, false)
                {
                    tracing::error!(%error, "a story that was just made could not be stopped");
                }
            }
            Err(error) => self.reply_after_commit(replies, answered(Err(error))),
        }
    }

    fn record_story(&mut self, start: &StartStory, slug: Slug, place: Place) -> Result<()> {
        let root = place.checkout.root.display().to_string();
        if let Some((_, other)) = admit::works_in(&self.view(), &root, &start.id) {
            return Err(works_there(other));
        }
        let folder = place.checkout.main_folder();
        let Chosen { profile, gates, set_up } =
            defaults::of_story(start, self.config.in_force(), folder);
        // A folder that is used as it is was prepared by a person.
        let set_up = if place.made.is_some() { set_up } else { Vec::new() };
        let created = JournalEvent::StoryCreated {
            slug,
            title: title_of(start),
            project: place.checkout.project.display().to_string(),
            dir: place.dir,
            root: Some(root),
            branch: place.checkout.branch,
            agent: start.agent.clone(),
            profile,
            gates,
            set_up,
            resume_on_reset: start.resume_on_reset,
            made: place.made.map(Box::new),
            environment: defaults::needed_variables(start, self.config.in_force()),
        };
        self.record(Some(&start.id), None, created)?;
        Ok(())
    }

    /// Queues a story's first prompt, unless it was queued before; its first run follows from that.
    fn begin_story(&mut self, start: &StartStory, replies: Vec<ReplyTo>) {
        let prompt = format!("{}-prompt", start.id);
        let queued = match self.state.prompts.contains(&prompt) {
            true => Ok(()),
            false => self.queue_prompt(&start.id, prompt, &start.prompt, (Actor::You, Vec::new())),
        };
        let environment = start.env.as_ref().map(Environment::from_variables);
        let (resume, set) = (start.resume.clone(), start.set_env.clone());
        self.environments.insert(start.id.clone(), StoryEnvironment { resume, environment, set });
        let started = queued.map(|()| Reply::Started { story: start.id.clone() });
        self.reply_after_commit(replies, answered(started));
    }
}

/// Refuses empty commands and patterns, and what only a new worktree can have where none is made.
fn check_lines(start: &StartStory) -> Result<()> {
    let lists = [
        (&start.gates, "a gate is empty", "Name a command that must pass, or leave the gate out."),
        (&start.set_up, "a set-up command is empty", "Name a command, or leave it out."),
        (&start.copy, "a pattern is empty", "Name files as in .gitignore, or leave it out."),
    ];
    for (lines, message, hint) in lists {
        if lines.iter().any(|line| line.trim().is_empty()) {
            return Err(Error::refused(ErrorCode::BadInput, message, hint));
        }
    }
    let is_as_is = start.worktree.is_none() && !start.new_branch;
    let is_for_worktree =
        start.base.is_some() || start.fetch || !start.copy.is_empty() || !start.set_up.is_empty();
    match is_as_is && is_for_worktree {
        true => Err(Error::refused(
            ErrorCode::BadInput,
            "a base, a fetch, copied files and a set-up are for a new worktree, and none is made",
            "Ask for a new worktree, or leave them out.",
        )
        .on_terminal("That is --worktree.")),
        false => Ok(()),
    }
}

/// Whether a text can be an agent's id of a conversation, which becomes an argument and the name of a
/// file.
fn is_session(text: &str) -> bool {
    let fits = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.len() <= LONGEST_SESSION
        && text.chars().all(fits)
}

fn title_of(start: &StartStory) -> String {
    let own = start.title.as_deref().map(str::trim).filter(|title| !title.is_empty());
    own.map_or_else(|| title_from(&start.prompt), shortened)
}

fn unknown_agent(name: &str) -> Error {
    let known: Vec<String> = agents::agents().iter().map(|agent| agent.id().to_string()).collect();
    Error::refused(
        ErrorCode::BadInput,
        format!("there is no agent \"{name}\""),
        format!("Musher knows: {}.", known.join(", ")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_is_named_by_what_can_be_a_file_and_an_argument() {
        for id in ["11111111-2222-4333-8444-555555555555", "ses_4f.2", "a"] {
            assert!(is_session(id), "{id}");
        }
        for id in ["", ".", "..", "../../x", "a/b", "-r", "a b", "a\0b", "é", &"a".repeat(129)] {
            assert!(!is_session(id), "{id:?}");
        }
    }
}
