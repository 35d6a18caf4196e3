//! Texts about a new worktree: what is missing in it, and what failed while it was made.

use protocol::{IgnoredFiles, NewWorktree};

/// One line per fact; an empty text if there are none.
pub(crate) fn facts(made: &NewWorktree) -> String {
    let lines = [hook(made), submodules(made), left_out(made)];
    lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

fn hook(made: &NewWorktree) -> Option<String> {
    let said = match made.failed_hook.as_deref()?.trim() {
        "" => "It printed nothing.".to_owned(),
        words => format!("It printed: {words}"),
    };
    Some(format!(
        "! the repository's post-checkout hook failed; the new worktree is kept, with all of its files. {said}"
    ))
}

fn submodules(made: &NewWorktree) -> Option<String> {
    let names = made.empty_submodules.join(", ");
    let how = "to fill them: git submodule update --init --recursive";
    (!names.is_empty())
        .then(|| format!("! submodules without files in the new worktree: {names}; {how}"))
}

fn left_out(made: &NewWorktree) -> Option<String> {
    let changed = match made.changed {
        Some(0) => None,
        Some(1) => Some("1 uncommitted file".to_owned()),
        Some(count) => Some(format!("{count} uncommitted files")),
        None => Some("uncommitted files, if there are any (git did not say)".to_owned()),
    };
    let parts: Vec<String> = changed.into_iter().chain(ignored(&made.ignored)).collect();
    (!parts.is_empty()).then(|| {
        format!("! the new worktree does not have what is not in git: {}", parts.join("; "))
    })
}

fn ignored(files: &IgnoredFiles) -> Option<String> {
    let names = files.names.join(", ");
    match (names.is_empty(), files.more) {
        (true, _) => None,
        (false, 0) => Some(format!("ignored {names}")),
        (false, more) => Some(format!("ignored {names} and {more} more")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(changed: Option<u32>, names: &[&str], more: u32) -> NewWorktree {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        NewWorktree { changed, ignored: IgnoredFiles { names, more }, ..NewWorktree::default() }
    }

    #[test]
    fn a_worktree_that_lacks_nothing_is_no_news() {
        assert_eq!(facts(&made(Some(0), &[], 0)), "");
    }

    #[test]
    fn what_is_not_in_git_is_named() {
        let lacks = |made: &NewWorktree| facts(made).split_once(": ").unwrap().1.to_owned();
        assert_eq!(lacks(&made(Some(1), &[], 0)), "1 uncommitted file");
        assert_eq!(
            lacks(&made(Some(3), &[".env", "node_modules/"], 0)),
            "3 uncommitted files; ignored .env, node_modules/"
        );
        assert_eq!(lacks(&made(Some(0), &["a"], 12)), "ignored a and 12 more");
        assert!(facts(&made(None, &[], 0)).contains("git did not say"));
    }

    #[test]
    fn a_hook_is_told_in_its_own_words() {
        let failed = |words: &str| {
            let failed_hook = Some(words.to_owned());
            facts(&NewWorktree { failed_hook, ..made(Some(0), &[], 0) })
        };
        assert!(
            failed("husky: node was not found").ends_with("It printed: husky: node was not found")
        );
        assert!(failed(" \n").ends_with("It printed nothing."));
    }

    #[test]
    fn submodules_without_files_are_named_with_the_way_to_fill_them() {
        let empty_submodules = vec!["lib".to_owned(), "src/x".to_owned()];
        let text = facts(&NewWorktree { empty_submodules, ..made(Some(0), &[], 0) });
        assert!(text.contains("lib, src/x; to fill them: git submodule update"), "{text}");
    }
}
