//! The words about the worktree of a story: what would go with it, and what speaks against its removal.

use crate::text::{bytes, clean, exact_path};
use protocol::{FewPaths, KeptBecause, UnknownOf, WorktreeGit, WorktreeLook, WorktreeProcess};

/// How many names of a list are printed.
const MOST_NAMES: usize = 8;

/// A worktree, and below it what is to be known before it goes.
pub(crate) fn in_lines(look: &WorktreeLook) -> String {
    let root = exact_path(&look.root);
    let first = match (look.is_there, look.is_removed) {
        (Some(false), true) => format!("{}  {root}  removed", look.slug),
        (Some(false), false) => format!("{}  {root}  gone", look.slug),
        _ => {
            let size = look.bytes.map_or("size not known".to_owned(), bytes);
            format!("{}  {root}  {size}", look.slug)
        }
    };
    let git = look.git.as_ref().map(of_git).unwrap_or_default();
    let processes = look.processes.iter().flatten().map(process);
    let others = look.others.iter().map(|slug| format!("it is the folder of {slug}, too"));
    let is_removed = look.is_removed && look.is_there == Some(false);
    let against = look.kept_because.iter().filter(|_| !is_removed);
    let against = against.map(|why| format!("not removed: {}", kept(why)));
    let undo = is_removed.then(|| format!("to bring it back: mush undo {}", look.slug));
    let below = git.into_iter().chain(processes).chain(others).chain(against).chain(undo);
    let below = below.map(|line| format!("    {line}"));
    std::iter::once(first).chain(below).collect::<Vec<_>>().join("\n")
}

fn of_git(git: &WorktreeGit) -> Vec<String> {
    let on = match &git.branch {
        Some(branch) => {
            format!("on {}", clean(branch.strip_prefix("refs/heads/").unwrap_or(branch)))
        }
        None => "on no branch".to_owned(),
    };
    let unpushed = match git.unpushed {
        Some(count) => format!("{count} not pushed"),
        None => "no remote".to_owned(),
    };
    let commits = match git.unmerged {
        0 => format!("{on}: every commit is on another branch, too; {unpushed}"),
        1 => format!("{on}: 1 commit is nowhere else; {unpushed}"),
        count => format!("{on}: {count} commits are nowhere else; {unpushed}"),
    };
    let stashes = match git.stashes {
        0 => None,
        1 => Some("1 stash of this branch, which stays".to_owned()),
        count => Some(format!("{count} stashes of this branch, which stay")),
    };
    let lists = [
        ("not committed", &git.changed),
        ("untracked", &git.untracked),
        ("ignored", &git.ignored),
        ("submodules with files", &git.submodules),
    ];
    let lists = lists.into_iter().filter(|(_, files)| !files.names.is_empty());
    let lists = lists.map(|(what, files)| format!("{what}: {}", few(files)));
    let operation = git.operation.as_ref().map(|what| format!("a {what} is not finished"));
    std::iter::once(commits).chain(lists).chain(stashes).chain(operation).collect()
}

fn few(paths: &FewPaths) -> String {
    let names: Vec<String> =
        paths.names.iter().take(MOST_NAMES).map(|name| exact_path(name)).collect();
    let more = paths.names.len().saturating_sub(MOST_NAMES) + paths.more as usize;
    match more {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

fn process(process: &WorktreeProcess) -> String {
    let ports: Vec<String> = process.ports.iter().map(u16::to_string).collect();
    let listens = match ports.is_empty() {
        true => String::new(),
        false => format!(", listens on {}", ports.join(", ")),
    };
    format!("{} ({}) works there{listens}", clean(&process.name), process.pid)
}

/// What speaks against a removal.
pub(crate) fn kept(why: &KeptBecause) -> String {
    match why {
        KeptBecause::Gone => "its folder is gone; `git worktree prune` forgets it".to_owned(),
        KeptBecause::NoRepository => "the story's folder is in no repository".to_owned(),
        KeptBecause::Main => "it is the repository's main worktree".to_owned(),
        KeptBecause::NoCommit => "it has no commit, from which it could be made again".to_owned(),
        KeptBecause::Story { slug } => format!("{slug} works there"),
        KeptBecause::UnderWay => "something is being done with its branch".to_owned(),
        KeptBecause::Processes => "processes work there".to_owned(),
        KeptBecause::Operation => "git has something unfinished there".to_owned(),
        KeptBecause::Locked => "it is locked; `git worktree unlock` opens it".to_owned(),
        KeptBecause::Submodules => {
            "submodules have files there, and their repositories would go with it".to_owned()
        }
        KeptBecause::Unknown { what } => {
            let what = match what {
                UnknownOf::Folder => "whether its folder is there",
                UnknownOf::Git => "what git says",
                UnknownOf::Processes => "which processes work there",
            };
            format!("it is not known {what}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::Slug;

    #[test]
    fn a_worktree_is_said_with_what_would_go_with_it() {
        let few = |names: &[&str], more| FewPaths {
            names: names.iter().map(|&name| name.to_owned()).collect(),
            more,
        };
        let git = WorktreeGit {
            branch: Some("refs/heads/musher/fix".to_owned()),
            head: Some("c".to_owned()),
            changed: few(&["a", "b"], 0),
            untracked: few(&["new/"], 0),
            ignored: few(&[".env", "1", "2", "3", "4", "5", "6", "7", "target/"], 2),
            stashes: 1,
            unpushed: Some(2),
            unmerged: 2,
            operation: Some("rebase".to_owned()),
            ..WorktreeGit::default()
        };
        let server = WorktreeProcess { pid: 7, name: "node".to_owned(), ports: vec![3000] };
        let look = WorktreeLook {
            slug: Slug::new("fix"),
            root: "/w/fix".to_owned(),
            is_there: Some(true),
            is_removed: false,
            others: vec![Slug::new("fix-2")],
            git: Some(git),
            processes: Some(vec![server]),
            bytes: Some(1_200_000),
            kept_because: vec![KeptBecause::Operation, KeptBecause::Processes],
        };
        assert_eq!(
            in_lines(&look).lines().collect::<Vec<_>>(),
            [
                "fix  /w/fix  1.2 MB",
                "    on musher/fix: 2 commits are nowhere else; 2 not pushed",
                "    not committed: a, b",
                "    untracked: new/",
                "    ignored: .env, 1, 2, 3, 4, 5, 6, 7 and 3 more",
                "    1 stash of this branch, which stays",
                "    a rebase is not finished",
                "    node (7) works there, listens on 3000",
                "    it is the folder of fix-2, too",
                "    not removed: git has something unfinished there",
                "    not removed: processes work there",
            ]
        );
        let gone = WorktreeLook {
            is_there: Some(false),
            others: Vec::new(),
            git: None,
            processes: None,
            bytes: None,
            kept_because: vec![KeptBecause::Gone],
            ..look
        };
        let forget = "    not removed: its folder is gone; `git worktree prune` forgets it";
        assert_eq!(in_lines(&gone), format!("fix  /w/fix  gone\n{forget}"));
        let removed = WorktreeLook { is_removed: true, ..gone };
        let undo = "    to bring it back: mush undo fix";
        assert_eq!(in_lines(&removed), format!("fix  /w/fix  removed\n{undo}"));
    }
}
