//! Tries everything against programs in PATH that record what they are asked and answer what the hosts' programs
//! answered.

use super::look::{HostPlace, NewPullRequest, begin, failed_log, look};
use crate::env::Environment;
use crate::error::Error;
use crate::git::PushTarget;
use crate::runtime;
use protocol::{CheckState, Fault, Hosted, PullRequestState, ToolState};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use tempfile::TempDir;

const LISTED: &str = include_str!("../../../forge/fixtures/gh-pr-list.json");
const LIST: &str = include_str!("../../../forge/fixtures/glab-list.json");
const ONE: &str = include_str!("../../../forge/fixtures/glab-one.json");
const JOBS: &str = include_str!("../../../forge/fixtures/glab-jobs.json");

/// A folder with programs, and a folder that stands for a worktree.
struct Desk {
    dir: TempDir,
}

impl Desk {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        for name in ["bin", "home", "work", "answers"] {
            fs::create_dir(dir.path().join(name)).unwrap();
        }
        Self { dir }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.dir.path().join(name)
    }

    /// A program that records its arguments, one in a line, and answers by the first pattern that they match. A
    /// pattern is one of the shell, an answer a text and an exit status.
    fn program(&self, name: &str, answers: &[(&str, &str, u8)]) {
        let mut arms = String::new();
        for (at, (pattern, text, status)) in answers.iter().enumerate() {
            let answer = self.path("answers").join(format!("{name}-{at}"));
            fs::write(&answer, text).unwrap();
            let to = if *status == 0 { "" } else { " >&2" };
            arms +=
                &format!("  {pattern}) /bin/cat '{}'{to}; exit {status} ;;\n", answer.display());
        }
        let log = self.path("asked").display().to_string();
        let script = format!(
            "#!/bin/sh\n{{ echo \"== {name}\"; printf '%s\\n' \"$@\"; }} >>'{log}'\n\
             /usr/bin/env >'{log}.env'\nif read -r _; then exit 90; fi\ncase \"$*\" in\n{arms}esac\nexit 91\n"
        );
        let file = self.path("bin").join(name);
        fs::write(&file, script).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o700)).unwrap();
    }

    fn place(&self, address: &str, into: Option<&str>) -> HostPlace {
        let text = |path: &Path| path.display().to_string();
        let variables = [("PATH", text(&self.path("bin"))), ("HOME", text(&self.path("home")))];
        let variables: BTreeMap<_, _> =
            variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        HostPlace {
            environment: Environment::from_variables(&variables),
            root: self.path("work"),
            branch: "musher/login".to_owned(),
            base: Some("main".to_owned()),
            target: PushTarget {
                remote: "origin".to_owned(),
                address: address.to_owned(),
                there: None,
                unpushed: None,
                into: into.map(str::to_owned),
            },
        }
    }

    fn asked(&self) -> String {
        fs::read_to_string(self.path("asked")).unwrap_or_default()
    }
}

/// What `gh` 2.23 prints without an account.
const OUT: &str = "You are not logged into any GitHub hosts. Run gh auth login to authenticate.";

/// What it prints without a network.
const OFFLINE: &str = "github.com\n  X github.com: authentication failed\n\
                       - The github.com token in GH_TOKEN is no longer valid.";

const GITHUB: &str = "git@github.com:ann/shop.git";
const GITLAB: &str = "https://token:secret@gitlab.com/group/shop.git";

fn looked(place: &HostPlace) -> Hosted {
    runtime::wait(look(place)).unwrap().unwrap()
}

fn refusal<T: std::fmt::Debug>(result: std::io::Result<Result<T, Error>>) -> Fault {
    match result.unwrap() {
        Err(Error::Refused(fault)) => fault,
        other => panic!("not refused: {other:?}"),
    }
}

fn tool(hosted: &Hosted) -> Option<(&str, ToolState)> {
    hosted.tool.as_ref().map(|tool| (tool.name.as_str(), tool.state))
}

fn new_one() -> NewPullRequest {
    NewPullRequest {
        base: "main".to_owned(),
        title: "--web; touch /tmp/x".to_owned(),
        text: "First\n\n$(second)".to_owned(),
        draft: false,
    }
}

