//! Commands about agent programs on this machine.

use super::{Shared, apart};
use engine::programs;
use protocol::{AgentFacts, Fault};

/// What is known of every agent; asks the programs, so it takes seconds.
#[tauri::command]
pub(super) async fn agents(cockpit: Shared<'_>) -> Result<Vec<AgentFacts>, Fault> {
    let environment = cockpit.environment().await?;
    apart(move || Ok(programs::all(&environment))).await
}
