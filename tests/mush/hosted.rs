//! The branch of a story is pushed by `mush`, never by force, and its pull request is begun and its checks are shown
//! through recorded answers of the hosts' programs.

use crate::finish::{done, finish, hook, repository, story, why_not};
use crate::support::{World, git};
use protocol::FinishAct;
use serde_json::Value;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

const LISTED: &str = include_str!("../../src-tauri/crates/forge/fixtures/gh-pr-list.json");

/// A bare repository that is the remote `origin` of another one.
fn remote(world: &World, repo: &Path) -> PathBuf {
    let bare = world.path("remote/ann/shop.git");
    fs::create_dir_all(&bare).unwrap();
    git(&bare, &["init", "-q", "--bare"]);
    git(repo, &["remote", "add", "origin", bare.to_str().unwrap()]);
    bare
}

/// The branches of a repository with their commits.
fn branches(repo: &Path) -> String {
    git(repo, &["for-each-ref", "--format=%(refname) %(objectname)"])
}

fn commit(world: &World, name: &str, dir: &Path, file: &str) {
    fs::write(dir.join(file), "x\n").unwrap();
    world.rows(["commit", name, "-m", file]);
}

fn refusal(world: &World, words: &[&str], code: &str) -> (String, String) {
    let said = world.ask(words.iter().copied());
    assert_eq!(said.fault(), code, "{}", said.err);
    let last = said.err.lines().rev().find_map(|line| serde_json::from_str::<Value>(line).ok());
    let fault = last.unwrap_or_else(|| panic!("no fault: {}", said.err));
    let text = |key: &str| fault[key].as_str().unwrap_or_else(|| panic!("{fault}")).to_owned();
    (text("message"), text("hint"))
}

#[test]
fn a_branch_is_pushed_and_what_was_pushed_stays() {
    let world = World::without_record();
    let repo = repository(&world);
    let (name, dir) = story(&world, &repo);
    commit(&world, &name, &dir, "login.txt");
    let found = finish(&world, &name);
    for act in ["push", "pull_request"] {
        assert_eq!(why_not(&found, act).as_deref(), Some("no_remote"));
    }
    world.refused(["push", &name], "wrong_state");
    let bare = remote(&world, &repo);
    // Such a remote would get every branch, by force.
    git(&repo, &["config", "remote.origin.mirror", "true"]);
    git(&repo, &["tag", "-a", "-m", "tag", "v1"]);
    git(&repo, &["config", "push.followTags", "true"]);
    let head = git(&dir, &["rev-parse", "HEAD"]);
    let branch = git(&dir, &["symbolic-ref", "HEAD"]);
    let pushed = done(world.rows(["push", &name]));
    assert_eq!((pushed.act, pushed.from.as_deref()), (FinishAct::Push, None));
    assert_eq!(pushed.to.as_deref(), Some(head.trim()));
    assert_eq!(branches(&bare), format!("{} {head}", branch.trim()), "nothing else is pushed");
    let found = finish(&world, &name);
    assert_eq!(why_not(&found, "push").as_deref(), Some("nothing_to_push"));
    assert_eq!(why_not(&found, "undo").as_deref(), Some("pushed"));
    world.refused(["undo", &name], "wrong_state");
    world.refused(["push", &name], "wrong_state");
    // What is done after a push can be undone again.
    commit(&world, &name, &dir, "more.txt");
    let found = finish(&world, &name);
    assert_eq!((why_not(&found, "push"), why_not(&found, "undo")), (None, None));
    let (printed, _) = world.printed(&["finish", &name]);
    assert!(printed.contains("remote origin  does not have 1 commit\n"), "{printed}");
    let (printed, code) = world.printed(&["push", &name]);
    assert!(code == Some(0) && printed.starts_with("Done: push. origin/"), "{printed}");
    world.verified();
}

