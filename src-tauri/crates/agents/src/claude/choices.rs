//! Reads the agent's own questions from the input of its `AskUserQuestion`. Parts that are missing or of
//! another type are left out.

use protocol::{Choice, Offered};
use serde_json::Value;

/// Reads the questions of this list, in order; `None` if there is none or one cannot be read. Answers
/// belong to questions by index, so none may be left out.
pub(crate) fn choices(questions: &Value) -> Option<Vec<Choice>> {
    let questions = questions.as_array().filter(|questions| !questions.is_empty())?;
    questions.iter().map(choice).collect()
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
        let questions = json!([
            {"question": "Colour?", "header": "c", "multiSelect": false,
             "options": [{"label": "Red", "description": "warm"}, "Blue", 7, {"description": "no label"}]},
            {"question": "Name?"},
        ]);
        let red = Offered { label: "Red".to_owned(), description: Some("warm".to_owned()) };
        let blue = Offered { label: "Blue".to_owned(), description: None };
        let read = choices(&questions).unwrap();
        assert_eq!(read[0].options, [red, blue]);
        assert_eq!((read.len(), read[1].question.as_str(), read[1].options.len()), (2, "Name?", 0));
    }

    #[test]
    fn other_shapes_have_no_questions() {
        for odd in [
            json!(null),
            json!([]),
            json!({}),
            json!([1]),
            json!([{"question": "A?"}, {"header": "no text"}]),
        ] {
            assert_eq!(choices(&odd), None, "{odd}");
        }
    }
}
