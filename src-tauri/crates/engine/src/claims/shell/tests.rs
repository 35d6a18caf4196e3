//! Command lines, and what is known of each when it ended with 0: `+` a command that succeeded then, `-` one that
//! may have failed.

use super::{Ran, read};
use proptest::prelude::*;
use protocol::ClaimWhy;

fn shown(line: &str) -> String {
    let one = |ran: &Ran| {
        let words: Vec<&str> = ran.simple.words.iter().map(|word| word.text.as_str()).collect();
        format!("{}{}", if ran.loose.is_some() { '-' } else { '+' }, words.join(" "))
    };
    read(line).iter().map(one).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_status_of_a_line_is_that_of_the_commands_that_had_to_succeed() {
    let table = [
        ("a", "+a"),
        ("a && b c", "+a +b c"),
        ("a; b", "-a +b"),
        ("a\nb", "-a +b"),
        ("a || b", "-a -b"),
        ("a &&; b", "-a -b"),
        ("; a", "-a"),
        ("a &&\nb", "+a +b"),
        ("a && b || c", "-a -b -c"),
        ("a | b", "-a +b"),
        ("a |& b", "-a +b"),
        ("a &", "-a"),
        ("a & b", "-a +b"),
        ("! a", "-a"),
        ("(a && b)", "+a +b"),
        ("(a; b)", "-a +b"),
        ("{ a; b; }", "-a +b"),
        ("set -o pipefail; a | b", "-set -o pipefail +a +b"),
        ("set -o pipefail && a | b", "+set -o pipefail +a +b"),
        ("set -euo pipefail\na | b\nc", "+a +b +c"),
        ("set -e; a; b", "+a +b"),
        ("set -e; a && b; c", "-a -b +c"),
        ("(set -e); a; b", "-a +b"),
        ("set +e; a", "-a"),
        ("time a b", "+a b"),
        ("time -p a", "+a"),
        ("A=1 B='x y' a", "+a"),
        ("env -u B A=1 a", "+a"),
        ("timeout -k 5 60s a b", "+a b"),
        ("timeout --preserve-status 60 a", "loose"),
        ("nice -n 5 nohup a", "+a"),
        ("bash -c 'a && b'", "+a +b"),
        ("bash -c 'a; b'", "-a +b"),
        ("bash -ec 'a; b'", "+a +b"),
        ("bash -euo pipefail -c 'a | b'", "+a +b"),
        ("/bin/bash -lc \"cd x && a\"", "+cd x +a"),
        ("bash -c 'a'; b", "-a +b"),
        ("bash -c \"a $X; b\"", "loose"),
        ("a > out 2>&1", "+a"),
        ("a &> out && b", "+a +b"),
        ("a 2>/dev/null < in", "+a"),
        ("cat <<EOF > f\na && b\nEOF\nc", "-cat +c"),
        ("cat <<'EOF'\nx\nEOF", "+cat"),
        ("cat <<-EOF\n\tx\n\tEOF\nc", "-cat +c"),
        ("cat <<EOF\nx", "-cat <<EOF -x"),
        ("a # b", "+a"),
        ("a # b; c", "-a # b -c"),
        ("a 'x; y' \"p | q\" \\; z", "+a x; y p | q ; z"),
        ("a \\\n  b", "+a b"),
        ("echo $(a)", "-a +echo $"),
        ("X=$(a)", "-a +"),
        ("echo \"`a`\"", "-a +echo `"),
        ("diff <(a) <(b)", "-a -b +diff < <"),
        ("echo $((1 + 2))", "+echo $"),
        ("[ -f x ] && a", "+[ -f x ] +a"),
        ("exec a; b", "loose"),
        ("eval \"a\"", "loose"),
        ("a; exit 0", "-a -exit 0"),
        ("exit 0; a", "-exit 0 -a"),
        ("trap 'exit 0' EXIT; a", "-trap exit 0 EXIT -a"),
        ("source .venv/bin/activate && a", "+source .venv/bin/activate +a"),
        ("source x && a", "-source x -a"),
        ("a() { true; }; a", "-a -true -a"),
        ("if a; then b; fi", "-a -b"),
        ("for x in 1; do a; done", "-for x in 1 -a"),
        ("a && (b", "-a -b"),
        ("'a", "-a"),
        ("", ""),
        ("a;; b", "-a -b"),
        ("npx -y a b", "+a b"),
        ("uv run --frozen a", "+a"),
        ("xargs a", "-xargs a -a"),
    ];
    for (line, expected) in table {
        let found = shown(line);
        match expected {
            "loose" => assert!(!found.contains('+') && !found.is_empty(), "{line}: {found}"),
            // What `set` itself is, is of no interest.
            _ => assert_eq!(without_set(&found), without_set(expected), "{line}"),
        }
    }
}

/// The commands without `set`.
fn without_set(shown: &str) -> String {
    let options = ["set -o pipefail", "set -euo pipefail", "set -e", "set +e"];
    let text = options.iter().fold(shown.to_owned(), |text, set| {
        text.replace(&format!("-{set}"), "").replace(&format!("+{set}"), "")
    });
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_reason_is_what_hides_the_status() {
    let why = |line: &str| read(line).first().and_then(|ran| ran.loose);
    for (line, expected) in [
        ("a", None),
        ("a | b", Some(ClaimWhy::Pipe)),
        ("a || b", Some(ClaimWhy::OrElse)),
        ("a; b", Some(ClaimWhy::Sequence)),
        ("a &", Some(ClaimWhy::Background)),
        ("! a", Some(ClaimWhy::Negated)),
        ("X=$(a)", Some(ClaimWhy::Substitution)),
        ("while a; do b; done", Some(ClaimWhy::Unreadable)),
        ("xargs a", Some(ClaimWhy::Script)),
    ] {
        assert_eq!(why(line), expected, "{line}");
    }
}

proptest! {
    #[test]
    fn no_text_is_too_odd(line in "\\PC*") {
        read(&line);
    }

    #[test]
    fn no_line_of_shell_signs_is_too_odd(line in "[a-c ;&|(){}<>'\"`$#\\\\\n!=-]{0,60}") {
        read(&line);
    }

    #[test]
    fn after_another_command_nothing_before_it_is_tied(line in "[a-c ;&|(){}<>'\"`$#\\\\\n!=-]{0,40}") {
        let whole = format!("{line}; true");
        let tied = read(&whole).into_iter().filter(|ran| ran.loose.is_none());
        let named: Vec<String> = tied.filter_map(|ran| ran.simple.words.first().map(|word| word.text.clone())).collect();
        let is_hidden = named.iter().all(|name| name == "true" || name.ends_with(';') || name.contains("; true"));
        prop_assert!(is_hidden || line.contains('\\') || line.contains(['\'', '"']), "{whole}: {named:?}");
    }
}
