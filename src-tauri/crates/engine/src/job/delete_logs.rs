//! Deletes the logs of a story's runs in two steps: what stays of the runs is read, with a look whether all
//! files can be removed; when the journal has that, the files are removed.

use crate::data_dir::DataDir;
use crate::error::{Error, Result};
use crate::runtime;
use crate::store::read::Reader;
use crate::writer::StoreWriter;
use keeper::removal::RemovalError;
use protocol::{DecoderId, ErrorCode, KeptRun, RunId, StoryId};
use std::io::ErrorKind;

/// A run whose logs are to be deleted, with the decoder that it began with.
pub(crate) type Deletable = (RunId, DecoderId);

/// What stays of the runs of a story.
///
/// # Errors
/// If not all of their logs can be removed, or if what they say is not known. Nothing is changed then.
pub(crate) async fn keep(
    dir: DataDir,
    writer: StoreWriter,
    story: StoryId,
    runs: Vec<Deletable>,
) -> Result<Vec<KeptRun>> {
    let keep = move || {
        let sized = runs.into_iter().map(|(run, decoder)| {
            let bytes = dir.run(&run).check_removal().map_err(not_deleted)?;
            Ok((run, decoder, bytes))
        });
        let sized = sized.collect::<Result<Vec<_>>>()?;
        let read = |reader: &Reader| {
            if reader.is_rereading(Some(&story))? {
                return Err(still_read());
            }
            let kept = |(run, decoder, bytes): &(RunId, DecoderId, u64)| match (
                reader.kept(run, *bytes)?,
                bytes,
            ) {
                (Some(kept), _) => Ok(kept),
                (None, 0) => Ok(KeptRun::nothing_of(run.clone(), decoder.clone())),
                (None, _) => Err(never_read(run)),
            };
            sized.iter().map(kept).collect::<Result<Vec<_>>>()
        };
        writer.read(&dir.store(), read)
    };
    runtime::blocking(keep).await.map_err(Error::Thread)?
}

/// Removes the logs of these runs; those that are gone already are no error.
///
/// # Errors
/// If the system refuses to remove a file; a later call removes the rest.
pub(crate) async fn remove(dir: DataDir, runs: Vec<RunId>) -> Result<()> {
    let remove = move || {
        let mut runs = runs.iter();
        runs.try_for_each(|run| dir.run(run).remove_logs().map_err(not_all_removed))
    };
    runtime::blocking(remove).await.map_err(Error::Thread)?
}

fn not_deleted(error: RemovalError) -> Error {
    let (code, hint) = match &error {
        RemovalError::Kept(_) => (
            ErrorCode::WrongState,
            "Try again in a moment; if the process does not end, end it.".to_owned(),
        ),
        RemovalError::Unknown(path) => {
            (ErrorCode::DataDir, format!("Check that {} is as Musher made it.", path.display()))
        }
        RemovalError::Missing(_) => (
            ErrorCode::DataDir,
            "Restore it from a backup: without it nothing proves what the run used.".to_owned(),
        ),
        RemovalError::Refused { source, .. } => (ErrorCode::DataDir, way(source.kind())),
        RemovalError::Unreadable(_) => {
            (ErrorCode::DataDir, "Check the file, or restore it from a backup.".to_owned())
        }
    };
    Error::refused(code, format!("no logs were deleted: {error}"), hint)
}

fn not_all_removed(error: RemovalError) -> Error {
    let way = match &error {
        RemovalError::Refused { source, .. } => way(source.kind()),
        _ => String::new(),
    };
    let hint = format!("{way} Then delete the logs again; the next start of Musher tries it, too.");
    let message = format!("the logs are deleted, but not all of their files are removed: {error}");
    Error::refused(ErrorCode::DataDir, message, hint.trim_start())
}

/// What to do about a file that the system does not remove.
fn way(kind: ErrorKind) -> String {
    match kind {
        ErrorKind::ReadOnlyFilesystem => "Make its disk writable.".to_owned(),
        ErrorKind::PermissionDenied => "Check that you may write in its folder.".to_owned(),
        _ => "Close the program that uses it.".to_owned(),
    }
}

fn still_read() -> Error {
    Error::refused(
        ErrorCode::Busy,
        "no logs were deleted: they are being read again",
        "Try again when the story shows its tokens and cost.",
    )
}

fn never_read(run: &RunId) -> Error {
    Error::refused(
        ErrorCode::DataDir,
        format!("no logs were deleted: those of run {run} were never read"),
        "Verify the data directory, and make the store again.",
    )
    .on_terminal("`mush rebuild` makes the store again from journal and logs.")
}
