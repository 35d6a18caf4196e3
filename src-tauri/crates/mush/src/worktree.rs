//! Texts about a new worktree: what it begins from, what was copied into it, what is missing in it, and what failed
//! while it was made.

use crate::text::bytes;
use protocol::{Base, CopiedFiles, FewPaths, NewWorktree, NotCopied, NotCopiedWhy, Upstream};

/// One line per fact; an empty text if there are none.
pub(crate) fn facts(made: &NewWorktree) -> String {
    let lines = [
        made.base.as_ref().and_then(base),
        copied(&made.copied),
        not_copied(&made.copied),
        hook(made),
        submodules(made),
        lfs(&made.lfs_pointers),
        left_out(made),
    ];
    lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

/// What the worktree begins from, if a person has to know more of it than that it is the newest.
fn base(base: &Base) -> Option<String> {
    let fetched = if base.fetched { ", as it was just fetched" } else { "" };
    let commit: String = base.commit.chars().take(10).collect();
    let behind = base.upstream.as_ref().filter(|upstream| upstream.behind > 0);
    let behind = behind.map(|Upstream { name, behind, ahead }| {
        let ahead = if *ahead > 0 { format!(" and {ahead} ahead of it") } else { String::new() };
        let known = if base.fetched { "" } else { ", as far as it was fetched" };
        format!("! the new worktree is {behind} behind {name}{ahead}{known}")
    });
    let begins = format!("· the new worktree begins from {} ({commit}){fetched}", base.name);
    Some(std::iter::once(begins).chain(behind).collect::<Vec<_>>().join("\n"))
}

fn copied(copied: &CopiedFiles) -> Option<String> {
    let names = few(&copied.files)?;
    Some(format!("· copied into it: {names}, {}", bytes(copied.bytes)))
}

fn not_copied(copied: &CopiedFiles) -> Option<String> {
    let names = copied.left.iter().map(|NotCopied { path, why }| {
        let why = match why {
            NotCopiedWhy::LeadsOut => "a link that leads out of the worktree",
            NotCopiedWhy::NotIgnored => "git does not ignore it there",
            NotCopiedWhy::InTheWay => "something else is there",
            NotCopiedWhy::TooLarge => "more than 500 MiB or 20,000 files",
            NotCopiedWhy::NoFile => "no file",
            NotCopiedWhy::Unreadable => "cannot be read",
        };
        format!("{path} ({why})")
    });
    let names = names.collect::<Vec<_>>().join(", ");
    let more = match copied.more_left {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!names.is_empty()).then(|| format!("! not copied: {names}{more}"))
}

fn lfs(pointers: &FewPaths) -> Option<String> {
    let names = few(pointers)?;
    Some(format!(
        "! files of Git LFS without their content in the new worktree: {names}; to fetch them: git lfs pull"
    ))
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

fn ignored(files: &FewPaths) -> Option<String> {
    few(files).map(|names| format!("ignored {names}"))
}

fn few(paths: &FewPaths) -> Option<String> {
    let names = paths.names.join(", ");
    match (names.is_empty(), paths.more) {
        (true, _) => None,
        (false, 0) => Some(names),
        (false, more) => Some(format!("{names} and {more} more")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(changed: Option<u32>, names: &[&str], more: u32) -> NewWorktree {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        NewWorktree { changed, ignored: FewPaths { names, more }, ..NewWorktree::default() }
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
    fn what_it_begins_from_and_what_was_copied_is_said() {
        let upstream = |behind, ahead| Upstream { name: "origin/main".to_owned(), behind, ahead };
        let said = |upstream: Option<Upstream>, fetched| {
            let (name, commit) = ("main".to_owned(), "0123456789abcdef".to_owned());
            let base = Some(Base { name, commit, upstream, fetched });
            facts(&NewWorktree { base, ..made(Some(0), &[], 0) })
        };
        let begins = "· the new worktree begins from main (0123456789)";
        assert_eq!(said(None, false), begins);
        assert_eq!(said(Some(upstream(0, 2)), false), begins);
        assert_eq!(
            said(Some(upstream(4, 0)), false),
            format!(
                "{begins}\n! the new worktree is 4 behind origin/main, as far as it was fetched"
            )
        );
        assert_eq!(
            said(Some(upstream(4, 1)), true),
            format!(
                "{begins}, as it was just fetched\n! the new worktree is 4 behind origin/main and 1 ahead of it"
            )
        );
        let few = |names: &[&str]| FewPaths::of(names.iter().map(|it| (*it).to_owned()), 8);
        let copied = CopiedFiles {
            files: few(&[".env", "a.key"]),
            bytes: 2048,
            left: vec![NotCopied { path: "out".to_owned(), why: NotCopiedWhy::LeadsOut }],
            more_left: 1,
        };
        let lfs_pointers = few(&["a.bin"]);
        assert_eq!(
            facts(&NewWorktree { copied, lfs_pointers, ..made(Some(0), &[], 0) }),
            "· copied into it: .env, a.key, 2.0 kB\n\
             ! not copied: out (a link that leads out of the worktree) and 1 more\n\
             ! files of Git LFS without their content in the new worktree: a.bin; to fetch them: git lfs pull"
        );
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
