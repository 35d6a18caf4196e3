//! Proposes messages of commits and the words of a pull request from the story, and the words that hand conflicts to its agent. They are fixed: no model
//! writes them, and a person can change them before anything is done. Pure.

use protocol::{ConflictKind, ConflictedFile};
use std::fmt::Write as _;

/// The longest first line of a message (characters).
const LONGEST: usize = 72;

/// The longest proposed title of a pull request (characters); GitHub and GitLab take 255.
const LONGEST_TITLE: usize = 200;

/// How much of a prompt is proposed (bytes).
const LONGEST_PROMPT: usize = 8 * 1024;

/// The longest proposed text (bytes).
const LONGEST_TEXT: usize = 16 * 1024;

/// The most text of conflicting pieces that is handed over (bytes).
const MOST_PIECES: usize = 24 * 1024;

/// A message for a commit: the story's title, on more lines if it is long.
pub(super) fn message(title: &str) -> String {
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    if title.chars().count() <= LONGEST {
        return title;
    }
    let mut first = String::new();
    for word in title.split(' ') {
        let longer = first.chars().count() + usize::from(!first.is_empty()) + word.chars().count();
        // One character is left for the mark that it goes on.
        if longer > LONGEST - 1 {
            break;
        }
        if !first.is_empty() {
            first.push(' ');
        }
        first.push_str(word);
    }
    if first.is_empty() {
        first = title.chars().take(LONGEST - 1).collect();
    }
    format!("{first}\u{2026}\n\n{title}")
}

/// A message for one commit with all that the branch changed: the title, and the first lines of its commits.
pub(super) fn squash_message(title: &str, subjects: &[String]) -> String {
    let mut text = message(title);
    if let [_, _, ..] = subjects {
        text.push('\n');
        subjects.iter().for_each(|subject| text.push_str(&format!("\n* {subject}")));
    }
    text
}

/// A title for a pull request: the story's, in one line.
pub(super) fn pull_request_title(title: &str) -> String {
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    match title.char_indices().nth(LONGEST_TITLE) {
        Some((at, _)) => format!("{}\u{2026}", title[..at].trim_end()),
        None => title,
    }
}

/// A text for a pull request: the story's first prompt, if the title does not say it all, and the first lines of the
/// branch's commits.
pub(super) fn pull_request_text(title: &str, prompt: Option<&str>, subjects: &[String]) -> String {
    let prompt = prompt.map(str::trim).filter(|prompt| *prompt != title.trim());
    let mut text = String::new();
    if let Some(prompt) = prompt {
        let end = prompt.floor_char_boundary(LONGEST_PROMPT);
        text.push_str(&prompt[..end]);
        text.push_str(if end < prompt.len() { "\u{2026}\n" } else { "\n" });
    }
    if !subjects.is_empty() {
        let space = if text.is_empty() { "" } else { "\n" };
        write!(text, "{space}Commits:\n\n").expect("text grows");
    }
    for subject in subjects {
        let line: String = subject.chars().take(LONGEST_TITLE).collect();
        writeln!(text, "* {line}").expect("text grows");
    }
    let end = text.floor_char_boundary(LONGEST_TEXT);
    text.truncate(end);
    text
}

/// The prompt that hands the conflicts with the base to the agent.
pub(super) fn hand_over(
    reference: &str,
    commit: &str,
    files: &[ConflictedFile],
    more: u32,
) -> String {
    let name = reference.strip_prefix("refs/heads/").unwrap_or(reference);
    let name = name.strip_prefix("refs/remotes/").unwrap_or(name);
    let mut text = format!(
        "Your branch conflicts with {name}, which has moved on to {commit}. Merge that commit into your branch (git \
         merge {commit}), resolve the conflicts so that both sides keep what they are for, look whether everything \
         still works, and commit the merge. Do not push, and do not rewrite commits. These files conflict:\n"
    );
    let mut room = MOST_PIECES;
    for file in files {
        write!(text, "\n{} ({})\n", file.path, kind(file.kind)).expect("text grows");
        for piece in &file.pieces {
            let Some(left) = room.checked_sub(piece.text.len()) else { break };
            room = left;
            let fence = fence(&piece.text);
            write!(text, "{fence}\n{}\n{fence}\n", piece.text).expect("text grows");
        }
    }
    if more > 0 {
        write!(text, "\nand {more} more files\n").expect("text grows");
    }
    text
}

