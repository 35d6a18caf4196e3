//! Packs a report for the page into columns, and refuses it if it is larger than 64 KiB.

use crate::error::{Error, Result};
use protocol::{ErrorCode, PackedUsage, UsageReport};

/// The largest answer to the page (bytes).
pub const MOST_BYTES: usize = 64 * 1024;

/// Packs the report into columns.
///
/// # Errors
/// If its JSON is larger than [`MOST_BYTES`], because too many stretches or groups were requested.
pub fn packed(report: UsageReport) -> Result<PackedUsage> {
    let (stretches, groups) = (report.starts.len(), report.groups.len());
    let packed = PackedUsage::from(report);
    match size(&packed) <= MOST_BYTES {
        true => Ok(packed),
        false => Err(Error::refused(
            ErrorCode::BadInput,
            format!(
                "{stretches} stretches of time and {groups} groups are more than a chart can show"
            ),
            "Ask for longer stretches, a shorter range, or only the dearest groups.",
        )),
    }
}

fn size(packed: &PackedUsage) -> usize {
    serde_json::to_vec(packed).expect("a report is plain facts, which are always JSON").len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{
        CostBasis, Timestamp, Tokens, UsageBasis, UsageCell, UsageFigures, UsageGroup, UsageKey,
        UsageReport, UsageSum, UsageTotal, UsageWhole,
    };

    /// Makes a report in which every number is as large as a page can hold, with names of this length.
    fn full(stretches: u32, groups: u32, name: usize) -> UsageReport {
        let most = (1 << 53) - 1;
        let tokens = Tokens { input: most, output: most, cache_read: most, cache_write: most };
        let used = UsageFigures {
            tokens,
            cost_micros: Some(most),
            cost_basis: CostBasis::LowerBound,
            runs: most,
            turns: most,
        };
        let sum = UsageSum { used, unpriced_tokens: most, is_partial: false };
        let total = |number: u32| UsageTotal {
            by: UsageKey::from([(UsageGroup::Project, Some(format!("{number:0>name$}")))]),
            rest_of: 0,
            sum,
        };
        let cell = |at: u32| UsageCell { step: at / groups, group: at % groups, sum };
        UsageReport {
            starts: (0..stretches).map(|at| Timestamp::from_seconds(at.into())).collect(),
            groups: (0..groups).map(total).collect(),
            cells: (0..stretches * groups).map(cell).collect(),
            whole: UsageWhole {
                bases: vec![
                    UsageBasis { basis: CostBasis::LowerBound, tokens, cost_micros: most };
                    4
                ],
                runs: most,
                turns: most,
            },
            ..UsageReport::default()
        }
    }

    #[test]
    fn what_a_chart_asks_for_fits_whatever_is_stored() {
        // A chart has at most 62 stretches and five groups plus the rest, a table a hundred groups.
        for (stretches, groups, name) in [(62, 6, 250), (1, 101, 101)] {
            assert!(packed(full(stretches, groups, name)).is_ok());
        }
    }

    #[test]
    fn more_than_a_chart_can_show_is_refused_with_a_way_out() {
        let refused = packed(full(365, 6, 20)).unwrap_err().to_string();
        assert!(refused.contains("365 stretches of time and 6 groups"), "{refused}");
        assert!(refused.contains("longer stretches"), "{refused}");
    }
}
