//! Commands that do something: the engine's own requests, and the demo.

use super::{Shared, apart};
use protocol::{ErrorCode, Fault, Reply, Request, StoryId};
use std::sync::Arc;

/// Asks the engine to do something; what it does is seen in the feed.
#[tauri::command]
pub(super) async fn ask(cockpit: Shared<'_>, request: Request) -> Result<Reply, Fault> {
    if let Request::Hello { .. } | Request::Yield { .. } = request {
        let message = "a page cannot ask this";
        return Err(Fault::new(ErrorCode::BadInput, message, "Programs ask it of each other."));
    }
    if let Request::Start(_) | Request::Send { .. } = request {
        cockpit.place.needs_program()?;
    }
    let engine = cockpit.engine().await?;
    Ok(engine.request_async(request).await?)
}

/// Makes the demo's scratch repository and starts the demo agent in it.
#[tauri::command]
pub(super) async fn start_demo(cockpit: Shared<'_>) -> Result<StoryId, Fault> {
    let engine = cockpit.engine().await?;
    let cockpit = Arc::clone(&cockpit);
    apart(move || {
        cockpit.place.needs_program()?;
        Ok(engine.start_demo(demo_agent::scratch_repository)?)
    })
    .await
}
