//! Names that a person can type, made from a story's goal: for the story, its folder and its
//! branch. Words in other scripts are transliterated to Latin letters. Pure.

use protocol::Slug;

/// The longest name, in characters.
const LONGEST: usize = 32;

/// The name made from a title, with a number appended if it is taken.
pub(crate) fn free(title: &str, taken: impl Fn(&str) -> bool) -> Slug {
    let base = slugify(title);
    let numbered = (2..).map(|number| format!("{base}-{number}"));
    let name = std::iter::once(base.clone()).chain(numbered).find(|name| !taken(name));
    Slug::new(name.unwrap_or(base))
}

/// A name that a person can type, from the first words of a title.
pub fn slugify(title: &str) -> String {
    let mut slug = String::new();
    let latin = deunicode::deunicode(title);
    for word in latin
        .split(|character: char| !character.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        if !slug.is_empty() && slug.len() + 1 + word.len() > LONGEST {
            break;
        }
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(&word.to_ascii_lowercase());
    }
    slug.truncate(LONGEST);
    if slug.is_empty() { "story".to_owned() } else { slug }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_short_and_can_be_typed() {
        assert_eq!(slugify("Fix the login, please!"), "fix-the-login-please");
        assert_eq!(slugify(&"word ".repeat(50)), "word-word-word-word-word-word");
        assert_eq!(slugify(&"x".repeat(90)).len(), LONGEST);
        assert_eq!(slugify(" …! "), "story");
    }

    #[test]
    fn words_in_other_scripts_are_written_in_latin_letters() {
        let slugs = ["Исправь вход", "登录 修复", "Überprüfe Größe", "إصلاح الدخول"].map(slugify);
        assert_eq!(slugs[0], "isprav-vkhod");
        assert_eq!(slugs[1], "deng-lu-xiu-fu");
        assert_eq!(slugs[2], "uberprufe-grosse");
        assert!(slugs[3] != "story" && slugs[3].is_ascii(), "{slugs:?}");
    }

    #[test]
    fn a_taken_name_gets_a_number() {
        assert_eq!(free("A", |_| false).as_str(), "a");
        assert_eq!(free("A", |name| ["a", "a-2"].contains(&name)).as_str(), "a-3");
    }
}
