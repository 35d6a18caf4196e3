//! Reads figures from the sentences that benchmarks print for people, for revisions that print no
//! `figure` lines. The names are those that the same figures have in such lines. Newer revisions
//! print `figure` lines, so their sentences are not read here.

use super::figure::{Better, Figure, Value};

/// All figures in the output of the benchmark `bench`; none for an unknown name.
pub(super) fn figures(bench: &str, printed: &str) -> Vec<Figure> {
    match bench {
        "ingest" => printed.lines().filter_map(ingest).collect(),
        "flood" => flood(printed),
        "usage" => printed.lines().filter_map(usage).collect(),
        _ => Vec::new(),
    }
}

fn read(name: String, better: Better, value: &str) -> Option<Figure> {
    Some(Figure { name, better, value: Value::parse(value)? })
}

/// `ratio                      0.93 (goal at least 0.6)`
fn ingest(line: &str) -> Option<Figure> {
    let value = line.strip_prefix("ratio ")?.split_whitespace().next()?;
    read(String::from("ratio to parsing alone"), Better::More, value)
}

/// `one run, on screen: 1 at ...`, then indented `pulls  59.4 a second` and `bytes into page 0.062 of`.
fn flood(printed: &str) -> Vec<Figure> {
    let mut found = Vec::new();
    let mut what = "";
    for line in printed.lines() {
        let Some(indented) = line.strip_prefix("  ") else {
            what = line.split_once(',').map_or("", |(what, _)| what);
            continue;
        };
        for (words, name) in
            [("pulls ", "pulls a second"), ("bytes into page ", "bytes into the page")]
        {
            let rest = indented.strip_prefix(words).unwrap_or_default();
            let value = rest.split_whitespace().next().unwrap_or_default();
            found.extend(read(format!("{what}: {name}"), Better::Less, value));
        }
    }
    found
}

/// `by day and model     1213 ms, SELECT sum   640 ms, ratio 1.90 (goal at most 2)` and
/// `by week, 3 models     2042 bytes to the page (goal at most 65536)`.
fn usage(line: &str) -> Option<Figure> {
    if let Some((before, after)) = line.split_once(", ratio ") {
        let name = without_last_words(before.split_once(" ms, SELECT sum")?.0)?;
        let value = after.split_whitespace().next()?;
        return read(format!("{name}: ratio to a sum"), Better::Less, value);
    }
    let before = line.split_once(" bytes to the page")?.0;
    let value = before.split_whitespace().last()?;
    read(format!("{}: bytes to the page", without_last_words(before)?), Better::Less, value)
}

/// The text before the number at the end.
fn without_last_words(text: &str) -> Option<&str> {
    Some(text.trim_end().rsplit_once(' ')?.0.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bench: &str, printed: &str, expected: &[(&str, Better, f64)]) {
        let found = figures(bench, printed);
        let read: Vec<_> =
            found.iter().map(|f| (f.name.as_str(), f.better, f.value.value)).collect();
        assert_eq!(read, expected, "{bench}");
    }

    #[test]
    fn what_a_revision_without_figure_lines_prints_is_read() {
        check(
            "ingest",
            "48 MiB, 98540 lines, 2733 committed steps, 15 rounds\n\
             typed parsing alone     1712000 lines per CPU-second\n\
             bytes to steps          1392000 lines per CPU-second\n\
             ratio                      0.81 (goal at least 0.6)\n",
            &[("ratio to parsing alone", Better::More, 0.81)],
        );
        check(
            "flood",
            "one run, on screen: 1 at 10000 lines a second each, 40923840 bytes printed in 10.4 s\n  \
             pulls               52.3 a second (goal at most 60)\n  \
             bytes into page    0.062 of the stream (goal at most 0.2)\n\
             many runs, one on screen: 20 at 500 lines a second each, 1 bytes printed in 11.0 s\n  \
             pulls               41.0 a second (goal at most 60)\n  \
             bytes into page    0.024 of the stream (goal at most 0.2)\n",
            &[
                ("one run: pulls a second", Better::Less, 52.3),
                ("one run: bytes into the page", Better::Less, 0.062),
                ("many runs: pulls a second", Better::Less, 41.0),
                ("many runs: bytes into the page", Better::Less, 0.024),
            ],
        );
        check(
            "usage",
            "1000000 rows, 20000 runs, 9 rounds\n\
             by day and model      1213 ms, SELECT sum   640 ms, ratio 1.90 (goal at most 2)\n\
             by week, 3 models     1100 ms, SELECT sum   639 ms, ratio 1.72 (goal at most 2)\n\
             by week, 3 models      2042 bytes to the page (goal at most 65536)\n",
            &[
                ("by day and model: ratio to a sum", Better::Less, 1.9),
                ("by week, 3 models: ratio to a sum", Better::Less, 1.72),
                ("by week, 3 models: bytes to the page", Better::Less, 2042.0),
            ],
        );
    }

    #[test]
    fn other_words_give_no_figure() {
        check("ingest", "ratio unknown\nthe ratio 3\n", &[]);
        check("flood", "thread 'main' panicked\n  pulls many\n", &[]);
        check("decode", "ratio 1.0\n", &[]);
    }
}
