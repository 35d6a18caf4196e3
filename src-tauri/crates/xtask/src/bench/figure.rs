//! Reads the figures that a benchmark printed, from lines `figure less 59.10 NAME` or `figure more
//! 0.9312 NAME`, where the second word says which direction is better. `text` reads the output of
//! revisions without such lines.

use super::text;

/// Whether smaller or greater values are better.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Better {
    Less,
    More,
}

/// A printed number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Value {
    pub(super) value: f64,
    /// Half a unit of its last digit, which is the largest possible rounding error.
    pub(super) half: f64,
}

impl Value {
    /// Parses a number without sign or exponent, as benchmarks print them.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let value = text.parse().ok().filter(|_| is_plain)?;
        let digits = text.split_once('.').map_or(0, |(_, digits)| digits.len());
        Some(Value { value, half: 0.5 * 10_f64.powi(-i32::try_from(digits).ok()?) })
    }
}

/// A figure with its name, which is the same in every run.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Figure {
    pub(super) name: String,
    pub(super) better: Better,
    pub(super) value: Value,
}

/// All figures in the output of the benchmark `bench`.
pub(super) fn figures(bench: &str, printed: &str) -> Vec<Figure> {
    let lines: Vec<Figure> = printed.lines().filter_map(figure).collect();
    if lines.is_empty() { text::figures(bench, printed) } else { lines }
}

fn figure(line: &str) -> Option<Figure> {
    let rest = line.strip_prefix("figure ")?;
    let (better, rest) = rest.split_once(' ')?;
    let (value, name) = rest.split_once(' ')?;
    let better = match better {
        "less" => Better::Less,
        "more" => Better::More,
        _ => return None,
    };
    let value = Value::parse(value)?;
    (!name.is_empty()).then(|| Figure { name: name.to_owned(), better, value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_knows_how_exact_it_was_printed() {
        let value = |text: &str| Value::parse(text).map(|value| (value.value, value.half));
        assert_eq!(value("59"), Some((59.0, 0.5)));
        assert_eq!(value("0.062"), Some((0.062, 0.5 * 10_f64.powi(-3))));
        assert_eq!(value("12.30"), Some((12.3, 0.5 * 10_f64.powi(-2))));
        for text in ["", "-1", "1e3", "NaN", "inf", "1.2.3", "7 ", "."] {
            assert_eq!(value(text), None, "{text}");
        }
    }

    #[test]
    fn figure_lines_are_read_among_others() {
        let printed = "48 MiB, 1 lines\nfigure more 0.9312 ratio to parsing alone\n\
                       figure less 59.10 one run: pulls a second\nratio 0.93 (goal at least 0.6)\n";
        let found = figures("ingest", printed);
        let read: Vec<_> =
            found.iter().map(|f| (f.name.as_str(), f.better, f.value.value)).collect();
        assert_eq!(
            read,
            [
                ("ratio to parsing alone", Better::More, 0.9312),
                ("one run: pulls a second", Better::Less, 59.1)
            ]
        );
    }

    #[test]
    fn what_is_no_figure_line_is_none() {
        for line in [
            "figure",
            "figure less",
            "figure less 1",
            "figure less x pulls",
            "figure equal 1 pulls",
            "figures less 1 pulls",
            " figure less 1 pulls",
            "figure less 1 ",
        ] {
            assert_eq!(figure(line), None, "{line}");
        }
    }
}
