//! Parses a JSON text to a tree in which every value has its position. It does not know the
//! settings.

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

/// Editors of some systems write this at the beginning of a file.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A value in the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'a> {
    file: &'a str,
    json: &'a str,
}

/// An error in the JSON text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Malformed {
    /// The line, from 1.
    pub(super) line: u32,
    pub(super) why: String,
}

/// The value in a file. An empty file counts as an object without fields.
pub(super) fn parse(file: &str) -> Result<Node<'_>, Malformed> {
    let text = file.strip_prefix(BYTE_ORDER_MARK).unwrap_or(file);
    if text.trim().is_empty() {
        return Ok(Node { file: "{}", json: "{}" });
    }
    let raw: &RawValue = serde_json::from_str(text).map_err(|error| malformed(1, &error))?;
    Ok(Node { file, json: raw.get() })
}

fn malformed(first: u32, error: &serde_json::Error) -> Malformed {
    let line = u32::try_from(error.line().saturating_sub(1)).unwrap_or(u32::MAX);
    let text = error.to_string();
    // The line is given separately, counted in the whole file.
    let why = text.split(" at line ").next().unwrap_or(&text).to_owned();
    Malformed { line: first.saturating_add(line), why }
}

impl<'a> Node<'a> {
    /// Its position in the file.
    pub(super) fn place(&self) -> Range<usize> {
        let begin = (self.json.as_ptr() as usize).saturating_sub(self.file.as_ptr() as usize);
        begin..begin + self.json.len()
    }

    /// The line on which it begins, counted from 1.
    pub(super) fn line(&self) -> u32 {
        let before = self.file.as_bytes().iter().take(self.place().start);
        let ends = before.filter(|&&byte| byte == b'\n').count();
        u32::try_from(ends).unwrap_or(u32::MAX).saturating_add(1)
    }

    /// Its text.
    pub(super) fn json(&self) -> &'a str {
        self.json
    }

    pub(super) fn is_null(&self) -> bool {
        self.json == "null"
    }

    /// The fields of an object in order; `None` for another kind of value.
    ///
    /// # Errors
    /// If a field occurs twice, because it is unclear which one counts.
    pub(super) fn fields(&self) -> Result<Option<Vec<(String, Node<'a>)>>, Malformed> {
        if !self.json.starts_with('{') {
            return Ok(None);
        }
        let entries: Entries<'a> =
            serde_json::from_str(self.json).map_err(|error| malformed(self.line(), &error))?;
        let node =
            |(key, raw): (String, &'a RawValue)| (key, Node { file: self.file, json: raw.get() });
        Ok(Some(entries.0.into_iter().map(node).collect()))
    }

    /// The value as a type; `None` if it does not fit.
    pub(super) fn to<T: Deserialize<'a>>(self) -> Option<T> {
        serde_json::from_str(self.json).ok()
    }
}

struct Entries<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visit;

        impl<'de> Visitor<'de> for Visit {
            type Value = Entries<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let (mut entries, mut seen) = (Vec::new(), BTreeSet::new());
                while let Some((key, value)) = map.next_entry::<String, &'de RawValue>()? {
                    if !seen.insert(key.clone()) {
                        return Err(A::Error::custom(format!("\"{key}\" is given twice")));
                    }
                    entries.push((key, value));
                }
                Ok(Entries(entries))
            }
        }

        deserializer.deserialize_map(Visit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_knows_its_line() {
        let file = "{\n  \"a\": 1,\n  \"b\": {\n    \"c\": [\n2] }\n}";
        let root = parse(file).unwrap();
        let fields = root.fields().unwrap().unwrap();
        assert_eq!(fields.iter().map(|(_, node)| node.line()).collect::<Vec<_>>(), [2, 3]);
        let (key, inner) = fields[1].1.fields().unwrap().unwrap().remove(0);
        assert_eq!((key.as_str(), inner.line(), &file[inner.place()]), ("c", 4, "[\n2]"));
    }

    #[test]
    fn a_mark_of_byte_order_moves_nothing() {
        let file = "\u{feff}{\"a\": 1}";
        let fields = parse(file).unwrap().fields().unwrap().unwrap();
        assert_eq!(&file[fields[0].1.place()], "1");
    }

    #[test]
    fn what_is_malformed_is_reported_with_its_line() {
        let table = [
            ("{\n  \"a\": 1,\n}", 3),
            ("{\n\"a\" 1}", 2),
            ("{\"a\": 1", 1),
            ("[1, 2", 1),
            ("{\n} x", 2),
            ("{\"a\": 'x'}", 1),
        ];
        for (file, line) in table {
            let malformed = parse(file).unwrap_err();
            assert_eq!(malformed.line, line, "{file:?}: {malformed:?}");
            assert!(!malformed.why.contains("line"), "{malformed:?}");
        }
    }

    #[test]
    fn a_field_that_is_given_twice_is_no_guess() {
        let root = parse("{\n\"a\": 1,\n\"a\": 2}").unwrap();
        let twice = root.fields().unwrap_err();
        assert_eq!((twice.line, twice.why.as_str()), (3, "\"a\" is given twice"));
    }

    #[test]
    fn an_empty_file_has_no_fields() {
        for file in ["", " \n", "\u{feff}"] {
            assert_eq!(parse(file).unwrap().fields().unwrap().unwrap().len(), 0);
        }
    }
}
