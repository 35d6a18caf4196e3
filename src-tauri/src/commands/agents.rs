//! Commands about agent programs on this machine.

use super::{Shared, blocking};
use crate::login;
use engine::programs;
use protocol::{AgentStatus, Fault};

/// Returns the status of every agent. It asks the agents' programs, so it takes seconds. A login shell that
/// did not answer is asked again first.
#[tauri::command]
pub(super) async fn agents(app_state: Shared<'_>) -> Result<Vec<AgentStatus>, Fault> {
    let mut environment = app_state.environment().await?;
    if environment.why_incomplete().is_some() {
        environment = blocking(|| Ok(login::again())).await?;
        app_state.use_environment(environment.clone()).await;
    }
    blocking(move || Ok(programs::all(&environment))).await
}
