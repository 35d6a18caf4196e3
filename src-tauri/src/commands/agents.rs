//! Commands about agent programs on this machine.

use super::{Shared, blocking};
use engine::programs;
use protocol::{AgentStatus, Fault};

/// Returns the status of every agent. It asks the agents' programs, so it takes seconds.
#[tauri::command]
pub(super) async fn agents(app_state: Shared<'_>) -> Result<Vec<AgentStatus>, Fault> {
    let environment = app_state.environment().await?;
    blocking(move || Ok(programs::all(&environment))).await
}
