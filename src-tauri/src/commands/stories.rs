//! Commands with effects: requests to the engine, and the demo.

use super::{Shared, blocking};
use protocol::{ErrorCode, Fault, Reply, Request, StoryId};
use std::sync::Arc;

/// Sends a request to the engine; the feed shows its effects.
#[tauri::command]
pub(super) async fn ask(app_state: Shared<'_>, request: Request) -> Result<Reply, Fault> {
    if let Request::Hello { .. } | Request::Yield { .. } = request {
        let message = "a page cannot ask this";
        return Err(Fault::new(ErrorCode::BadInput, message, "Programs ask it of each other."));
    }
    if let Request::Start(_) | Request::Send { .. } | Request::Review { .. } = request {
        app_state.paths.needs_program()?;
    }
    let engine = app_state.engine().await?;
    Ok(engine.request_async(request).await?)
}

/// Makes the demo's scratch repository and starts the demo agent in it.
#[tauri::command]
pub(super) async fn start_demo(app_state: Shared<'_>) -> Result<StoryId, Fault> {
    let engine = app_state.engine().await?;
    let app_state = Arc::clone(&app_state);
    blocking(move || {
        app_state.paths.needs_program()?;
        Ok(engine.start_demo(demo_agent::scratch_repository)?)
    })
    .await
}
