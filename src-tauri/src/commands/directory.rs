//! Commands about the data directory as a whole: its size, opening it, verifying it.

use super::{Shared, blocking};
use crate::{disk_use, page};
use engine::rebuild::{self, Rebuilt};
use engine::words;
use protocol::{DamagedRun, DiskUse, ErrorCode, Fault, Verification, VerifyProgress};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tauri::AppHandle;
use tauri_plugin_opener::OpenerExt;

/// The most damaged runs that are listed; all are counted.
const MOST_DAMAGED: usize = 20;

/// Whether a verification goes on. Two at once would write into one scratch file.
static VERIFYING: AtomicBool = AtomicBool::new(false);

/// Returns the directory's path and the sizes of its parts.
#[tauri::command]
pub(super) async fn disk_use(app_state: Shared<'_>) -> Result<DiskUse, Fault> {
    let app_state = Arc::clone(&app_state);
    blocking(move || Ok(disk_use::disk_use(&app_state.paths.dir))).await
}

/// Shows the directory in the desktop's file manager.
#[tauri::command]
pub(super) async fn open_data_folder(app: AppHandle, app_state: Shared<'_>) -> Result<(), Fault> {
    let app_state = Arc::clone(&app_state);
    blocking(move || {
        let root = app_state.paths.dir.root().display().to_string();
        app.opener().open_path(root, None::<&str>).map_err(|error| {
            let message = format!("No program opened the folder: {}.", words(&error));
            Fault::new(ErrorCode::NotFound, message, "Copy its path and open it by hand.")
        })
    })
    .await
}

/// Compares the store with journal and logs, and reports the progress to the page. It takes as long as
/// reading every log.
#[tauri::command]
pub(super) async fn verify_data(
    app: AppHandle,
    app_state: Shared<'_>,
) -> Result<Verification, Fault> {
    // Without an open store there is nothing to compare.
    let engine = app_state.engine().await?;
    blocking(move || {
        let _one = One::begin()?;
        // Runs that are being read again can only be compared after that.
        engine.read_all()?;
        let mut tell = |runs, of| page::verifying(&app, VerifyProgress { runs, of });
        let (rebuilt, differences) = rebuild::verify_telling(engine.dir(), &mut tell)?;
        let tables: BTreeSet<String> = differences.iter().map(|each| each.table.clone()).collect();
        Ok(found(&rebuilt, differences.len(), tables))
    })
    .await
}

/// The running verification; there is one at most.
struct One;

impl One {
    fn begin() -> Result<Self, Fault> {
        if VERIFYING.swap(true, Ordering::AcqRel) {
            let message = "A verification goes on already.";
            return Err(Fault::new(ErrorCode::WrongState, message, "Wait for its result."));
        }
        Ok(Self)
    }
}

impl Drop for One {
    fn drop(&mut self) {
        VERIFYING.store(false, Ordering::Release);
    }
}

fn found(rebuilt: &Rebuilt, differences: usize, tables: BTreeSet<String>) -> Verification {
    let damaged = rebuilt.damaged.iter().take(MOST_DAMAGED);
    Verification {
        entries: rebuilt.entries,
        runs: rebuilt.runs,
        events: rebuilt.events,
        damaged: damaged
            .map(|(run, damage)| DamagedRun { run: run.clone(), damage: damage.clone() })
            .collect(),
        damaged_count: rebuilt.damaged.len() as u64,
        differences: differences as u64,
        tables: tables.into_iter().collect(),
    }
}
