//! `mush usage`: what was used, by time and group, as a table for people, as JSON lines or as CSV.
//! The engine adds the values up; this module turns the arguments into a query and the resulting
//! rows into lines.

use crate::access::Access;
use crate::args::{By, UsageArgs};
use crate::text::{self, Out};
use crate::when::{self, End};
use crate::zone;
use engine::usage::calendar::Calendar;
use engine::usage::rows;
use protocol::{
    CostBasis, ErrorCode, Fault, Timestamp, UsageFigures, UsageGroup, UsageQuery, UsageRow,
    UsageStep, UsageTotal,
};

pub(crate) fn usage(access: &Access, out: Out, args: &UsageArgs) -> Result<u8, Fault> {
    // Checked here and not by clap, which overlooks a global option before the command in its
    // conflict check.
    if args.csv && out.json {
        return Err(Fault::new(
            ErrorCode::BadInput,
            "--csv cannot be used with --json",
            "Say one of them.",
        ));
    }
    let (query, calendar) = query(args, now())?;
    let report = access.read(|reader| reader.usage(&query))?;
    let rows = rows(&report);
    if args.csv {
        csv(&query, &rows).iter().for_each(|line| text::say(line));
        return Ok(0);
    }
    // A query of its own, because usage that belongs to no row would be missing if the rows were
    // added up.
    let whole = UsageQuery { step: None, by: Vec::new(), ..query.clone() };
    let total = match out.json || rows.is_empty() {
        true => None,
        false => access.read(|reader| reader.usage(&whole))?.groups.into_iter().next(),
    };
    let table = |rows: &[UsageRow]| table(&query, calendar, rows, total.as_ref());
    let none = match (query.from, query.to) {
        (None, None) => "Nothing was used yet.",
        _ => "Nothing was used in this range.",
    };
    out.list(&rows, table, none);
    match report.rereading_runs {
        0 => {}
        1 => out.note("One run is being read again, so every sum is a lower bound."),
        runs => {
            out.note(&format!("{runs} runs are being read again, so every sum is a lower bound."))
        }
    }
    Ok(0)
}

fn now() -> Timestamp {
    Timestamp::from_millis(chrono::Utc::now().timestamp_millis())
}

/// The query, with the calendar in which its times are to be read.
fn query(args: &UsageArgs, now: Timestamp) -> Result<(UsageQuery, Calendar), Fault> {
    let calendar = match &args.tz {
        Some(zone) => Calendar::of(zone)?,
        None => zone::here()?,
    };
    let at = |text: &Option<String>, end| {
        text.as_ref().map(|text| when::instant(text, end, calendar, now)).transpose()
    };
    let (step, by) = grouping(&args.by)?;
    let (from, to) = (at(&args.from, End::From)?, at(&args.to, End::To)?);
    if let (Some(begins), Some(ends)) = (from, to)
        && begins >= ends
    {
        // A day in `--to` means the end of that day. Read as its beginning, it tells an empty range
        // from one that ends before it begins.
        let is_empty = at(&args.to, End::From)? == from;
        return Err(no_range(args, is_empty));
    }
    let zone = calendar.name().to_owned();
    Ok((UsageQuery { step, by, from, to, zone, most: None }, calendar))
}

/// The error for a range that contains no time. It repeats the arguments as they were typed.
fn no_range(args: &UsageArgs, is_empty: bool) -> Fault {
    let [from, to] = [&args.from, &args.to].map(|text| text.as_deref().unwrap_or_default().trim());
    let what = if is_empty { "is empty" } else { "ends before it begins" };
    Fault::new(
        ErrorCode::BadInput,
        format!("the range {what}: --from {} --to {}", text::clean(from), text::clean(to)),
        "Let --to be later than --from; a date in --to is in the range.",
    )
}

/// The unit of time and the groups in `--by`. A repeated word counts once.
fn grouping(words: &[By]) -> Result<(Option<UsageStep>, Vec<UsageGroup>), Fault> {
    let (mut steps, mut groups) = (Vec::new(), Vec::new());
    for word in words {
        match *word {
            By::Step(step) if !steps.contains(&step) => steps.push(step),
            By::Group(group) if !groups.contains(&group) => groups.push(group),
            By::Step(_) | By::Group(_) => {}
        }
    }
    if steps.len() > 1 {
        return Err(Fault::new(
            ErrorCode::BadInput,
            "--by names more than one stretch of time",
            "Say one of hour, day, week and month.",
        ));
    }
    Ok((steps.pop(), groups))
}

