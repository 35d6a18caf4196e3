//! The form that an MCP server asks a person to fill in, and the check of the answer. Pure. A person's
//! text becomes a value of the field's kind or is refused with the field's name; nothing is guessed.

use crate::choice::Unclear;
use protocol::{Answer, FilledField, FormField, FormOption, Takes};
use serde_json::{Number, Value};

/// Says, as a sentence, what a field takes when a person's text does not fit it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfit(String);

impl Unfit {
    fn takes(takes: &Takes) -> Self {
        Self(format!("it takes {}", words(takes)))
    }
}

impl std::fmt::Display for Unfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Returns the answer with each field once, in the form's order, as the server takes it.
///
/// # Errors
/// If a field is not part of the form, is filled twice, is missing, or has a value that it cannot take.
pub fn settled(fields: &[FormField], answer: &Answer) -> Result<Answer, Unclear> {
    for filled in &answer.fields {
        let same = answer.fields.iter().filter(|other| other.name == filled.name).count();
        if !fields.iter().any(|field| field.name == filled.name) {
            return Err(unclear(fields, format!("the form has no field “{}”", filled.name)));
        }
        if same > 1 {
            return Err(unclear(fields, format!("“{}” is filled in twice", filled.name)));
        }
    }
    let mut settled = Vec::new();
    for field in fields {
        let filled = answer.fields.iter().find(|filled| filled.name == field.name);
        match filled.map(|filled| filled.written.as_slice()).filter(|written| !is_empty(written)) {
            Some(written) => {
                // Refused here, because the server would only cancel.
                value(field, written)
                    .map_err(|why| unclear(fields, format!("“{}”: {why}", field.title)))?;
                settled.push(FilledField { name: field.name.clone(), written: written.to_vec() });
            }
            None if field.required => {
                return Err(unclear(fields, format!("“{}” is not filled in", field.title)));
            }
            None => {}
        }
    }
    Ok(Answer { message: None, fields: settled, ..answer.clone() })
}

/// Whether nothing at all was written. A text of spaces is a value.
fn is_empty(written: &[String]) -> bool {
    written.iter().all(String::is_empty)
}

/// Converts what a person wrote into a field to the value that the server gets.
///
/// # Errors
/// If the field does not take it.
pub fn value(field: &FormField, written: &[String]) -> Result<Value, Unfit> {
    match (&field.takes, written) {
        (Takes::Several { options, min, max }, _) => several(options, *min, *max, written),
        (_, [one]) => single(&field.takes, one),
        _ => Err(Unfit("it takes one value".to_owned())),
    }
}

fn single(takes: &Takes, written: &str) -> Result<Value, Unfit> {
    match takes {
        Takes::Text { min, max, format } => {
            let count = u32::try_from(written.chars().count()).unwrap_or(u32::MAX);
            let fits = min.is_none_or(|min| count >= min) && max.is_none_or(|max| count <= max);
            match fits && is_of(format.as_deref(), written) {
                true => Ok(Value::from(written)),
                false => Err(Unfit::takes(takes)),
            }
        }
        Takes::Number { whole, min, max } => number(*whole, *min, *max, written)
            .map(Value::Number)
            .ok_or_else(|| Unfit::takes(takes)),
        Takes::Flag => match written.trim().to_lowercase().as_str() {
            "yes" | "true" | "y" => Ok(Value::Bool(true)),
            "no" | "false" | "n" => Ok(Value::Bool(false)),
            _ => Err(Unfit::takes(takes)),
        },
        Takes::One { options } | Takes::Several { options, .. } => {
            option(options, written).map(|option| Value::from(option.value.as_str()))
        }
    }
}

fn several(
    options: &[FormOption],
    min: Option<u32>,
    max: Option<u32>,
    written: &[String],
) -> Result<Value, Unfit> {
    let mut values: Vec<&str> = Vec::new();
    for one in written.iter().filter(|one| !one.is_empty()) {
        let value = option(options, one)?.value.as_str();
        if !values.contains(&value) {
            values.push(value);
        }
    }
    let count = u32::try_from(values.len()).unwrap_or(u32::MAX);
    match min.is_none_or(|min| count >= min) && max.is_none_or(|max| count <= max) {
        true => Ok(Value::from(values)),
        false => Err(Unfit(format!("it takes {}", how_many(min, max, "of what it offers")))),
    }
}

