//! MCP `elicitation` as agents pass it on: the fields of a server's flat JSON schema, and the answer in
//! the form that the Model Context Protocol defines.

use crate::form;
use protocol::{Answer, AnswerBehavior, FilledField, FormField, FormOption, Takes};
use serde_json::{Map, Value};

/// The protocol's word for a decision about a form.
pub(crate) fn action(behavior: AnswerBehavior) -> &'static str {
    match behavior {
        AnswerBehavior::Allow => "accept",
        AnswerBehavior::Deny => "decline",
        AnswerBehavior::Cancel => "cancel",
    }
}

/// The filled-in values as the JSON object that the server takes.
pub(crate) fn content(fields: &[FormField], answer: &Answer) -> Value {
    let value = |filled: &FilledField| {
        let field = fields.iter().find(|field| field.name == filled.name)?;
        Some((filled.name.clone(), form::value(field, &filled.written).ok()?))
    };
    Value::Object(answer.fields.iter().filter_map(value).collect())
}

/// The filled-in values for people: each field with its value.
pub(crate) fn values_text(content: &Value) -> Option<String> {
    let content = content.as_object().filter(|content| !content.is_empty())?;
    let one = |(name, value): (&String, &Value)| match value {
        Value::String(text) => format!("{name}: {text}"),
        other => format!("{name}: {other}"),
    };
    Some(content.iter().map(one).collect::<Vec<_>>().join(", "))
}

/// Reads the fields of a schema, those named in `order` first; `None` if one of them is of a kind that a
/// form cannot show.
pub(crate) fn fields(schema: &Value, order: &[String]) -> Option<Vec<FormField>> {
    let properties = schema.get("properties")?.as_object()?;
    let required: Vec<&str> = strings(schema.get("required"));
    let listed = order.iter().map(String::as_str);
    let mut names: Vec<&str> = listed.filter(|name| properties.contains_key(*name)).collect();
    names.extend(properties.keys().map(String::as_str));
    let mut seen = Vec::new();
    names.retain(|name| {
        let is_new = !seen.contains(name);
        seen.push(*name);
        is_new
    });
    names.into_iter().map(|name| field(name, &properties[name], required.contains(&name))).collect()
}

fn field(name: &str, schema: &Value, required: bool) -> Option<FormField> {
    let schema = schema.as_object()?;
    let takes = takes(schema)?;
    Some(FormField {
        name: name.to_owned(),
        title: word(schema, "title").unwrap_or(name).to_owned(),
        description: word(schema, "description").map(str::to_owned),
        required,
        proposed: proposed(schema.get("default")),
        takes,
    })
}

fn takes(schema: &Map<String, Value>) -> Option<Takes> {
    let count = |name: &str| {
        let count = schema.get(name).and_then(Value::as_u64);
        count.and_then(|count| u32::try_from(count).ok())
    };
    let size = |name: &str| schema.get(name).and_then(Value::as_f64);
    match word(schema, "type")? {
        "string" if ["enum", "oneOf", "anyOf"].iter().any(|name| schema.contains_key(*name)) => {
            Some(Takes::One { options: options(schema)? })
        }
        "string" => Some(Takes::Text {
            min: count("minLength"),
            max: count("maxLength"),
            format: word(schema, "format").map(str::to_owned),
        }),
        kind @ ("number" | "integer") => {
            let (min, max) = (size("minimum"), size("maximum"));
            Some(Takes::Number { whole: kind == "integer", min, max })
        }
        "boolean" => Some(Takes::Flag),
        "array" => {
            let options = options(schema.get("items")?.as_object()?)?;
            Some(Takes::Several { options, min: count("minItems"), max: count("maxItems") })
        }
        _ => None,
    }
}

/// Reads the options of a field: titled by `oneOf` or `anyOf`, or `enum` with the older `enumNames`
/// beside it.
fn options(schema: &Map<String, Value>) -> Option<Vec<FormOption>> {
    let titled = schema.get("oneOf").or_else(|| schema.get("anyOf")).and_then(Value::as_array);
    if let Some(titled) = titled {
        let one = |option: &Value| {
            let value = option.get("const")?.as_str()?;
            let label = option.get("title").and_then(Value::as_str).unwrap_or(value);
            Some(FormOption { value: value.to_owned(), label: label.to_owned() })
        };
        return titled.iter().map(one).collect();
    }
    let values = schema.get("enum")?.as_array()?;
    let names = schema.get("enumNames").and_then(Value::as_array);
    let one = |(n, value): (usize, &Value)| {
        let value = value.as_str()?;
        let label = names.and_then(|names| names.get(n)?.as_str()).unwrap_or(value);
        Some(FormOption { value: value.to_owned(), label: label.to_owned() })
    };
    values.iter().enumerate().map(one).collect()
}

/// The server's default, as a person would write it.
fn proposed(default: Option<&Value>) -> Vec<String> {
    let one = |value: &Value| -> Option<String> {
        Some(match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => if *flag { "yes" } else { "no" }.to_owned(),
            _ => return None,
        })
    };
    match default {
        Some(Value::Array(values)) => values.iter().filter_map(one).collect(),
        Some(value) => one(value).into_iter().collect(),
        None => Vec::new(),
    }
}

fn word<'a>(schema: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    schema.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty())
}

fn strings(list: Option<&Value>) -> Vec<&str> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}
