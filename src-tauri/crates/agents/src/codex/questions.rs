//! The agent's own questions, which are answered by an option or a text. They are read when they are
//! asked, and again, from what the question kept of them, when the answer is encoded.

use protocol::{Answer, Choice, Chosen, Offered};
use serde_json::{Value, json};

/// Reads the agent's own questions, in order; `None` if one cannot be read, because answers belong to
/// questions by index.
pub(super) fn questions(list: &Value) -> Option<Vec<Choice>> {
    list.as_array()?.iter().map(question).collect()
}

fn question(value: &Value) -> Option<Choice> {
    let options = value.get("options").and_then(Value::as_array);
    Some(Choice {
        question: text(value, "question")?,
        header: text(value, "header").filter(|header| !header.trim().is_empty()),
        several: false,
        options: options.into_iter().flatten().filter_map(offered).collect(),
    })
}

fn offered(value: &Value) -> Option<Offered> {
    let description = text(value, "description").filter(|words| !words.trim().is_empty());
    Some(Offered { label: text(value, "label")?, description })
}

/// The answers to the agent's own questions, by the questions' ids.
pub(super) fn answers(list: &Value, answer: &Answer) -> Value {
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    let one = |chosen: &Chosen| {
        let id = text(list.get(chosen.question as usize)?, "id")?;
        let words: Vec<&String> = chosen.labels.iter().chain(&chosen.words).collect();
        Some((id, json!({"answers": words})))
    };
    Value::Object(answer.choices.iter().filter_map(one).collect())
}

fn text(value: &Value, field: &str) -> Option<String> {
    value.get(field).and_then(Value::as_str).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(question: u32, labels: &[&str], words: Option<&str>) -> Chosen {
        Chosen {
            question,
            labels: labels.iter().map(|label| (*label).to_owned()).collect(),
            words: words.map(str::to_owned),
            ..Chosen::default()
        }
    }

    #[test]
    fn own_questions_are_answered_by_their_ids() {
        let list = json!([
            {"id": "colour", "question": "Which?", "header": "", "options": [{"label": "Red"}, 7]},
            {"id": "size", "question": "How big?"},
        ]);
        let read = questions(&list).unwrap();
        assert_eq!((read[0].options.len(), &read[0].header), (1, &None));
        let choices = vec![chosen(0, &["Red"], None), chosen(1, &[], Some("as it comes"))];
        let answer = Answer { choices, ..Answer::allow() };
        assert_eq!(
            answers(&list, &answer),
            json!({"colour": {"answers": ["Red"]}, "size": {"answers": ["as it comes"]}})
        );
        assert_eq!(questions(&json!([{"header": "no question"}])), None);
    }
}
