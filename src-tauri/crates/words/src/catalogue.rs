//! Reads the catalogue of messages, which is in inlang's message format. A message is a text with
//! `{parameters}`, or two variants of a text in which something is counted. Only English plural rules are
//! supported: *one* is 1, *other* is every other number. Markup is for the page alone; a message with
//! markup has no text here.

use serde::Deserialize;
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::LazyLock;

/// The catalogue that was built into this program; read when the first text is requested.
pub(crate) static BUILT_IN: LazyLock<Result<Catalogue, Unreadable>> =
    LazyLock::new(|| Catalogue::read(include_str!("../../../../ui/messages/en.json")));

/// Why a message has no text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unreadable {
    /// The file is no JSON object.
    #[error("the catalogue is no object of JSON: {0}")]
    File(String),
    /// The catalogue has no such key.
    #[error("the catalogue has no {0}")]
    Missing(String),
    /// A message is neither a text nor two variants of one.
    #[error("a message is no text and no plural: {0}")]
    Shape(String),
    /// A brace is not closed.
    #[error("a brace is not closed: {0}")]
    Brace(String),
    /// The message has markup.
    #[error("markup is for the page alone: {0}")]
    Markup(String),
    /// The message has a declaration of an unknown kind.
    #[error("not known how to declare: {0}")]
    Declaration(String),
    /// A name is used that is not declared, or has no value.
    #[error("nothing is called {0}")]
    Name(String),
    /// The counted value is no number.
    #[error("{0} is no number")]
    Number(String),
}

/// The value of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    /// A text, shown unchanged.
    Text(&'a str),
    /// A number, which chooses a variant.
    Count(u64),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Value<'_> {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => out.write_str(text),
            Self::Count(count) => write!(out, "{count}"),
        }
    }
}

/// Every message by its key. A message that cannot be read does not affect the others.
#[derive(Debug)]
pub(crate) struct Catalogue(HashMap<String, Result<Text, Unreadable>>);

impl Catalogue {
    fn read(json: &str) -> Result<Self, Unreadable> {
        let file: HashMap<String, serde_json::Value> =
            serde_json::from_str(json).map_err(|error| Unreadable::File(error.to_string()))?;
        Ok(Self(file.into_iter().map(|(key, message)| (key, Text::read(message))).collect()))
    }

    /// Finds the message of a key.
    pub(crate) fn find(&self, key: &str) -> Result<&Text, Unreadable> {
        let found = self.0.get(key).ok_or_else(|| Unreadable::Missing(key.to_owned()))?;
        found.as_ref().map_err(Clone::clone)
    }

    /// Makes the text of a key with these values for its parameters.
    pub(crate) fn text(
        &self,
        key: &str,
        values: &[(&str, Value<'_>)],
    ) -> Result<String, Unreadable> {
        self.find(key)?.with(values)
    }
}

/// A message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Text {
    /// One text for all values.
    Plain(Pattern),
    /// Two texts, chosen by a number.
    Plural(Plural),
}

/// A message as the file has it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Plain(String),
    Plural([WrittenPlural; 1]),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPlural {
    declarations: Vec<String>,
    selectors: [String; 1],
    r#match: Variants,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Variants {
    #[serde(rename = "plural=one")]
    one: String,
    #[serde(rename = "plural=other")]
    other: String,
}

impl Text {
    fn read(message: serde_json::Value) -> Result<Self, Unreadable> {
        let written = serde_json::from_value(message);
        match written.map_err(|error| Unreadable::Shape(error.to_string()))? {
            Written::Plain(text) => Ok(Self::Plain(Pattern::read(&text)?)),
            Written::Plural([plural]) => Ok(Self::Plural(Plural::read(&plural)?)),
        }
    }

