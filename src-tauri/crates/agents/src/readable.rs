//! JSON values as lines for a person, for what an agent's request says beside its subject. Nothing is left out but
//! `null`, and a text stays as it is.

use serde_json::Value;

/// The value as text: a text itself, a list one entry a line, the fields of an object each by its name.
pub(crate) fn lines(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(_) | Value::Array(_) => parts(value).join("\n"),
        other => other.to_string(),
    }
}

fn parts(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => {
            let said = fields.iter().filter(|(_, value)| !value.is_null());
            said.flat_map(|(name, value)| entry(&format!("{name}:"), value)).collect()
        }
        Value::Array(all) => all.iter().flat_map(|value| entry("-", value)).collect(),
        other => vec![lines(other)],
    }
}

/// An entry behind its name or its dash: on the same line if it is one line of text.
fn entry(head: &str, value: &Value) -> Vec<String> {
    let parts = match value {
        Value::String(text) => text.split('\n').map(str::to_owned).collect(),
        _ => parts(value),
    };
    match (&parts[..], value) {
        ([], _) => vec![format!("{head} none")],
        ([one], Value::Object(_) | Value::Array(_)) if head != "-" => {
            vec![head.to_owned(), format!("  {one}")]
        }
        ([one], _) => vec![format!("{head} {one}")],
        (many, _) => {
            let below = many.iter().map(|line| format!("  {line}"));
            std::iter::once(head.to_owned()).chain(below).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_value_is_read_without_its_brackets() {
        let table = [
            (json!("a {b}\n"), "a {b}\n"),
            (json!(7), "7"),
            (json!(true), "true"),
            (json!(null), "null"),
            (json!({}), ""),
            (json!(["touch", "a b"]), "- touch\n- a b"),
            (json!({"host": "x", "port": 9, "proxy": null}), "host: x\nport: 9"),
            (
                json!({"network": null, "fileSystem": {"write": ["/a", "/b"], "read": []}}),
                "fileSystem:\n  read: none\n  write:\n    - /a\n    - /b",
            ),
            (json!([{"type": "path", "path": "/a"}, ["x"]]), "-\n  path: /a\n  type: path\n- - x"),
            (json!({"script": "one\ntwo"}), "script:\n  one\n  two"),
        ];
        for (value, expected) in table {
            assert_eq!(lines(&value), expected, "{value}");
        }
    }
}
