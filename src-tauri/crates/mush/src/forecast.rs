//! `mush forecast`: how the work of the stories of a project would come together, and in which order to merge them.

use crate::access::Access;
use crate::finish_words::counted;
use crate::text::{Out, clean, exact_path};
use clap::Subcommand;
use engine::env::Environment;
use engine::git::Git;
use engine::runtime;
use protocol::{
    ErrorCode, Fault, Forecast, ForecastPair, ForecastStands, ForecastStory, MergeStep, Overlap,
    OverlapUnknown, SharedFile, SharedFiles, SharedKind, StoryId,
};
use std::path::{Path, PathBuf};

const FORECAST: &str = "Stories are compared when a checkpoint came, while a program owns the data directory. Of each only what it changed
itself counts, committed or not. What git cannot say is said to be not known.";

/// The commands about the stories of a repository together.
#[derive(Debug, Subcommand)]
pub(crate) enum ForecastCommand {
    /// How the work of the stories of a repository would come together, by their newest checkpoints: which change the
    /// same lines or the same file, and in which order to merge them. Nothing is touched.
    #[command(after_help = FORECAST)]
    Forecast {
        /// A folder of the repository, or of one of its worktrees.
        #[arg(default_value = ".")]
        project: PathBuf,
    },
}

pub(crate) fn command(access: &Access, out: Out, command: &ForecastCommand) -> Result<u8, Fault> {
    let ForecastCommand::Forecast { project } = command;
    forecast(access, out, project)
}

fn forecast(access: &Access, out: Out, dir: &Path) -> Result<u8, Fault> {
    let git = Git::of(&Environment::of_this_process());
    let found = runtime::wait(git.checkout(dir)).map_err(engine::Error::Thread).flatten()?;
    if !found.is_repository {
        return Err(Fault::new(
            ErrorCode::BadInput,
            format!("{} is in no git repository", dir.display()),
            "Name a folder of the repository, or of one of its worktrees.",
        ));
    }
    let project = found.project.display().to_string();
    let found = access.read(|reader| reader.forecast(&project))?;
    out.one(&found, in_lines);
    Ok(0)
}

fn in_lines(found: &Forecast) -> String {
    if found.stories.is_empty() {
        return "No story works in this repository, apart from archived ones.".to_owned();
    }
    let mut lines = Vec::new();
    for pair in &found.pairs {
        lines.extend(of_pair(found, pair));
    }
    if found.separate > 0 {
        lines.push(format!("{} no file in common", counted_pairs(found.separate)));
    }
    if found.order.steps.len() > 1 {
        lines.push(match found.order.is_best {
            true => "order of merging with the fewest conflicts:".to_owned(),
            false => {
                "a proposed order of merging (too many stories to try every order):".to_owned()
            }
        });
        let steps = found.order.steps.iter().zip(1..);
        lines.extend(steps.map(|(step, number)| format!("  {number}. {}", of_step(found, step))));
    }
    lines.extend(found.stories.iter().map(|story| of_story(found, story)));
    lines.join("\n")
}

fn counted_pairs(count: u32) -> String {
    match count {
        1 => "1 other pair of stories changes".to_owned(),
        count => format!("{count} other pairs of stories change"),
    }
}

fn of_pair(found: &Forecast, pair: &ForecastPair) -> Vec<String> {
    let names = format!("{} and {}", name(found, &pair.one), name(found, &pair.other));
    match &pair.overlap {
        Overlap::Apart => Vec::new(),
        Overlap::SameFile { files } => {
            let first = format!("{names} change the same files, and git merges them");
            std::iter::once(first).chain(of_files(files)).collect()
        }
        Overlap::Conflicts { files } => {
            std::iter::once(format!("{names} conflict")).chain(of_files(files)).collect()
        }
        Overlap::Unknown { why } => vec![format!("{names}: not known, {}", unknown(why))],
    }
}

fn of_files(files: &SharedFiles) -> impl Iterator<Item = String> {
    let more = (files.more > 0).then(|| format!("    and {} more", files.more));
    files.some.iter().map(|file| format!("    {}", of_file(file))).chain(more)
}

/// A file, and how the changes of two stories to it come together.
pub(crate) fn of_file(file: &SharedFile) -> String {
    let kind = match file.kind {
        SharedKind::Lines => "the same lines",
        SharedKind::BothAdded => "both add it",
        SharedKind::Removed => "one removes it, the other changes it",
        SharedKind::Renamed => "both rename it",
        SharedKind::Binary => "both change it, and it is no text",
        SharedKind::FileAndFolder => "a file in one, a folder in the other",
        SharedKind::OtherKind => "a file in one, a link in the other",
        SharedKind::Submodule => "a submodule that both move",
        SharedKind::Other => "they conflict in another way",
        SharedKind::Merges => "git merges it",
    };
    format!("{}  ({kind})", exact_path(&file.path))
}

fn of_step(found: &Forecast, step: &MergeStep) -> String {
    let names = |stories: &[StoryId]| {
        stories.iter().map(|story| name(found, story)).collect::<Vec<_>>().join(", ")
    };
    let conflicts = match step.conflicts_with.is_empty() {
        true => String::new(),
        false => format!("  conflicts with {}", names(&step.conflicts_with)),
    };
    let unknown = match step.unknown_with.is_empty() {
        true => String::new(),
        false => format!("  not known whether it conflicts with {}", names(&step.unknown_with)),
    };
    format!("{}{conflicts}{unknown}", name(found, &step.story))
}

/// How a story stands, and of which checkpoint.
fn of_story(found: &Forecast, story: &ForecastStory) -> String {
    let stands = match &story.stands {
        ForecastStands::Compared { checkpoint, at, is_outdated } => {
            let newer =
                if *is_outdated { ", and a newer checkpoint was not compared yet" } else { "" };
            format!("compared at checkpoint {checkpoint}, {at}{newer}")
        }
        ForecastStands::NothingNew { checkpoint } => {
            format!("nothing that its base does not have, at checkpoint {checkpoint}")
        }
        ForecastStands::NoCheckpoint => "not known yet: it has no checkpoint".to_owned(),
        ForecastStands::NotYet => "not known yet: it was not compared".to_owned(),
        ForecastStands::SameWorktree { with } => {
            format!(
                "works in the same worktree as {}, so both have the same files",
                name(found, with)
            )
        }
        ForecastStands::NoWorktree => "its worktree is not there any more".to_owned(),
        ForecastStands::Unknown { why } => format!("not known: {}", unknown(why)),
    };
    format!("{}: {stands}", clean(story.slug.as_str()))
}

fn name(found: &Forecast, story: &StoryId) -> String {
    let known = found.stories.iter().find(|it| it.story == *story);
    known.map_or_else(|| story.to_string(), |it| clean(it.slug.as_str()))
}

fn unknown(why: &OverlapUnknown) -> String {
    match why {
        OverlapUnknown::NotYet => "they were not compared yet".to_owned(),
        OverlapUnknown::NoWorktree => "the worktree of one is not there any more".to_owned(),
        OverlapUnknown::GitTooOld { version } => {
            format!("git {version} cannot say whether files conflict: 2.38 or newer can")
        }
        OverlapUnknown::NothingInCommon => "they have no commit in common".to_owned(),
        OverlapUnknown::TooLong { seconds } => {
            format!("git took longer than {}", counted(*seconds, "second"))
        }
        OverlapUnknown::TooMany => "the project has too many stories to compare all".to_owned(),
        OverlapUnknown::Git { why } => clean(why),
    }
}