/// The heads of the columns with numbers, in the order of [`figures`].
const FIGURES: [&str; 7] =
    ["INPUT", "OUTPUT", "CACHE READ", "CACHE WRITE", "COST", "RUNS", "TURNS"];

fn table(
    query: &UsageQuery,
    calendar: Calendar,
    rows: &[UsageRow],
    total: Option<&UsageTotal>,
) -> Vec<String> {
    let named = usize::from(query.step.is_some()) + query.by.len();
    let step = query.step.map(|step| text::word(step).to_uppercase());
    let groups = query.by.iter().map(|group| text::word(group).to_uppercase());
    let heads: Vec<String> =
        step.into_iter().chain(groups).chain(FIGURES.map(str::to_owned)).collect();
    let mut cells: Vec<Vec<String>> = rows.iter().map(|row| line(query, calendar, row)).collect();
    // A single row without groups is the total itself.
    if let Some(total) = total.filter(|_| named > 0) {
        let mut last = vec![String::new(); named];
        last[0] = "total".to_owned();
        last.extend(figures(&total.sum.used, total.sum.is_partial));
        cells.push(last);
    }
    let numbers: Vec<bool> = (0..heads.len()).map(|column| column >= named).collect();
    let mut lines = text::columns(&heads, &numbers, &cells);
    if named > 0 && total.is_some_and(|total| is_rounded_apart(rows, total)) {
        lines.push(ROUNDED.to_owned());
    }
    lines
}

/// The note below a table whose rounded costs do not add up to the rounded total.
const ROUNDED: &str =
    "Each cost is rounded to cents by itself; the total is the exact sum, rounded.";

fn is_rounded_apart(rows: &[UsageRow], total: &UsageTotal) -> bool {
    let micros = |used: &UsageFigures| used.cost_micros.unwrap_or(0);
    let parts: u128 = rows.iter().map(|row| text::cents(micros(&row.used))).sum();
    parts != text::cents(micros(&total.sum.used))
}

fn line(query: &UsageQuery, calendar: Calendar, row: &UsageRow) -> Vec<String> {
    let time = query.step.map(|step| stretch(step, calendar, row.from));
    let groups = query.by.iter().map(|group| name(*group, row));
    time.into_iter().chain(groups).chain(figures(&row.used, row.is_partial)).collect()
}

/// The name of a group, for a person. If no agent reported it, the text says so.
fn name(group: UsageGroup, row: &UsageRow) -> String {
    match (row.by.get(&group).and_then(Option::as_deref), group) {
        (Some(name), UsageGroup::Class) => name.replace('_', " "),
        (Some(name), _) => text::clean(name).replace(['\n', '\t'], " "),
        // Agents do not report the cost of each class of tokens, so this row has the cost of all
        // classes.
        (None, UsageGroup::Class) => "(cost)".to_owned(),
        (None, _) => "(not reported)".to_owned(),
    }
}

/// The figures of a sum; `is_partial` if its tokens are a lower bound.
fn figures(used: &UsageFigures, is_partial: bool) -> [String; FIGURES.len()] {
    let UsageFigures { tokens, cost_micros, cost_basis, runs, turns } = *used;
    let count = |count: u64| match text::is_unknown(tokens, is_partial) {
        true => "not known".to_owned(),
        false => format!("{}{}", text::at_least(is_partial), thousands(count)),
    };
    [
        count(tokens.input),
        count(tokens.output),
        count(tokens.cache_read),
        count(tokens.cache_write),
        cost_micros.map(|micros| money(micros, cost_basis)).unwrap_or_default(),
        thousands(runs),
        thousands(turns),
    ]
}

/// The amount of a sum. It is shown even if a part of it has no price.
fn money(micros: u64, basis: CostBasis) -> String {
    match (micros, basis) {
        (1.., CostBasis::Unpriced) => {
            format!("{}, a part is not priced yet", text::money(micros, CostBasis::LowerBound))
        }
        _ => text::money(micros, basis),
    }
}

