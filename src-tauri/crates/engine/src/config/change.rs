//! Changes one value in the text of `config.json`. Everything else stays as it was written: order,
//! spaces, and fields that this version does not know.

use super::text::{Malformed, Node, parse};
use serde_json::Value;

const INDENT: &str = "  ";

/// The text with `value` at `path`, whose parts are names of fields. Missing objects on the path
/// are added.
///
/// # Errors
/// If the text is not JSON, or a value on the path is not an object.
pub(super) fn set(file: &str, path: &[String], value: &Value) -> Result<String, Malformed> {
    let file = if file.trim_start_matches('\u{feff}').trim().is_empty() { "{}\n" } else { file };
    let mut node = parse(file)?;
    for (depth, part) in path.iter().enumerate() {
        let Some(fields) = node.fields()? else {
            let why =
                format!("\"{}\" cannot be set below {}", path[depth..].join("."), node.json());
            return match node.is_null() {
                true => Ok(replaced(file, node, &printed(&nested(&path[depth..], value), depth))),
                false => Err(Malformed { line: node.line(), why }),
            };
        };
        match fields.iter().find(|(name, _)| name == part) {
            Some((_, next)) => node = *next,
            None => {
                let value = nested(&path[depth + 1..], value);
                return Ok(added(file, node, fields.is_empty(), depth, part, &value));
            }
        }
    }
    Ok(replaced(file, node, &printed(value, path.len())))
}

/// `value` within nested objects of one field each.
fn nested(path: &[String], value: &Value) -> Value {
    path.iter().rev().fold(value.clone(), |value, part| {
        Value::Object(serde_json::Map::from_iter([(part.clone(), value)]))
    })
}

fn replaced(file: &str, node: Node<'_>, by: &str) -> String {
    let place = node.place();
    format!("{}{by}{}", &file[..place.start], &file[place.end..])
}

/// The text with a new field at the beginning of an object.
fn added(
    file: &str,
    object: Node<'_>,
    is_empty: bool,
    depth: usize,
    name: &str,
    value: &Value,
) -> String {
    let inside = INDENT.repeat(depth + 1);
    let field = format!("\n{inside}{}: {}", Value::from(name), printed(value, depth + 1));
    let place = object.place();
    if is_empty {
        let end = INDENT.repeat(depth);
        return format!("{}{{{field}\n{end}}}{}", &file[..place.start], &file[place.end..]);
    }
    let (before, behind) = file.split_at(place.start + 1);
    let gap = if behind.starts_with(['\n', '\r']) { "" } else { "\n" };
    format!("{before}{field},{gap}{behind}")
}

/// JSON on several lines, indented for a depth.
fn printed(value: &Value, depth: usize) -> String {
    let text = serde_json::to_string_pretty(value).expect("a value is always JSON");
    text.replace('\n', &format!("\n{}", INDENT.repeat(depth)))
}

#[cfg(test)]
mod tests {
    use super::super::key;
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn changed(file: &str, key: &str, value: Value) -> String {
        set(file, &key::parts(key).unwrap(), &value).unwrap()
    }

    #[test]
    fn what_a_person_wrote_stays() {
        let file = "{\n    \"mine\" : [1,\n 2],\n    \"limits\": {\"stagger_seconds\": 3}\n}\n";
        assert_eq!(
            changed(file, "limits.stagger_seconds", json!(9)),
            "{\n    \"mine\" : [1,\n 2],\n    \"limits\": {\"stagger_seconds\": 9}\n}\n"
        );
        assert_eq!(
            changed(file, "agents.claude.model", json!("opus")),
            "{\n  \"agents\": {\n    \"claude\": {\n      \"model\": \"opus\"\n    }\n  },\n    \"mine\" : [1,\n 2],\n    \"limits\": {\"stagger_seconds\": 3}\n}\n"
        );
    }

    #[test]
    fn a_first_value_makes_the_file() {
        for file in ["", "\u{feff}", "{}\n"] {
            assert_eq!(
                changed(file, "limits.stagger_seconds", json!(9)),
                "{\n  \"limits\": {\n    \"stagger_seconds\": 9\n  }\n}\n",
                "{file:?}"
            );
        }
        assert_eq!(changed("{\"a\": null}", "a.b", json!(1)), "{\"a\": {\n    \"b\": 1\n  }}");
    }

    #[test]
    fn nothing_is_set_below_what_is_no_object() {
        let path = key::parts("a.b.c").unwrap();
        assert_eq!(set("{\n\"a\": [1]}", &path, &json!(1)).unwrap_err().line, 2);
        assert!(set("{", &path, &json!(1)).is_err());
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "\\PC{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map("[a-c\"é]{1,2}", inner, 0..4)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn only_the_value_that_is_set_changes(
            fields in prop::collection::hash_map("[a-c\"é]{1,2}", any_json(), 0..4),
            path in prop::collection::vec("[a-c\"é]{1,2}", 1..4),
            value in any_json(),
            is_pretty in any::<bool>(),
        ) {
            let before = Value::Object(fields.into_iter().collect());
            let file = if is_pretty { serde_json::to_string_pretty(&before) } else { serde_json::to_string(&before) };
            let mut expected = before.clone();
            let mut at = Some(&mut expected);
            for part in &path {
                at = at.and_then(|at| {
                    if at.is_null() { *at = json!({}); }
                    Some(at.as_object_mut()?.entry(part.clone()).or_insert(Value::Null))
                });
            }
            let is_possible = at.map(|at| *at = value.clone()).is_some();
            let after = set(&file.unwrap(), &path, &value);
            prop_assert_eq!(after.is_ok(), is_possible);
            if let Ok(after) = after {
                prop_assert_eq!(serde_json::from_str::<Value>(&after).unwrap(), expected);
            }
        }
    }
}
