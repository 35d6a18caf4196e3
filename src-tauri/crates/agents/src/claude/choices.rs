//! What a person is asked in a tool's input: the agent's own questions, as its `AskUserQuestion` has them, and
//! the plan of its `ExitPlanMode`. Nothing is trusted: what is missing or of another type is left out.

use crate::choice::{Choice, Offered};
use serde_json::Value;

/// The questions in this input, in their order. Answers go by place, so none is read when one cannot be.
pub(crate) fn choices(input: &Value) -> Vec<Choice> {
    let questions = input.get("questions").and_then(Value::as_array);
    let questions = questions.map(Vec::as_slice).unwrap_or_default();
    questions.iter().map(choice).collect::<Option<_>>().unwrap_or_default()
}

/// The plan in this input; `None` where it is missing or has no text.
pub(crate) fn plan(input: &Value) -> Option<String> {
    text(input, "plan").filter(|plan| !plan.trim().is_empty())
}

fn choice(value: &Value) -> Option<Choice> {
    let options = value.get("options").and_then(Value::as_array);
    Some(Choice {
        question: text(value, "question")?,
        header: text(value, "header").filter(|header| !header.trim().is_empty()),
        several: value.get("multiSelect").and_then(Value::as_bool) == Some(true),
        options: options.into_iter().flatten().filter_map(offered).collect(),
    })
}

fn offered(value: &Value) -> Option<Offered> {
    let label = value.as_str().map(str::to_owned).or_else(|| text(value, "label"))?;
    let description = text(value, "description").filter(|words| !words.trim().is_empty());
    Some(Offered { label, description })
}

fn text(value: &Value, field: &str) -> Option<String> {
    value.get(field).and_then(Value::as_str).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn questions_are_read_with_what_they_offer() {
        let input = json!({"questions": [
            {"question": "Colour?", "header": "c", "multiSelect": false,
             "options": [{"label": "Red", "description": "warm"}, "Blue", 7, {"description": "no label"}]},
            {"question": "Name?"},
        ]});
        let red = Offered { label: "Red".to_owned(), description: Some("warm".to_owned()) };
        let blue = Offered { label: "Blue".to_owned(), description: None };
        let read = choices(&input);
        assert_eq!(read[0].options, [red, blue]);
        assert_eq!((read.len(), read[1].question.as_str(), read[1].options.len()), (2, "Name?", 0));
    }

    #[test]
    fn a_plan_without_text_is_none() {
        assert_eq!(plan(&json!({"plan": " # Move it"})).as_deref(), Some(" # Move it"));
        for empty in [
            json!({}),
            json!({"plan": ""}),
            json!({"plan": " \n"}),
            json!({"plan": null}),
            json!([]),
        ] {
            assert_eq!(plan(&empty), None, "{empty}");
        }
    }

    #[test]
    fn other_shapes_have_no_questions() {
        for odd in [
            json!(null),
            json!([]),
            json!({}),
            json!({"questions": {}}),
            json!({"questions": [1]}),
            json!({"questions": [{"question": "A?"}, {"header": "no text"}]}),
        ] {
            assert!(choices(&odd).is_empty(), "{odd}");
        }
    }
}