/// When a unit of time begins, in local time. Hours have their UTC offset, because in autumn one
/// local hour occurs twice.
fn stretch(step: UsageStep, calendar: Calendar, from: Timestamp) -> String {
    let Ok(local) = calendar.local(from) else { return from.to_string() };
    match step {
        UsageStep::Month => local.format("%Y-%m").to_string(),
        UsageStep::Day | UsageStep::Week => local.format("%Y-%m-%d").to_string(),
        UsageStep::Hour => calendar.text(from).unwrap_or_else(|_| from.to_string()),
    }
}

fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// The rows as CSV by RFC 4180, but with line feeds alone as line ends, like other command-line
/// programs.
fn csv(query: &UsageQuery, rows: &[UsageRow]) -> Vec<String> {
    let groups = query.by.iter().map(text::word);
    let figures =
        "input output cache_read cache_write cost_micros cost_basis runs turns is_partial"
            .split(' ');
    let heads = ["from", "to"].map(str::to_owned).into_iter().chain(groups);
    let heads: Vec<String> = heads.chain(figures.map(str::to_owned)).collect();
    let row = |row: &UsageRow| {
        let names = query.by.iter().map(|group| {
            row.by.get(group).and_then(Option::as_deref).map(cell).unwrap_or_default()
        });
        let UsageFigures { tokens, cost_micros, cost_basis, runs, turns } = row.used;
        let figures = [
            tokens.input.to_string(),
            tokens.output.to_string(),
            tokens.cache_read.to_string(),
            tokens.cache_write.to_string(),
            cost_micros.map(|micros| micros.to_string()).unwrap_or_default(),
            text::word(cost_basis),
            runs.to_string(),
            turns.to_string(),
            row.is_partial.to_string(),
        ];
        let times = [row.from.to_string(), row.to.to_string()];
        times.into_iter().chain(names).chain(figures).collect::<Vec<_>>().join(",")
    };
    std::iter::once(heads.join(",")).chain(rows.iter().map(row)).collect()
}

