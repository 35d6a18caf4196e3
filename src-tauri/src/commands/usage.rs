//! Commands that show what was used: sums for charts, a story's turns, the history of limits.

use super::{Shared, read};
use engine::usage::for_page;
use protocol::{Fault, LimitHistory, StoryId, StoryUsage, Timestamp, UsageQuery};
use tauri::ipc::Response;

/// Sums of what was used, as the bytes of a `PackedUsage`.
#[tauri::command]
pub(super) async fn usage(app_state: Shared<'_>, query: UsageQuery) -> Result<Response, Fault> {
    let sum = move |engine: &engine::Engine| for_page(engine.reader()?.usage(&query)?);
    Ok(Response::new(read(&app_state, sum).await?))
}

/// What a story used turn by turn, and how full its conversation was.
#[tauri::command]
pub(super) async fn story_usage(
    app_state: Shared<'_>,
    story: StoryId,
) -> Result<StoryUsage, Fault> {
    read(&app_state, move |engine| engine.reader()?.story_usage(&story)).await
}

/// What was reported of every limit window in a range, and when accounts were held.
#[tauri::command]
pub(super) async fn limit_history(
    app_state: Shared<'_>,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<LimitHistory>, Fault> {
    read(&app_state, move |engine| engine.reader()?.limit_history(from, to)).await
}
