//! Commands that give the page what there is to show.

use super::{Shared, engine, read};
use crate::app_state::AppState;
use crate::drop;
use protocol::{Fault, PullRequest, RawEnvelope, RunId, Seq};
use std::sync::Arc;
use tauri::ipc::Response;
use tauri::{AppHandle, Manager};

/// More events are not given at once.
const MOST_EVENTS: usize = 5_000;

/// What is newer than what the page has, as the bytes of a `FeedBatch`.
#[tauri::command]
pub(super) async fn pull(
    app: AppHandle,
    app_state: Shared<'_>,
    request: PullRequest,
) -> Result<Response, Fault> {
    let batch = engine(&app_state, move |engine| engine.pull(&request)).await?;
    let bytes = serde_json::to_vec(&batch).expect("a batch is plain facts, which are always JSON");
    // A page that pulls also listens; before that, the folders would be lost.
    drop::hand_in(&app, &app.state::<Arc<AppState>>().take_handed_in());
    Ok(Response::new(bytes))
}

/// A run's events after a number, for paging in long runs.
#[tauri::command]
pub(super) async fn events(
    app_state: Shared<'_>,
    run: RunId,
    after: Seq,
    most: usize,
) -> Result<Vec<RawEnvelope>, Fault> {
    read(&app_state, move |engine| engine.reader()?.raw_events(&run, after, most.min(MOST_EVENTS)))
        .await
}