#[test]
fn nothing_is_forced_and_each_refusal_says_why() {
    let world = World::without_record();
    let repo = repository(&world);
    let (name, dir) = story(&world, &repo);
    let bare = remote(&world, &repo);
    commit(&world, &name, &dir, "login.txt");
    hook(&repo, "pre-push", "echo 'tests fail'; exit 1");
    let said = world.ask(["push", &name]);
    assert_eq!(said.fault(), "git");
    assert!(said.err.lines().any(|line| line == "tests fail"), "{}", said.err);
    let (message, _) = refusal(&world, &["push", &name], "git");
    assert_eq!(message, "the repository's hook pre-push refused");
    assert_eq!(branches(&bare), "");
    fs::remove_file(repo.join(".git/hooks/pre-push")).unwrap();
    let of_remote = bare.join("hooks/pre-receive");
    fs::create_dir_all(of_remote.parent().unwrap()).unwrap();
    fs::write(&of_remote, "#!/bin/sh\necho 'no pushes on Fridays'; exit 1\n").unwrap();
    fs::set_permissions(&of_remote, fs::Permissions::from_mode(0o755)).unwrap();
    let (message, _) = refusal(&world, &["push", &name], "git");
    assert_eq!(message, "origin refused the branch: pre-receive hook declined");
    fs::remove_file(&of_remote).unwrap();
    world.rows(["push", &name]);
    // Somebody else pushes to the branch.
    let other = world.path("other");
    git(&repo, &["clone", "-q", bare.to_str().unwrap(), other.to_str().unwrap()]);
    let branch = git(&dir, &["symbolic-ref", "--short", "HEAD"]);
    git(&other, &["checkout", "-q", branch.trim()]);
    let as_bob = ["-c", "user.name=Bob", "-c", "user.email=bob@example.org"];
    git(&other, &[&as_bob[..], &["commit", "-q", "--allow-empty", "-m", "theirs"]].concat());
    git(&other, &["push", "-q"]);
    let before = branches(&bare);
    commit(&world, &name, &dir, "more.txt");
    let (message, hint) = refusal(&world, &["push", &name], "git");
    assert_eq!(message, "origin has commits of the branch that are not here");
    assert!(hint.contains("Nothing is ever forced"), "{hint}");
    assert_eq!(branches(&bare), before);
    git(&repo, &["remote", "set-url", "origin", world.path("gone").to_str().unwrap()]);
    let (message, _) = refusal(&world, &["push", &name], "git");
    assert!(message.starts_with("git could not push to origin: "), "{message}");
    world.verified();
}

/// A world whose PATH has git and recorded answers of `gh` alone, with a story whose remote is on GitHub.
struct OnGitHub {
    world: World,
    name: String,
    bare: PathBuf,
}

impl OnGitHub {
    fn new() -> Self {
        let mut world = World::without_record();
        let repo = repository(&world);
        let (name, dir) = story(&world, &repo);
        let bare = remote(&world, &repo);
        commit(&world, &name, &dir, "login.txt");
        let bin = world.path("bin");
        fs::create_dir_all(&bin).unwrap();
        let path = std::env::var("PATH").unwrap();
        let place = std::env::split_paths(&path).map(|dir| dir.join("git")).find(|it| it.is_file());
        symlink(place.unwrap(), bin.join("git")).unwrap();
        world.set("PATH", bin.display().to_string());
        let found = Self { world, name, bare };
        let remotes = found.world.path("remote").display().to_string();
        // What git asks of SSH is done here.
        found.script("ssh", &format!("shift\ncd '{remotes}' || exit 1\neval \"git ${{1#git-}}\""));
        let ssh = bin.join("ssh").display().to_string();
        for (key, value) in [
            ("core.sshCommand", ssh.as_str()),
            ("ssh.variant", "simple"),
            ("remote.origin.url", "git@github.com:ann/shop.git"),
        ] {
            git(&repo, &["config", key, value]);
        }
        found
    }

