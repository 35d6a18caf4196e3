//! The keys of settings on a command line and in errors: `agents.claude.model`. A part with other
//! characters than letters, digits, `-` and `_` is quoted: `projects."/home/ann/shop".gates`.

/// The parts of a key; `None` if it is not a valid key.
pub(super) fn parts(key: &str) -> Option<Vec<String>> {
    let mut parts = Vec::new();
    let mut rest = key;
    loop {
        let (part, behind) = match rest.strip_prefix('"') {
            Some(_) => quoted(rest)?,
            None => {
                let end = rest.find('.').unwrap_or(rest.len());
                (rest[..end].to_owned(), &rest[end..])
            }
        };
        if part.is_empty() {
            return None;
        }
        parts.push(part);
        match behind.strip_prefix('.') {
            Some(next) => rest = next,
            None => return behind.is_empty().then_some(parts),
        }
    }
}

/// The JSON string at the beginning of `text`, and the rest.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<String>();
    let part = stream.next()?.ok()?;
    Some((part, &text[stream.byte_offset()..]))
}

/// The key of a field below another.
pub(super) fn below(key: &str, field: &str) -> String {
    let is_plain = !field.is_empty()
        && field.chars().all(|one| one.is_ascii_alphanumeric() || one == '-' || one == '_');
    let field = match is_plain {
        true => field.to_owned(),
        false => serde_json::Value::from(field).to_string(),
    };
    match key.is_empty() {
        true => field,
        false => format!("{key}.{field}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_are_cut_into_parts() {
        assert_eq!(parts("agents.claude.model").unwrap(), ["agents", "claude", "model"]);
        assert_eq!(
            parts(r#"projects."/a.b \"c\"".gates"#).unwrap(),
            ["projects", "/a.b \"c\"", "gates"]
        );
        for odd in ["", ".", "a.", ".a", "a..b", "\"a", "\"a\"b", "a.\"\""] {
            assert_eq!(parts(odd), None, "{odd:?}");
        }
    }

    proptest! {
        #[test]
        fn a_key_names_what_it_was_made_of(fields in prop::collection::vec("\\PC{1,12}", 1..4)) {
            let key = fields.iter().fold(String::new(), |key, field| below(&key, field));
            prop_assert_eq!(parts(&key), Some(fields));
        }
    }
}
