//! Commands that show what a state rests on, and the way out: the command that goes on without Musher.

use super::{Shared, read};
use protocol::{Evidence, Fault, RawPiece, RunId, StoryId, Stream};

/// What the state of a story rests on.
#[tauri::command]
pub(super) async fn evidence(app_state: Shared<'_>, story: StoryId) -> Result<Evidence, Fault> {
    read(&app_state, move |engine| engine.evidence(&story)).await
}

/// Bytes of a run's log, as text.
#[tauri::command]
pub(super) async fn raw(
    app_state: Shared<'_>,
    run: RunId,
    stream: Stream,
    offset: u64,
    len: u64,
) -> Result<RawPiece, Fault> {
    read(&app_state, move |engine| engine.raw(&run, stream, offset, len)).await
}

/// The command that resumes a story's conversation in a terminal, if it has one.
#[tauri::command]
pub(super) async fn resume_command(
    app_state: Shared<'_>,
    story: StoryId,
) -> Result<Option<String>, Fault> {
    read(&app_state, move |engine| engine.resume_command(&story)).await
}