    fn with(&self, values: &[(&str, Value<'_>)]) -> Result<String, Unreadable> {
        match self {
            Self::Plain(pattern) => pattern.with(|name| Ok(value(values, name)?.to_string())),
            Self::Plural(plural) => plural.with(values),
        }
    }

    /// The names of the message's parameters.
    #[cfg(test)]
    pub(crate) fn parameters(&self) -> BTreeSet<&str> {
        match self {
            Self::Plain(pattern) => pattern.names().collect(),
            Self::Plural(plural) => plural.inputs.iter().map(String::as_str).collect(),
        }
    }

    /// The parameter that chooses the variant.
    #[cfg(test)]
    pub(crate) fn counted(&self) -> Option<&str> {
        match self {
            Self::Plain(_) => None,
            Self::Plural(plural) => Some(&plural.counted),
        }
    }
}

fn value<'a>(values: &[(&str, Value<'a>)], name: &str) -> Result<Value<'a>, Unreadable> {
    let found = values.iter().find(|(given, _)| *given == name);
    found.map(|(_, value)| *value).ok_or_else(|| Unreadable::Name(name.to_owned()))
}

/// The two variants of a message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Plural {
    inputs: BTreeSet<String>,
    /// The input that chooses the variant.
    counted: String,
    /// The inputs that are written as numbers, by the name that the text uses.
    figures: HashMap<String, String>,
    one: Pattern,
    other: Pattern,
}