/// Finds an option by its value, or by a name that no other option has.
fn option<'a>(options: &'a [FormOption], written: &str) -> Result<&'a FormOption, Unfit> {
    let by_value = options.iter().find(|option| option.value == written);
    let mut named = options.iter().filter(|option| option.label == written);
    let one = by_value.or_else(|| named.next().filter(|_| named.next().is_none()));
    one.ok_or_else(|| Unfit(format!("“{written}” is not offered")))
}

fn number(whole: bool, min: Option<f64>, max: Option<f64>, written: &str) -> Option<Number> {
    let written = written.trim();
    let number: Number = match written.parse::<i64>() {
        Ok(integer) => integer.into(),
        Err(_) => {
            let float: f64 = written.parse().ok().filter(|float: &f64| float.is_finite())?;
            // `1e3` is a whole number too.
            #[expect(clippy::cast_possible_truncation, reason = "it is whole and small")]
            match float.fract() == 0.0 && float.abs() < 1e15 {
                true => (float as i64).into(),
                false if whole => return None,
                false => Number::from_f64(float)?,
            }
        }
    };
    let size = number.as_f64()?;
    let fits = min.is_none_or(|min| size >= min) && max.is_none_or(|max| size <= max);
    fits.then_some(number)
}

/// Whether a text can have this format. Only texts that are certainly wrong are refused; the server
/// checks the rest, and an unknown format takes any text.
fn is_of(format: Option<&str>, text: &str) -> bool {
    match format {
        Some("email") => {
            let parts = text.split_once('@');
            parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
                && !text.contains(char::is_whitespace)
        }
        Some("uri") => {
            let scheme = text.split_once(':').map(|(scheme, _)| scheme);
            scheme.is_some_and(|scheme| !scheme.is_empty()) && !text.contains(char::is_whitespace)
        }
        Some("date") => chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok(),
        Some("date-time") => chrono::DateTime::parse_from_rfc3339(text).is_ok(),
        _ => true,
    }
}

/// Says what a field takes, for a person.
pub fn words(takes: &Takes) -> String {
    match takes {
        Takes::Text { min, max, format } => {
            let sort = match format.as_deref() {
                Some("email") => "an address of e-mail",
                Some("uri") => "an address with its scheme (https:…)",
                Some("date") => "a date (2026-01-31)",
                Some("date-time") => "a time (2026-01-31T12:00:00Z)",
                _ => "a text",
            };
            match (min, max) {
                (None, None) => sort.to_owned(),
                _ => format!("{sort} of {}", how_many(*min, *max, "characters")),
            }
        }
        Takes::Number { whole, min, max } => {
            let sort = if *whole { "a whole number" } else { "a number" };
            match (min, max) {
                (Some(min), Some(max)) => format!("{sort} from {min} to {max}"),
                (Some(min), None) => format!("{sort} from {min} on"),
                (None, Some(max)) => format!("{sort} up to {max}"),
                (None, None) => sort.to_owned(),
            }
        }
        Takes::Flag => "yes or no".to_owned(),
        Takes::One { options } => format!("one of {}", offered(options)),
        Takes::Several { options, min, max } => {
            let of = offered(options);
            match (min, max) {
                (None, None) => format!("any of {of}"),
                _ => format!("{} of {of}", how_many(*min, *max, "")).replace("  ", " "),
            }
        }
    }
}

fn offered(options: &[FormOption]) -> String {
    options.iter().map(|option| option.label.as_str()).collect::<Vec<_>>().join(" | ")
}

fn how_many(min: Option<u32>, max: Option<u32>, what: &str) -> String {
    let words = match (min, max) {
        (Some(min), Some(max)) if min == max => format!("{min} {what}"),
        (Some(min), Some(max)) => format!("{min} to {max} {what}"),
        (Some(min), None) => format!("at least {min} {what}"),
        (None, Some(max)) => format!("at most {max} {what}"),
        (None, None) => format!("any number {what}"),
    };
    words.trim_end().to_owned()
}