#[test]
fn the_pull_request_of_a_branch_on_github_with_its_checks() {
    let desk = Desk::new();
    desk.program("gh", &[("'auth status'*", "", 0), ("'pr list'*", LISTED, 0)]);
    let hosted = looked(&desk.place(GITHUB, None));
    assert!(hosted.is_known);
    let found = hosted.pull_request.unwrap();
    assert_eq!((found.number, found.state), (41, PullRequestState::Open));
    assert_eq!(found.checks.iter().filter(|it| it.state == CheckState::Failed).count(), 2);
    assert_eq!(hosted.repository.as_deref(), Some("github.com/ann/shop"));
    let page = "https://github.com/ann/shop/compare/main...musher/login?expand=1";
    assert_eq!(hosted.page.as_deref(), Some(page));
    let environment = fs::read_to_string(desk.path("asked.env")).unwrap();
    assert!(environment.contains("GH_PROMPT_DISABLED=1"), "{environment}");
}

#[test]
fn the_merge_request_of_a_branch_on_gitlab_with_its_jobs() {
    let desk = Desk::new();
    desk.program(
        "glab",
        &[
            ("'auth status'*", "", 0),
            ("*'/jobs?'*", JOBS, 0),
            ("*'merge_requests?'*", LIST, 0),
            ("*'merge_requests/12'", ONE, 0),
        ],
    );
    let hosted = looked(&desk.place(GITLAB, None));
    let found = hosted.pull_request.unwrap();
    assert_eq!((found.number, found.checks.len()), (12, 6));
    let page = hosted.page.unwrap();
    assert!(!page.contains("secret") && !desk.asked().contains("secret"), "{page}");
}

#[test]
fn a_program_that_is_missing_or_signed_out_is_said_and_nothing_is_known() {
    let desk = Desk::new();
    let hosted = looked(&desk.place(GITHUB, None));
    assert_eq!(tool(&hosted), Some(("gh", ToolState::Missing)));
    assert!(!hosted.is_known && hosted.page.is_some());
    desk.program("gh", &[("'auth status'*", OUT, 1)]);
    let place = desk.place(GITHUB, None);
    let hosted = looked(&place);
    assert_eq!(tool(&hosted), Some(("gh", ToolState::SignedOut)));
    assert!(!hosted.is_known);
    let fault = refusal(runtime::wait(begin(&place, &new_one())));
    assert_eq!(fault.message, "gh is not signed in");
    assert_eq!(fault.hint, "Sign in with gh to github.com, or use the page of the host.");
    assert!(!desk.asked().contains("create"));
}

#[test]
fn without_a_network_nobody_is_called_signed_out() {
    let desk = Desk::new();
    desk.program("gh", &[("'auth status'*", OFFLINE, 1)]);
    let place = desk.place(GITHUB, None);
    let hosted = looked(&place);
    assert_eq!(tool(&hosted), Some(("gh", ToolState::Unknown)));
    let why = hosted.why_unknown.unwrap();
    assert!(why.contains("gh does not say") && why.contains("authentication failed"), "{why}");
    assert_eq!(refusal(runtime::wait(begin(&place, &new_one()))).message, why);
}

#[test]
fn an_old_glab_that_ends_well_without_an_account_is_signed_out() {
    let desk = Desk::new();
    let said = "x gitlab.com has not been authenticated with glab. Run `glab auth login`";
    desk.program("glab", &[("'auth status'*", said, 0)]);
    assert_eq!(tool(&looked(&desk.place(GITLAB, None))), Some(("glab", ToolState::SignedOut)));
}

#[test]
fn an_answer_that_is_refused_or_not_understood_is_no_answer() {
    for (text, status, words) in [
        ("HTTP 404: Not Found (https://api.github.com/graphql)\nmore", 1, "gh refused: HTTP 404"),
        ("<html>", 0, "the answer of gh is not understood"),
        ("", 4, "gh refused: it failed, and said nothing"),
    ] {
        let desk = Desk::new();
        desk.program("gh", &[("'auth status'*", "", 0), ("'pr list'*", text, status)]);
        let hosted = looked(&desk.place(GITHUB, None));
        assert!(!hosted.is_known && hosted.pull_request.is_none());
        let why = hosted.why_unknown.unwrap();
        assert!(why.starts_with(words), "{why}");
    }
}