/// A text of unknown origin as a CSV cell. Spreadsheets execute cells that look like formulas, so
/// such a text gets an apostrophe in front. Names of models and paths never look like that.
fn cell(text: &str) -> String {
    let text = text::clean(text);
    let text = match text.starts_with(['=', '+', '-', '@', '\t']) {
        true => format!("'{text}"),
        false => text,
    };
    match text.contains(['"', ',', '\n']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{Tokens, UsageKey, UsageSum};

    fn at(text: &str) -> Timestamp {
        serde_json::from_value(serde_json::Value::String(text.to_owned())).unwrap()
    }

    fn row(
        day: u8,
        by: &[(UsageGroup, Option<&str>)],
        micros: Option<u64>,
        basis: CostBasis,
    ) -> UsageRow {
        let key: UsageKey =
            by.iter().map(|(group, name)| (*group, name.map(str::to_owned))).collect();
        UsageRow {
            from: at(&format!("2026-10-{day}T22:00:00Z")),
            to: at(&format!("2026-10-{}T22:00:00Z", day + 1)),
            by: key,
            used: UsageFigures {
                tokens: Tokens { input: 1_234_567, output: 12, cache_read: 0, cache_write: 999 },
                cost_micros: micros,
                cost_basis: basis,
                runs: 2,
                turns: 1_000,
            },
            is_partial: basis == CostBasis::LowerBound,
        }
    }

    fn asked(step: Option<UsageStep>, by: &[UsageGroup]) -> (UsageQuery, Calendar) {
        let zone = "Europe/Berlin".to_owned();
        let calendar = Calendar::of(&zone).unwrap();
        (UsageQuery { step, by: by.to_vec(), zone, ..UsageQuery::default() }, calendar)
    }

    #[test]
    fn a_table_is_for_people() {
        use UsageGroup::Model;
        let (query, calendar) = asked(Some(UsageStep::Day), &[Model]);
        let rows = [
            row(20, &[(Model, Some("opus"))], Some(4_060_000), CostBasis::Reported),
            row(20, &[(Model, None)], Some(0), CostBasis::LowerBound),
            row(21, &[(Model, Some("a\u{202e}b"))], Some(0), CostBasis::Unpriced),
            row(21, &[(Model, Some("haiku"))], Some(900), CostBasis::Priced),
        ];
        let total = UsageTotal {
            by: UsageKey::new(),
            rest_of: 0,
            sum: UsageSum {
                used: UsageFigures {
                    tokens: Tokens::default(),
                    cost_micros: Some(4_060_900),
                    cost_basis: CostBasis::Unpriced,
                    runs: 2,
                    turns: 3,
                },
                unpriced_tokens: 9,
                is_partial: true,
            },
        };
        let shown = table(&query, calendar, &rows, Some(&total));
        let expected = "\
DAY         MODEL           INPUT  OUTPUT  CACHE READ  CACHE WRITE                            COST  RUNS  TURNS
2026-10-21  opus        1,234,567      12           0          999                           $4.06     2  1,000
2026-10-21  (not reported)  ≥ 1,234,567  ≥ 12       ≥ 0        ≥ 999                       not known     2  1,000
2026-10-22  a<U+202E>b  1,234,567      12           0          999                  not priced yet     2  1,000
2026-10-22  haiku       1,234,567      12           0          999                       ≈ < $0.01     2  1,000
total               not known not known not known    not known  ≥ $4.06, a part is not priced yet     2      3";
        let expected: Vec<String> = expected.lines().map(str::to_owned).collect();
        let squeezed = |lines: Vec<String>| -> Vec<String> {
            lines.iter().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
        };
        assert!(
            shown.iter().skip(1).all(|line| line.chars().count() == shown[0].chars().count()),
            "{shown:#?}"
        );
        assert_eq!(squeezed(shown), squeezed(expected));
    }

    #[test]
    fn an_hour_that_comes_twice_is_distinguished() {
        let (_, calendar) = asked(None, &[]);
        let hours = ["2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z"]
            .map(|hour| stretch(UsageStep::Hour, calendar, at(hour)));
        assert_eq!(hours, ["2026-10-25 02:00 +02:00", "2026-10-25 02:00 +01:00"]);
    }

    #[test]
    fn costs_that_do_not_add_up_after_rounding_are_explained() {
        use UsageGroup::Model;
        let (query, calendar) = asked(None, &[Model]);
        let last = |parts: [u64; 2]| {
            let rows = parts
                .map(|micros| row(20, &[(Model, Some("m"))], Some(micros), CostBasis::Reported));
            let used =
                UsageFigures { cost_micros: Some(parts.iter().sum()), ..UsageFigures::default() };
            let sum = UsageSum { used, ..UsageSum::default() };
            let total = UsageTotal { by: UsageKey::new(), rest_of: 0, sum };
            table(&query, calendar, &rows, Some(&total)).pop().unwrap()
        };
        // $1.18 and $4.78 are $5.96, but the sum is $5.97.
        assert_eq!(last([1_184_000, 4_784_000]), ROUNDED);
        assert!(last([1_180_000, 4_780_000]).contains("$5.96"));
    }

    #[test]
    fn csv_is_read_as_it_was_meant() {
        use UsageGroup::{Class, Model};
        let (query, _) = asked(None, &[Model, Class]);
        let rows = [
            row(
                20,
                &[(Model, Some("=cmd|' /C calc'!A0")), (Class, Some("input"))],
                None,
                CostBasis::Reported,
            ),
            row(
                20,
                &[(Model, Some("a,\"b\"\n\u{1b}[31m")), (Class, None)],
                Some(7),
                CostBasis::Priced,
            ),
        ];
        assert_eq!(
            csv(&query, &rows),
            [
                "from,to,model,class,input,output,cache_read,cache_write,cost_micros,cost_basis,runs,turns,is_partial",
                "2026-10-20T22:00:00.000Z,2026-10-21T22:00:00.000Z,'=cmd|' /C calc'!A0,input,1234567,12,0,999,,reported,2,1000,false",
                "2026-10-20T22:00:00.000Z,2026-10-21T22:00:00.000Z,\"a,\"\"b\"\"\n[31m\",,1234567,12,0,999,7,priced,2,1000,false",
            ]
        );
    }

    #[test]
    fn words_are_grouped_once_and_by_one_stretch_of_time() {
        let [day, week] = [UsageStep::Day, UsageStep::Week].map(By::Step);
        let [model, story] = [UsageGroup::Model, UsageGroup::Story].map(By::Group);
        let found = grouping(&[model, day, story, model, day]).unwrap();
        assert_eq!(found, (Some(UsageStep::Day), vec![UsageGroup::Model, UsageGroup::Story]));
        assert!(grouping(&[day, week]).unwrap_err().message.contains("more than one stretch"));
    }
}
