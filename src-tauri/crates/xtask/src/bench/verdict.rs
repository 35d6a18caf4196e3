//! The output of a comparison: the table of a benchmark, and the result of the whole command. Pure.

use super::failure::BenchFailure;
use super::figure::{Better, Figure, Value};
use super::ratio::{self, Ratio, TOLERANCE, Verdict};
use std::fmt::Write;

/// If other processes used more than this part of the CPU, the comparison must be repeated.
const MOST_OF_OTHERS: f64 = 0.1;

/// A figure with the values of both sides, in the order of the runs.
pub(super) struct Compared {
    name: String,
    better: Better,
    revision: Vec<Value>,
    this: Vec<Value>,
}

/// A compared benchmark.
pub(super) struct Comparison {
    pub(super) bench: String,
    pub(super) figures: Vec<Compared>,
    /// Names of figures that only one side prints.
    pub(super) new: Vec<String>,
    pub(super) gone: Vec<String>,
    /// The part of the CPU that other processes used; `None` if it is not known.
    pub(super) others: Option<f64>,
}

/// The figures that one side printed in one run.
pub(super) type Printed = Vec<Figure>;

/// Joins the figures of both sides. `names` are for messages. Fails if a figure is missing in a run
/// of its side.
pub(super) fn compared(
    bench: &str,
    names: [&str; 2],
    [revision, this]: [&[Printed]; 2],
    others: Option<f64>,
) -> Result<Comparison, BenchFailure> {
    let known = [named(revision), named(this)];
    let mut comparison = Comparison {
        bench: bench.to_owned(),
        figures: Vec::new(),
        new: known[1].iter().filter(|name| !known[0].contains(name)).cloned().collect(),
        gone: known[0].iter().filter(|name| !known[1].contains(name)).cloned().collect(),
        others,
    };
    for name in known[1].iter().filter(|name| known[0].contains(name)) {
        let of = |side: usize, runs: &[Printed]| {
            let found: Vec<&Figure> =
                runs.iter().flatten().filter(|figure| figure.name == *name).collect();
            if found.len() == runs.len() {
                return Ok(found.into_iter().cloned().collect::<Vec<_>>());
            }
            Err(BenchFailure::Uneven {
                bench: bench.to_owned(),
                side: names[side].to_owned(),
                figure: name.clone(),
                times: found.len(),
                runs: runs.len(),
            })
        };
        let (revision, this) = (of(0, revision)?, of(1, this)?);
        let values = |figures: &[Figure]| figures.iter().map(|figure| figure.value).collect();
        comparison.figures.push(Compared {
            name: name.clone(),
            better: this[0].better,
            revision: values(&revision),
            this: values(&this),
        });
    }
    Ok(comparison)
}

/// The names of all figures of a side, without duplicates.
fn named(runs: &[Printed]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for figure in runs.iter().flatten() {
        if !names.contains(&figure.name) {
            names.push(figure.name.clone());
        }
    }
    names
}

impl Compared {
    fn ratio(&self) -> Option<Ratio> {
        ratio::ratio(&self.revision, &self.this)
    }

    fn verdict(&self) -> Verdict {
        self.ratio().map_or(Verdict::Unsettled, |ratio| ratio::verdict(self.better, ratio))
    }

    fn limit(&self) -> String {
        match self.better {
            Better::Less => format!("at most {}", 1.0 + TOLERANCE),
            Better::More => format!("at least {}", 1.0 - TOLERANCE),
        }
    }

    fn words(&self) -> String {
        let words = match self.verdict() {
            Verdict::NotWorse => "not worse",
            Verdict::Worse => "WORSE",
            Verdict::Unsettled => "not settled: the spread reaches over 1",
        };
        format!("{words} ({})", self.limit())
    }

    fn row(&self, width: usize) -> String {
        let middle = |values: &[Value]| {
            ratio::median(values.iter().map(|value| value.value).collect())
                .map_or_else(String::new, number)
        };
        let (median, spread) = match self.ratio() {
            Some(ratio) => (format!("{:.3}", ratio.median), spread(ratio)),
            None => (String::from("none"), String::from("the revision's is 0")),
        };
        format!(
            "  {:width$}  {:>9}  {:>9}  {median:>6}  {spread:<15}  {}",
            self.name,
            middle(&self.revision),
            middle(&self.this),
            self.words()
        )
    }
}

fn spread(ratio: Ratio) -> String {
    format!("{:.3} to {:.3}", ratio.low, ratio.high)
}

/// A value with about four digits.
fn number(value: f64) -> String {
    match value {
        value if value >= 1000.0 => format!("{value:.0}"),
        value if value >= 10.0 => format!("{value:.1}"),
        value => format!("{value:.3}"),
    }
}

impl Comparison {
    fn is_believed(&self) -> bool {
        self.others.is_none_or(|others| others <= MOST_OF_OTHERS)
    }

    fn others(&self) -> String {
        match self.others {
            Some(others) if self.is_believed() => {
                format!("others used {:.1} % of the CPU", others * 100.0)
            }
            Some(others) => format!(
                "others used {:.1} % of the CPU; above {:.0} % it is repeated, not believed",
                others * 100.0,
                MOST_OF_OTHERS * 100.0
            ),
            None => String::from("how much of the CPU others used is unknown on this system"),
        }
    }

    /// The table of this benchmark; the names of both sides are the heads of the columns.
    pub(super) fn table(&self, names: [&str; 2]) -> String {
        let width =
            self.figures.iter().map(|figure| figure.name.chars().count()).max().unwrap_or(0);
        let mut text = format!("{}: {}\n", self.bench, self.others());
        let _ = writeln!(
            text,
            "  {:width$}  {:>9}  {:>9}  {:>6}  {:<15}",
            "median of runs", names[0], names[1], "ratio", "spread"
        );
        for figure in &self.figures {
            let _ = writeln!(text, "{}", figure.row(width));
        }
        for (what, names) in [("new", &self.new), ("gone", &self.gone)] {
            for name in names {
                let _ = writeln!(text, "  {name}: {what}, not compared");
            }
        }
        text
    }
}