#[test]
fn a_host_whose_name_says_nothing_is_asked_by_who_is_signed_in_there() {
    let address = "git@git.example.com:group/shop.git";
    let desk = Desk::new();
    desk.program("gh", &[("'auth status'*", "no", 1)]);
    desk.program("glab", &[("'auth status'*", "", 0), ("*", "[]", 0)]);
    let hosted = looked(&desk.place(address, None));
    assert_eq!(tool(&hosted), Some(("glab", ToolState::Ready)));
    assert!(hosted.is_known && hosted.pull_request.is_none());
    let desk = Desk::new();
    let hosted = looked(&desk.place(address, None));
    assert_eq!((tool(&hosted), hosted.page.as_deref()), (None, None));
    let fault = refusal(runtime::wait(begin(&desk.place(address, None), &new_one())));
    assert!(fault.message.contains("git.example.com"), "{}", fault.message);
}

#[test]
fn a_remote_on_no_host_has_no_pull_requests() {
    let desk = Desk::new();
    assert_eq!(looked(&desk.place("/srv/shop.git", None)), Hosted::default());
    let fault = refusal(runtime::wait(begin(&desk.place("/srv/shop.git", None), &new_one())));
    assert_eq!(fault.message, "the remote origin is on no host with pull requests");
}

#[test]
fn a_pull_request_is_begun_with_words_that_no_shell_and_no_option_reads() {
    let desk = Desk::new();
    let made = "https://github.com/company/shop/pull/45\n";
    desk.program("gh", &[("'auth status'*", "", 0), ("'pr create'*", made, 0)]);
    let place = desk.place(GITHUB, Some("https://github.com/company/shop.git"));
    let begun = runtime::wait(begin(&place, &new_one())).unwrap().unwrap();
    assert_eq!(begun, (45, made.trim().to_owned()));
    let asked = desk.asked();
    let create = asked.split("== gh\n").last().unwrap();
    assert_eq!(
        create,
        "pr\ncreate\n--repo=github.com/company/shop\n--head=ann:musher/login\n--base=main\n\
         --title=--web; touch /tmp/x\n--body=First\n\n$(second)\n"
    );
}

#[test]
fn a_merge_request_is_begun_and_a_refusal_is_told_in_its_words() {
    let desk = Desk::new();
    desk.program("glab", &[("'auth status'*", "", 0), ("*'--method=POST'*", ONE, 0)]);
    let begun = runtime::wait(begin(&desk.place(GITLAB, None), &new_one())).unwrap().unwrap();
    assert_eq!(begun.0, 12);
    let desk = Desk::new();
    let said = "{\"message\":[\"Another open merge request already exists: !12\"]}";
    desk.program("glab", &[("'auth status'*", "", 0), ("*'--method=POST'*", said, 1)]);
    let fault = refusal(runtime::wait(begin(&desk.place(GITLAB, None), &new_one())));
    assert!(fault.message.contains("already exists: !12"), "{}", fault.message);
}

#[test]
fn a_title_is_one_line_and_a_text_fits_into_an_argument() {
    let desk = Desk::new();
    desk.program("gh", &[("*", "", 0)]);
    let place = desk.place(GITHUB, None);
    for (title, text) in
        [("", ""), (" \n", ""), ("a\nb", ""), ("a", "b\0"), ("a", &*"x".repeat(20_001))]
    {
        let new = NewPullRequest { title: title.to_owned(), text: text.to_owned(), ..new_one() };
        refusal(runtime::wait(begin(&place, &new)));
    }
    assert_eq!(desk.asked(), "");
}

#[test]
fn the_end_of_a_failed_log_comes_whole_characters_only() {
    let desk = Desk::new();
    let log = "\u{e9}".repeat(40_000);
    desk.program("gh", &[("'auth status'*", "", 0), ("'run view'*", &log, 0)]);
    let place = desk.place(GITHUB, None);
    let text = runtime::wait(failed_log(&place, "20988")).unwrap().unwrap();
    assert_eq!(text.len(), 64 * 1024);
    for job in ["", "--web", "1;2"] {
        refusal(runtime::wait(failed_log(&place, job)));
    }
}