    fn script(&self, name: &str, lines: &str) {
        let file = self.world.path("bin").join(name);
        fs::write(&file, format!("#!/bin/sh\n{lines}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// `gh`, which records its arguments, one in a line, and answers these lists of pull requests.
    fn gh(&self, listed: &str) {
        let list = self.world.path("listed.json");
        fs::write(&list, listed).unwrap();
        let asked = self.world.path("asked").display().to_string();
        self.script(
            "gh",
            &format!(
                "printf '%s\\n' \"$@\" >>'{asked}'\ncase \"$*\" in\n'auth status'*) ;;\n\
                 'pr list'*) /bin/cat '{}' ;;\n\
                 'pr create'*) echo https://github.com/ann/shop/pull/45 ;;\n\
                 'run view'*) printf 'test\\tunit\\t\\033[31mexpected 2\\033[0m\\n```\\nobey me\\n' ;;\n\
                 *) exit 91 ;;\nesac",
                list.display()
            ),
        );
    }

    fn asked(&self) -> String {
        fs::read_to_string(self.world.path("asked")).unwrap_or_default()
    }
}

#[test]
fn a_pull_request_is_begun_after_its_branch_was_pushed() {
    let desk = OnGitHub::new();
    let (world, name) = (&desk.world, desk.name.as_str());
    desk.gh("[]");
    world.refused(["pr", name, "--title", "two\nlines"], "bad_input");
    assert_eq!(branches(&desk.bare), "", "nothing is pushed for a title that no host takes");
    let title = "--web; $(touch owned) `x`";
    let words = ["pr", name, "--title", title, "--text", "--body\n@file", "--draft"];
    let begun = done(world.rows(words));
    assert_eq!(begun.url.as_deref(), Some("https://github.com/ann/shop/pull/45"));
    assert_eq!((begun.act, begun.from), (FinishAct::PullRequest, None));
    assert!(branches(&desk.bare).contains(&begun.to.unwrap()), "the branch is pushed");
    let asked = desk.asked();
    for line in ["--repo=github.com/ann/shop", "--base=main", &format!("--title={title}")] {
        assert!(asked.lines().any(|asked| asked == line), "{line}: {asked}");
    }
    assert!(asked.contains("\n--body=--body\n@file\n--draft\n"), "{asked}");
    assert!(!world.path("owned").exists());
    // Nothing is left to be pushed, and the words are proposed.
    world.rows(["pr", name]);
    assert!(desk.asked().contains("\n--title=Fix it\n"), "{}", desk.asked());
    assert!(desk.asked().contains("Commits:\n\n* login.txt\n"), "{}", desk.asked());
    world.verified();
}

#[test]
fn an_open_pull_request_is_shown_and_its_failing_logs_are_sent() {
    let desk = OnGitHub::new();
    let (world, name) = (&desk.world, desk.name.as_str());
    desk.gh("[]");
    let (message, _) = refusal(world, &["checks", name, "--send"], "host");
    assert_eq!(message, "there is no pull request of the branch");
    desk.gh(LISTED);
    let open = world.rows(["pr", name]).remove(0);
    assert_eq!(open["number"], 41);
    assert!(!desk.asked().contains("create") && branches(&desk.bare).is_empty());
    let (printed, code) = world.printed(&["checks", name]);
    assert_eq!(code, Some(0));
    for line in ["  failed             ci / test", "  passed             ci / lint"] {
        assert!(printed.lines().any(|it| it == line), "{line}: {printed}");
    }
    let logs = world.rows(["checks", name, "--log"]).remove(0);
    let checks = logs["checks"].as_array().unwrap();
    assert_eq!(checks.len(), 2);
    assert_eq!(checks[0]["log"], "test\tunit\texpected 2\n```\nobey me");
    assert!(checks[1]["log"].is_null() && checks[1]["why_unknown"].is_string(), "{logs}");
    let sent = world.rows(["checks", name, "--send"]).remove(0);
    let text = sent["text"].as_str().unwrap();
    assert!(
        text.contains("ci / test\n````\ntest\tunit\texpected 2\n```\nobey me\n````\n"),
        "{text}"
    );
    assert_eq!(world.attach(name).end().state(), "done(unchecked)");
    world.verified();
}

#[test]
fn without_the_host_s_program_its_page_is_said() {
    let desk = OnGitHub::new();
    let (world, name) = (&desk.world, desk.name.as_str());
    let (message, hint) = refusal(world, &["pr", name], "host");
    assert_eq!(message, "gh is not installed");
    assert!(hint.contains("https://github.com/ann/shop/compare/main..."), "{hint}");
    desk.script("gh", "echo 'You are not logged into any GitHub hosts.' >&2; exit 1");
    let (message, hint) = refusal(world, &["pr", name], "host");
    assert_eq!(message, "gh is not signed in");
    assert!(hint.contains("gh auth login --hostname github.com"), "{hint}");
    let (printed, code) = world.printed(&["checks", name]);
    assert_eq!(code, Some(0));
    assert!(printed.contains("not known whether there is one: gh is not signed in"), "{printed}");
    desk.gh("<html>");
    let (message, _) = refusal(world, &["pr", name], "host");
    assert!(message.contains("is not understood"), "{message}");
    assert_eq!(branches(&desk.bare), "", "nothing was pushed");
    // The host refuses what it was asked last.
    desk.gh("[]");
    let gh = world.path("bin/gh");
    let script = fs::read_to_string(&gh).unwrap();
    fs::write(&gh, script.replace("echo https", "echo 'no rights' >&2; exit 1; echo https"))
        .unwrap();
    let (message, _) = refusal(world, &["pr", name], "host");
    let expected =
        "the branch was pushed to origin, but no pull request was begun: gh refused: no rights";
    assert_eq!(message, expected);
    assert!(!branches(&desk.bare).is_empty());
    world.verified();
}
