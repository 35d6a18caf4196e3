//! What the system says of an error, for a person.

use std::fmt::Display;

/// The text of an error without the number that the system has for it, which says nothing to a reader:
/// `No such file or directory`, not `No such file or directory (os error 2)`.
pub fn words(error: &impl Display) -> String {
    let mut text = error.to_string();
    while let Some((before, rest)) = text.split_once(" (os error ") {
        let Some((_, after)) = rest.split_once(')') else { break };
        text = format!("{before}{after}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::words;
    use std::io::Error;

    #[test]
    fn the_number_of_an_error_is_left_out() {
        let missing = words(&Error::from_raw_os_error(2));
        assert!(!missing.contains("os error") && !missing.ends_with(' '), "{missing}");
        let around =
            format!("cannot open /a ({}): {}", Error::from_raw_os_error(2), Error::other("b (c)"));
        assert_eq!(words(&around), format!("cannot open /a ({missing}): b (c)"));
        assert_eq!(words(&"x (os error "), "x (os error ");
    }
}