fn unclear(fields: &[FormField], message: String) -> Unclear {
    let one = |field: &FormField| {
        let must = if field.required { "" } else { ", or nothing" };
        format!("{}: {}{must}", field.name, words(&field.takes))
    };
    let form: Vec<String> = fields.iter().map(one).collect();
    Unclear { message, hint: format!("Fill in: {}.", form.join("; ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn field(name: &str, required: bool, takes: Takes) -> FormField {
        FormField {
            name: name.to_owned(),
            title: name.to_uppercase(),
            description: None,
            required,
            takes,
            proposed: Vec::new(),
        }
    }

    fn options() -> Vec<FormOption> {
        let option = |(value, label): (&str, &str)| FormOption {
            value: value.to_owned(),
            label: label.to_owned(),
        };
        [("eu", "Europe"), ("us", "United States"), ("x", "Europe")].map(option).to_vec()
    }

    fn written(parts: &[&str]) -> Vec<String> {
        parts.iter().map(|part| (*part).to_owned()).collect()
    }

    #[test]
    fn what_is_written_is_a_value_of_the_field_or_refused() {
        let text = |min, max, format: Option<&str>| Takes::Text {
            min,
            max,
            format: format.map(str::to_owned),
        };
        let whole = Takes::Number { whole: true, min: Some(1.0), max: Some(1000.0) };
        let ratio = Takes::Number { whole: false, min: None, max: Some(1.0) };
        let one = Takes::One { options: options() };
        let several = Takes::Several { options: options(), min: Some(1), max: Some(2) };
        let table = [
            (text(Some(1), Some(3), None), &["äöü"][..], Some(json!("äöü"))),
            (text(Some(1), Some(3), None), &["four"], None),
            (text(None, None, None), &["a", "b"], None),
            (text(None, None, Some("email")), &["a@b"], Some(json!("a@b"))),
            (text(None, None, Some("email")), &["a b@c"], None),
            (text(None, None, Some("uri")), &["https://a"], Some(json!("https://a"))),
            (text(None, None, Some("uri")), &["a"], None),
            (text(None, None, Some("date")), &["2026-02-30"], None),
            (
                text(None, None, Some("date-time")),
                &["2026-02-03T04:05:06Z"],
                Some(json!("2026-02-03T04:05:06Z")),
            ),
            (text(None, None, Some("hostname")), &["any"], Some(json!("any"))),
            (whole.clone(), &["7"], Some(json!(7))),
            (whole.clone(), &["1e2"], Some(json!(100))),
            (whole.clone(), &["7.5"], None),
            (whole.clone(), &["0"], None),
            (whole, &["seven"], None),
            (ratio.clone(), &["0.5"], Some(json!(0.5))),
            (ratio.clone(), &["NaN"], None),
            (ratio, &["1.01"], None),
            (Takes::Flag, &["Yes"], Some(json!(true))),
            (Takes::Flag, &["false"], Some(json!(false))),
            (Takes::Flag, &["1"], None),
            (one.clone(), &["eu"], Some(json!("eu"))),
            (one.clone(), &["United States"], Some(json!("us"))),
            (one.clone(), &["Europe"], None),
            (one, &["EU"], None),
            (several.clone(), &["us", "eu", "us"], Some(json!(["us", "eu"]))),
            (several.clone(), &["us", "eu", "x"], None),
            (several, &["us", "asia"], None),
        ];
        for (takes, parts, right) in table {
            let field = field("f", true, takes);
            assert_eq!(value(&field, &written(parts)).ok(), right, "{parts:?} {:?}", field.takes);
        }
    }

    #[test]
    fn every_field_is_filled_once_and_what_misses_is_named() {
        let text = Takes::Text { min: None, max: None, format: None };
        let form = [field("a", true, text.clone()), field("b", false, text)];
        let fill = |fields: &[(&str, &[&str])]| {
            let filled = |(name, parts): &(&str, &[&str])| FilledField {
                name: (*name).to_owned(),
                written: written(parts),
            };
            let fields = fields.iter().map(filled).collect();
            settled(&form, &Answer { fields, ..Answer::allow() })
                .map(|answer| {
                    answer.fields.into_iter().map(|filled| filled.name).collect::<Vec<_>>()
                })
                .map_err(|unclear| unclear.message)
        };
        assert_eq!(fill(&[("b", &["2"]), ("a", &["1"])]), Ok(written(&["a", "b"])));
        assert_eq!(fill(&[("a", &["1"]), ("b", &[""])]), Ok(written(&["a"])));
        assert_eq!(fill(&[("b", &["2"])]), Err("“A” is not filled in".to_owned()));
        assert_eq!(
            fill(&[("a", &["1"]), ("c", &["2"])]),
            Err("the form has no field “c”".to_owned())
        );
        assert_eq!(fill(&[("a", &["1"]), ("a", &["2"])]), Err("“a” is filled in twice".to_owned()));
    }
}
