//! A report as it goes to the page: packed, and never larger than is promised, whatever is stored.

use crate::error::{Error, Result};
use protocol::{ErrorCode, PackedUsage, UsageReport};

/// The largest answer that the page gets (bytes).
pub const MOST_BYTES: usize = 64 * 1024;

/// The report's JSON.
///
/// # Errors
/// When it is larger than [`MOST_BYTES`]: too many stretches or groups were asked for.
pub fn for_page(report: UsageReport) -> Result<Vec<u8>> {
    let (stretches, groups) = (report.starts.len(), report.groups.len());
    let bytes = serde_json::to_vec(&PackedUsage::from(report))
        .expect("a report is plain facts, which are always JSON");
    match bytes.len() <= MOST_BYTES {
        true => Ok(bytes),
        false => Err(Error::refused(
            ErrorCode::BadInput,
            format!(
                "{stretches} stretches of time and {groups} groups are more than a chart can show"
            ),
            "Ask for longer stretches, a shorter range, or only the dearest groups.",
        )),
    }
}