/// The result of the command: something is worse, or not everything is certain, or nothing is
/// worse.
pub(super) fn conclude(comparisons: &[Comparison]) -> Result<(), BenchFailure> {
    let (mut worse, mut reasons) = (Vec::new(), Vec::new());
    for comparison in comparisons {
        if !comparison.is_believed() {
            reasons.push(format!("{}, {}", comparison.bench, comparison.others()));
            continue;
        }
        for figure in &comparison.figures {
            let named = format!("{}, {}", comparison.bench, figure.name);
            match (figure.verdict(), figure.ratio()) {
                (Verdict::NotWorse, _) => {}
                (Verdict::Worse, Some(ratio)) => worse.push(format!(
                    "{named} {:.3}, {} ({})",
                    ratio.median,
                    spread(ratio),
                    figure.limit()
                )),
                (_, Some(ratio)) => {
                    reasons.push(format!("{named} {:.3}, {}", ratio.median, spread(ratio)));
                }
                (_, None) => reasons.push(format!("{named} is 0 in the revision")),
            }
        }
    }
    if !worse.is_empty() {
        return Err(BenchFailure::Worse { figures: worse });
    }
    if reasons.is_empty() { Ok(()) } else { Err(BenchFailure::Repeat { reasons }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(name: &str, better: Better, values: [f64; 10]) -> Vec<Printed> {
        let value = |value| Value { value, half: 0.0 };
        values
            .iter()
            .map(|&each| vec![Figure { name: name.to_owned(), better, value: value(each) }])
            .collect()
    }

    fn compare(better: Better, this: [f64; 10], others: Option<f64>) -> Comparison {
        let (revision, this) = (runs("pulls", better, [10.0; 10]), runs("pulls", better, this));
        compared("flood", ["v1", "this tree"], [&revision, &this], others).unwrap()
    }

    fn code(comparisons: &[Comparison]) -> u8 {
        conclude(comparisons).err().map_or(0, |failure| failure.exit_code())
    }

    #[test]
    fn the_exit_code_says_the_verdict() {
        let quiet = Some(0.02);
        let mixed = [9.0, 9.0, 11.0, 11.0, 11.0, 11.0, 12.0, 12.0, 12.0, 12.0];
        for (better, this, others, expected) in [
            (Better::Less, [10.0; 10], quiet, 0),
            (Better::Less, [10.5; 10], quiet, 0),
            (Better::Less, [11.0; 10], quiet, 3),
            (Better::Less, [5.0; 10], quiet, 0),
            (Better::Less, mixed, quiet, 4),
            (Better::More, [9.5; 10], quiet, 0),
            (Better::More, [9.0; 10], quiet, 3),
            (Better::More, [20.0; 10], quiet, 0),
            // Too much other load makes both good and bad results uncertain.
            (Better::Less, [10.0; 10], Some(0.11), 4),
            (Better::Less, [11.0; 10], Some(0.11), 4),
            (Better::Less, [10.0; 10], Some(0.1), 0),
            // If the other load is unknown, only the figures count.
            (Better::Less, [10.0; 10], None, 0),
            (Better::Less, [11.0; 10], None, 3),
        ] {
            let found = code(&[compare(better, this, others)]);
            assert_eq!(found, expected, "{better:?} {this:?} {others:?}");
        }
    }

    #[test]
    fn what_is_worse_counts_more_than_what_is_to_be_repeated() {
        let worse = || compare(Better::Less, [11.0; 10], Some(0.0));
        let disturbed = || compare(Better::Less, [11.0; 10], Some(0.5));
        assert_eq!(code(&[disturbed(), worse()]), 3);
        assert_eq!(code(&[disturbed()]), 4);
        assert_eq!(code(&[]), 0);
    }

    #[test]
    fn the_table_has_both_sides_ratio_spread_and_load() {
        let table = compare(Better::Less, [11.0; 10], Some(0.034)).table(["9932779", "this tree"]);
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines[0], "flood: others used 3.4 % of the CPU");
        assert_eq!(
            lines[2],
            "  pulls       10.0       11.0   1.100  1.100 to 1.100   WORSE (at most 1.05)"
        );
        let unknown = compare(Better::More, [10.0; 10], None).table(["9932779", "this tree"]);
        assert!(
            unknown.starts_with("flood: how much of the CPU others used is unknown"),
            "{unknown}"
        );
        assert!(unknown.contains("not worse (at least 0.95)"), "{unknown}");
    }

    #[test]
    fn a_figure_of_one_side_alone_is_listed_and_no_failure() {
        let (revision, this) =
            (runs("old", Better::Less, [1.0; 10]), runs("fresh", Better::Less, [1.0; 10]));
        let found = compared("flood", ["v1", "this tree"], [&revision, &this], None).unwrap();
        let table = found.table(["v1", "this tree"]);
        assert!(table.contains("fresh: new, not compared"), "{table}");
        assert!(table.contains("old: gone, not compared"), "{table}");
        assert_eq!(code(&[found]), 0);
    }

    #[test]
    fn a_figure_that_some_run_lacks_is_refused() {
        let revision = runs("pulls", Better::Less, [1.0; 10]);
        let mut this = revision.clone();
        this[3].clear();
        let refused = compared("flood", ["v1", "this tree"], [&revision, &this], None);
        assert!(matches!(refused, Err(BenchFailure::Uneven { times: 9, runs: 10, .. })));
    }
}