fn kind(kind: ConflictKind) -> &'static str {
    match kind {
        ConflictKind::BothChanged => "both changed it",
        ConflictKind::BothAdded => "both added it",
        ConflictKind::RemovedInBranch => "your branch removed it, the other one changed it",
        ConflictKind::RemovedInBase => "the other one removed it, your branch changed it",
        ConflictKind::Other => "renamed, or a folder where the other one has a file",
    }
}

/// A fence that the text does not have.
pub(super) fn fence(text: &str) -> String {
    let longest = text.split(|it| it != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::ConflictPiece;

    #[test]
    fn a_message_begins_with_a_line_that_fits() {
        assert_eq!(message("Fix the login"), "Fix the login");
        assert_eq!(message("  Fix\n\tthe   login "), "Fix the login");
        let long = "word ".repeat(30);
        let text = message(&long);
        let first = text.lines().next().unwrap();
        assert!(first.chars().count() <= LONGEST && first.ends_with("word\u{2026}"), "{first}");
        assert!(text.ends_with(&format!("\n\n{}", long.trim())));
        let one = message(&"x".repeat(100));
        assert_eq!(one.lines().next().unwrap().chars().count(), LONGEST);
        let subjects = ["one", "two"].map(str::to_owned);
        assert_eq!(squash_message("Fix", &subjects), "Fix\n\n* one\n* two");
        assert_eq!(squash_message("Fix", &subjects[..1]), "Fix");
    }

    #[test]
    fn a_pull_request_says_what_was_asked_and_what_was_committed() {
        let subjects = ["one", "two"].map(str::to_owned);
        assert_eq!(pull_request_title(" Fix\n the  login "), "Fix the login");
        assert_eq!(pull_request_title(&"é".repeat(300)).chars().count(), LONGEST_TITLE + 1);
        let text = pull_request_text("Fix it", Some("Fix it\nwith care\n"), &subjects);
        assert_eq!(text, "Fix it\nwith care\n\nCommits:\n\n* one\n* two\n");
        assert_eq!(
            pull_request_text("Fix it", Some("Fix it\n"), &subjects[..1]),
            "Commits:\n\n* one\n"
        );
        assert_eq!(pull_request_text("Fix it", None, &[]), "");
        let long = pull_request_text("x", Some(&"é".repeat(LONGEST_PROMPT)), &[]);
        assert!(long.ends_with("é\u{2026}\n") && long.len() < LONGEST_PROMPT + 8);
        let many = vec!["é".repeat(400); 50];
        assert!(pull_request_text("x", None, &many).len() <= LONGEST_TEXT);
    }

    #[test]
    fn conflicts_are_handed_over_with_their_pieces() {
        let piece = |text: &str| ConflictPiece { line: 3, text: text.to_owned() };
        let file = |path: &str, kind, pieces: Vec<ConflictPiece>| ConflictedFile {
            path: path.to_owned(),
            kind,
            pieces,
            more_pieces: 0,
        };
        let files = [
            file("a.md", ConflictKind::BothChanged, vec![piece("```\nx\n```")]),
            file("b", ConflictKind::RemovedInBase, Vec::new()),
            file("c", ConflictKind::BothAdded, vec![piece(&"y".repeat(MOST_PIECES))]),
        ];
        let text = hand_over("refs/remotes/origin/main", "abc", &files, 2);
        assert!(text.contains("conflicts with origin/main") && text.contains("git merge abc"));
        assert!(text.contains("a.md (both changed it)\n````\n```\nx\n```\n````\n"), "{text}");
        assert!(text.contains("b (the other one removed it, your branch changed it)\n"));
        assert!(text.ends_with("c (both added it)\n\nand 2 more files\n"), "too much is left out");
    }
}