impl Plural {
    fn read(written: &WrittenPlural) -> Result<Self, Unreadable> {
        let [selector] = &written.selectors;
        let mut inputs = BTreeSet::new();
        let mut counted = None;
        let mut figures = HashMap::new();
        for declaration in &written.declarations {
            let words: Vec<&str> = declaration.split_whitespace().collect();
            match words.as_slice() {
                ["input", name] => drop(inputs.insert((*name).to_owned())),
                ["local", name, "=", of, how] => match (of.strip_suffix(':'), *how) {
                    (Some(of), "plural") if name == selector => counted = Some(of.to_owned()),
                    (Some(of), "number") => drop(figures.insert((*name).to_owned(), of.to_owned())),
                    _ => return Err(Unreadable::Declaration(declaration.clone())),
                },
                _ => return Err(Unreadable::Declaration(declaration.clone())),
            }
        }
        let counted = counted.ok_or_else(|| Unreadable::Name(selector.clone()))?;
        let (one, other) =
            (Pattern::read(&written.r#match.one)?, Pattern::read(&written.r#match.other)?);
        let plural = Self { inputs, counted, figures, one, other };
        let unknown = plural.names().find(|name| !plural.inputs.contains(*name));
        match unknown.map(str::to_owned) {
            Some(unknown) => Err(Unreadable::Name(unknown)),
            None => Ok(plural),
        }
    }

    /// The names that must be declared as inputs.
    fn names(&self) -> impl Iterator<Item = &str> {
        let named = self.one.names().chain(self.other.names());
        let named = named.filter(|name| !self.figures.contains_key(*name));
        named.chain(self.figures.values().map(String::as_str)).chain([self.counted.as_str()])
    }

    fn with(&self, values: &[(&str, Value<'_>)]) -> Result<String, Unreadable> {
        let variant = if count(values, &self.counted)? == 1 { &self.one } else { &self.other };
        variant.with(|name| match self.figures.get(name) {
            Some(of) => Ok(grouped(count(values, of)?)),
            None => Ok(value(values, name)?.to_string()),
        })
    }
}

fn count(values: &[(&str, Value<'_>)], name: &str) -> Result<u64, Unreadable> {
    match value(values, name)? {
        Value::Count(count) => Ok(count),
        Value::Text(_) => Err(Unreadable::Number(name.to_owned())),
    }
}

/// Formats a number as the page does: `1,234,567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A text with places for parameters.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Pattern(Vec<Part>);

#[derive(Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Parameter(String),
}

impl Pattern {
    /// Reads a text. A backslash takes the special meaning from the character after it.
    fn read(text: &str) -> Result<Self, Unreadable> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text.chars();
        while let Some(character) = rest.next() {
            match character {
                '\\' => plain.extend(rest.next()),
                '{' => {
                    let (name, after) = rest
                        .as_str()
                        .split_once('}')
                        .ok_or_else(|| Unreadable::Brace(text.to_owned()))?;
                    if name.starts_with(['#', '/']) {
                        return Err(Unreadable::Markup(text.to_owned()));
                    }
                    parts.push(Part::Text(std::mem::take(&mut plain)));
                    parts.push(Part::Parameter(name.to_owned()));
                    rest = after.chars();
                }
                _ => plain.push(character),
            }
        }
        parts.push(Part::Text(plain));
        Ok(Self(parts))
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Parameter(name) => Some(name.as_str()),
            Part::Text(_) => None,
        })
    }

    fn with(
        &self,
        value: impl Fn(&str) -> Result<String, Unreadable>,
    ) -> Result<String, Unreadable> {
        let part = |part: &Part| match part {
            Part::Text(text) => Ok(text.clone()),
            Part::Parameter(name) => value(name),
        };
        self.0.iter().map(part).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn said(
        message: serde_json::Value,
        values: &[(&str, Value<'_>)],
    ) -> Result<String, Unreadable> {
        let json = json!({"key": message, "markup": "{#b}bold{/b}"}).to_string();
        Catalogue::read(&json)?.text("key", values)
    }

    fn counted(one: &str, declarations: &[&str]) -> serde_json::Value {
        let variants = json!({"plural=one": one, "plural=other": "{figure} rows of {table}"});
        json!([{"declarations": declarations, "selectors": ["plural"], "match": variants}])
    }

    const DECLARED: &[&str] = &[
        "input count",
        "input table",
        "local plural = count: plural",
        "local figure = count: number",
    ];

    #[test]
    fn parameters_stand_where_they_are_named() {
        let values = [("a", Value::from("x {b}")), ("b", Value::from(1_000))];
        assert_eq!(said(json!("{a}: {b}, {a}"), &values).unwrap(), "x {b}: 1000, x {b}");
        assert_eq!(said(json!("\\{a\\} \\\\ {a}"), &values).unwrap(), "{a} \\ x {b}");
        assert_eq!(said(json!(""), &[]).unwrap(), "");
    }

    #[test]
    fn one_is_said_otherwise_than_none_and_many() {
        let plural = counted("{figure} row of {table}", DECLARED);
        let rows = |count: u64| {
            let values = [("count", Value::from(count)), ("table", Value::from("runs"))];
            said(plural.clone(), &values).unwrap()
        };
        let all = [0, 1, 2, 999, 1_000, 1_234_567].map(rows);
        let expected = [
            "0 rows of runs",
            "1 row of runs",
            "2 rows of runs",
            "999 rows of runs",
            "1,000 rows of runs",
            "1,234,567 rows of runs",
        ];
        assert_eq!(all, expected);
    }

    #[test]
    fn what_cannot_be_said_is_said_why() {
        let count = [("count", Value::from("2")), ("table", Value::from("runs"))];
        let odd = "local figure = count: date";
        let table = [
            (json!("{a}"), Unreadable::Name("a".to_owned())),
            (json!("{a"), Unreadable::Brace("{a".to_owned())),
            (json!("{#b}a{/b}"), Unreadable::Markup("{#b}a{/b}".to_owned())),
            (counted("{row}", DECLARED), Unreadable::Name("row".to_owned())),
            (counted("", &DECLARED[..2]), Unreadable::Name("plural".to_owned())),
            (counted("", &[odd]), Unreadable::Declaration(odd.to_owned())),
            (counted("", DECLARED), Unreadable::Number("count".to_owned())),
        ];
        for (message, why) in table {
            assert_eq!(said(message, &count), Err(why));
        }
        assert!(matches!(said(json!(["a"]), &[]), Err(Unreadable::Shape(_))));
        assert!(matches!(Catalogue::read("[]"), Err(Unreadable::File(_))));
        let missing = Catalogue::read("{}").and_then(|catalogue| catalogue.text("key", &[]));
        assert_eq!(missing, Err(Unreadable::Missing("key".to_owned())));
    }

    #[test]
    fn every_message_without_markup_can_be_read() {
        let catalogue = BUILT_IN.as_ref().unwrap();
        let unreadable =
            catalogue.0.iter().filter_map(|(key, text)| text.as_ref().err().map(|why| (key, why)));
        let odd: Vec<_> =
            unreadable.filter(|(_, why)| !matches!(why, Unreadable::Markup(_))).collect();
        assert!(odd.is_empty(), "{odd:?}");
    }
}
