//! Reads and prints the fields of a form: all fields by name on the command line, or one after the
//! other on a terminal. Pure. `engine::form` checks whether a value fits its field; the engine does
//! so again when it gets the answer.

use engine::form;
use protocol::{FilledField, FormField, Takes};

/// The meaning of a line that is typed on a terminal.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Filling {
    /// The value of the field.
    Is(Vec<String>),
    /// The field stays empty.
    Nothing,
    /// The whole form is declined.
    Decline,
    /// The form is closed without an answer.
    Cancel,
    /// None of these. The text says why.
    Unclear(String),
}

/// An argument without the name of a field.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Nameless(pub(crate) String);

/// Parses the arguments of `fill`: `NAME=VALUE`. A repeated name adds a further value.
///
/// # Errors
/// Fails with the first argument that has no name and `=`.
pub(crate) fn read(written: Vec<String>) -> Result<Vec<FilledField>, Nameless> {
    let mut fields: Vec<FilledField> = Vec::new();
    for word in written {
        let Some((name, value)) = word.split_once('=') else {
            return Err(Nameless(word));
        };
        match fields.iter_mut().find(|field| field.name == name) {
            Some(field) => field.written.push(value.to_owned()),
            None => {
                fields.push(FilledField { name: name.to_owned(), written: vec![value.to_owned()] })
            }
        }
    }
    Ok(fields)
}

/// The meaning of a line typed for one field. A value that looks like a command such as `!cancel`
/// is typed after `=`.
pub(crate) fn typed(field: &FormField, line: &str) -> Filling {
    let value = match line.trim() {
        "" => return Filling::Unclear(ways(field)),
        "!decline" => return Filling::Decline,
        "!cancel" => return Filling::Cancel,
        "-" if field.required => {
            return Filling::Unclear(format!("It is required. {}", ways(field)));
        }
        "-" => return Filling::Nothing,
        value => value.strip_prefix('=').map_or(value, str::trim_start),
    };
    let written: Vec<String> = match field.takes {
        Takes::Several { .. } => value.split(',').map(|part| part.trim().to_owned()).collect(),
        _ => vec![value.to_owned()],
    };
    match form::value(field, &written) {
        Ok(_) => Filling::Is(written),
        Err(why) => Filling::Unclear(format!("That does not fit: {why}. {}", ways(field))),
    }
}

/// How to answer this field, as a text for the person.
pub(crate) fn ways(field: &FormField) -> String {
    let commas = match field.takes {
        Takes::Several { .. } => " with commas between them",
        _ => "",
    };
    let nothing = if field.required { "" } else { ", - for nothing" };
    format!("Type {}{commas}{nothing}, !decline or !cancel:", form::words(&field.takes))
}

/// A field with its description and its possible values, as lines.
pub(crate) fn shown(field: &FormField) -> Vec<String> {
    let required = if field.required { "" } else { " (optional)" };
    let mut lines = vec![format!("{}{required}: {}", field.title, form::words(&field.takes))];
    lines.extend(field.description.clone());
    if !field.proposed.is_empty() {
        lines.push(format!("proposed: {}", field.proposed.join(", ")));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(required: bool, takes: Takes) -> FormField {
        FormField {
            name: "f".to_owned(),
            title: "F".to_owned(),
            description: None,
            required,
            takes,
            proposed: Vec::new(),
        }
    }

    #[test]
    fn a_field_is_filled_by_what_is_typed_and_nothing_by_enter_alone() {
        let text = || Takes::Text { min: None, max: Some(5), format: None };
        let is =
            |parts: &[&str]| Filling::Is(parts.iter().map(|part| (*part).to_owned()).collect());
        let must = field(true, text());
        assert_eq!(typed(&must, " abc "), is(&["abc"]));
        assert_eq!(typed(&must, "= -"), is(&["-"]));
        assert_eq!(typed(&must, "=!decline"), Filling::Unclear(
            "That does not fit: it takes a text of at most 5 characters. Type a text of at most 5 \
             characters, !decline or !cancel:".to_owned()
        ));
        for other in ["", "  ", "-", "abcdef"] {
            assert!(matches!(typed(&must, other), Filling::Unclear(_)), "{other}");
        }
        assert_eq!(typed(&must, "!decline"), Filling::Decline);
        assert_eq!(typed(&must, "!cancel"), Filling::Cancel);
        assert_eq!(typed(&field(false, text()), "-"), Filling::Nothing);
        let options = ["a", "b"].map(|value| protocol::FormOption {
            value: value.to_owned(),
            label: value.to_uppercase(),
        });
        let several = Takes::Several { options: options.to_vec(), min: None, max: None };
        assert_eq!(typed(&field(true, several), "A, b"), is(&["A", "b"]));
    }

    #[test]
    fn a_name_again_is_a_further_value() {
        let words = ["a=1", "b=x=y", "a=2", "c="].map(str::to_owned).to_vec();
        let fields = read(words).unwrap();
        let shown: Vec<String> =
            fields.iter().map(|field| format!("{} {:?}", field.name, field.written)).collect();
        assert_eq!(shown, [r#"a ["1", "2"]"#, r#"b ["x=y"]"#, r#"c [""]"#]);
        assert_eq!(read(vec!["word".to_owned()]), Err(Nameless("word".to_owned())));
    }
}
