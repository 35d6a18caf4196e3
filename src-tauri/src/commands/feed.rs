//! Commands that give the page its data: the feed, and answers to queries.

use super::{Shared, engine};
use crate::app_state::AppState;
use crate::drop;
use protocol::{Fault, FeedRequest, Query};
use std::sync::Arc;
use tauri::ipc::Response;
use tauri::{AppHandle, Manager};

/// Returns what is newer than the page's data, as the bytes of a `FeedBatch`.
#[tauri::command]
pub(super) async fn pull(
    app: AppHandle,
    app_state: Shared<'_>,
    request: FeedRequest,
) -> Result<Response, Fault> {
    let batch = engine(&app_state, move |engine| engine.pull(&request)).await?;
    let bytes = serde_json::to_vec(&batch).expect("a batch is plain facts, which are always JSON");
    // A page that pulls also listens to events; before that, the folders would be lost.
    drop::hand_in(&app, &app.state::<Arc<AppState>>().take_handed_in());
    Ok(Response::new(bytes))
}

/// Answers a query; the answer is the bytes of a `QueryAnswer`.
#[tauri::command]
pub(super) async fn query(app_state: Shared<'_>, query: Query) -> Result<Response, Fault> {
    let answer = app_state.engine().await?.query(query).await?;
    let bytes =
        serde_json::to_vec(&answer).expect("an answer is plain facts, which are always JSON");
    Ok(Response::new(bytes))
}
