//! How GitHub's program `gh` is asked about pull requests, and what it answers. The calls name the
//! repository, so that `gh` neither guesses one from the remotes nor asks for it.
//! Source: the manual of `gh`; 2.23 takes each of the calls.

use crate::{Call, Program, Remote, checks};
use protocol::{Check, PullRequest, PullRequestState};
use serde::Deserialize;

/// What `pr list` is asked for.
const FIELDS: &str = "number,url,state,title,isDraft,baseRefName,headRefOid,\
                      headRepositoryOwner,statusCheckRollup";

/// How many pull requests of a branch are looked at, the newest first.
const MOST: &str = "20";

/// Asks whether somebody is signed in; see [`Program::says_signed_out`].
pub fn signed_in(remote: &Remote) -> Call {
    Call::new(Program::Gh, ["auth", "status", "--hostname", &remote.authority()])
}

/// Asks for the pull requests of a branch in a repository.
pub fn of_branch(into: &Remote, branch: &str) -> Call {
    let head = format!("--head={branch}");
    let limit = format!("--limit={MOST}");
    let json = format!("--json={FIELDS}");
    Call::new(Program::Gh, ["pr", "list", &repository(into), "--state=all", &head, &limit, &json])
}

/// Begins a pull request of the branch `branch` of `from`.
pub fn create(
    into: &Remote,
    from: &Remote,
    branch: &str,
    base: &str,
    title: &str,
    text: &str,
    draft: bool,
) -> Call {
    let head = match into == from {
        true => format!("--head={branch}"),
        false => format!("--head={}:{branch}", from.owner()),
    };
    let (base, title) = (format!("--base={base}"), format!("--title={title}"));
    let body = format!("--body={text}");
    let words = ["pr", "create", &repository(into), &head, &base, &title, &body];
    let mut call = Call::new(Program::Gh, words);
    if draft {
        call.args.push("--draft".to_owned());
    }
    call
}

/// Asks for the end of a failed job's log.
pub fn log(into: &Remote, job: &str) -> Call {
    let job = format!("--job={job}");
    Call::new(Program::Gh, ["run", "view", &repository(into), &job, "--log-failed"])
}

fn repository(remote: &Remote) -> String {
    format!("--repo={}/{}", remote.authority(), remote.path)
}

/// A pull request in the answer to [`of_branch`].
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    number: u64,
    url: String,
    state: String,
    title: String,
    #[serde(default)]
    is_draft: bool,
    #[serde(default)]
    base_ref_name: String,
    #[serde(default)]
    head_ref_oid: Option<String>,
    #[serde(default)]
    head_repository_owner: Option<Owner>,
    #[serde(default)]
    status_check_rollup: Option<Vec<Rolled>>,
}

#[derive(Deserialize)]
struct Owner {
    #[serde(default)]
    login: String,
}

/// A check: a `CheckRun`, or a `StatusContext`, which has other fields.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Rolled {
    name: Option<String>,
    workflow_name: Option<String>,
    status: Option<String>,
    conclusion: Option<String>,
    details_url: Option<String>,
    context: Option<String>,
    state: Option<String>,
    target_url: Option<String>,
}

/// The pull request of a branch of `from` that is to be shown: the newest one that is open, else the newest one.
/// `None` if there is none.
///
/// # Errors
/// If the answer is not what `gh` is known to answer.
pub fn found(answer: &str, from: &Remote) -> Result<Option<PullRequest>, serde_json::Error> {
    let listed: Vec<Listed> = serde_json::from_str(answer)?;
    let is_ours = |it: &Listed| {
        let owner = it.head_repository_owner.as_ref();
        owner.is_none_or(|owner| owner.login.eq_ignore_ascii_case(from.owner()))
    };
    let ours = listed.into_iter().filter(is_ours);
    let newest = ours.max_by_key(|it| (it.state == "OPEN", it.number));
    Ok(newest.map(Listed::pull_request))
}

impl Listed {
    fn pull_request(self) -> PullRequest {
        let state = match self.state.as_str() {
            "OPEN" => PullRequestState::Open,
            "MERGED" => PullRequestState::Merged,
            "CLOSED" => PullRequestState::Closed,
            _ => PullRequestState::Unknown,
        };
        let checks = self.status_check_rollup.unwrap_or_default();
        PullRequest {
            number: self.number,
            url: self.url,
            title: self.title,
            state,
            draft: self.is_draft,
            base: self.base_ref_name,
            head: self.head_ref_oid,
            checks: checks.into_iter().map(Rolled::check).collect(),
        }
    }
}

impl Rolled {
    fn check(self) -> Check {
        if let Some(context) = self.context {
            let state = checks::of_status(self.state.as_deref().unwrap_or_default());
            return Check {
                name: context,
                state,
                url: self.target_url.filter(|address| checks::is_page(address)),
                job: None,
            };
        }
        let word = |word: &Option<String>| word.clone().unwrap_or_default();
        let state = checks::of_check_run(&word(&self.status), &word(&self.conclusion));
        let name = word(&self.name);
        let name = match self.workflow_name.filter(|workflow| !workflow.is_empty()) {
            Some(workflow) => format!("{workflow} / {name}"),
            None => name,
        };
        let url = self.details_url.filter(|address| checks::is_page(address));
        let job = url.as_deref().and_then(job_of);
        Check { name, state, url, job }
    }
}

/// The number of the job in the address of a check that GitHub's own pipelines made: `…/actions/runs/1/job/2`.
fn job_of(address: &str) -> Option<String> {
    let (_, run) = address.split_once("/actions/runs/")?;
    let (_, job) = run.split_once("/job/")?;
    let digits: String = job.chars().take_while(char::is_ascii_digit).collect();
    (!digits.is_empty()).then_some(digits)
}

/// The address of the pull request that [`create`] made, which is the last line that is one. `None` if there is none.
pub fn created(answer: &str) -> Option<(u64, String)> {
    answer.lines().rev().map(str::trim).find_map(|line| {
        let (_, number) = line.strip_prefix("https://")?.rsplit_once("/pull/")?;
        Some((number.parse().ok()?, line.to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::CheckState;

    fn remote(address: &str) -> Remote {
        Remote::of(address).unwrap()
    }

    fn args(call: &Call) -> String {
        call.args.join(" ")
    }

    #[test]
    fn what_is_asked_names_the_repository_and_hides_nothing_in_options() {
        let (shop, fork) =
            (remote("git@github.com:ann/shop.git"), remote("git@github.com:bob/shop.git"));
        assert_eq!(args(&signed_in(&shop)), "auth status --hostname github.com");
        assert!(args(&of_branch(&shop, "--web")).starts_with(
            "pr list --repo=github.com/ann/shop --state=all --head=--web --limit=20 --json=number,"
        ));
        let own = create(&shop, &shop, "x", "main", "--web", "text", false);
        assert_eq!(
            args(&own),
            "pr create --repo=github.com/ann/shop --head=x --base=main --title=--web --body=text"
        );
        let of_fork = create(&shop, &fork, "x", "main", "t", "", true);
        assert!(args(&of_fork).contains("--head=bob:x "));
        assert!(args(&of_fork).ends_with(" --draft"));
        assert_eq!(
            args(&log(&shop, "12")),
            "run view --repo=github.com/ann/shop --job=12 --log-failed"
        );
    }

    #[test]
    fn an_open_pull_request_comes_before_a_newer_closed_one() {
        let answer = include_str!("../fixtures/gh-pr-list.json");
        let found = found(answer, &remote("git@github.com:ann/shop.git")).unwrap().unwrap();
        assert_eq!((found.number, found.state, found.draft), (41, PullRequestState::Open, true));
        let of = |name: &str| {
            let check = found.checks.iter().find(|check| check.name == name);
            let check = check.unwrap_or_else(|| panic!("no check {name}"));
            (check.state, check.job.as_deref())
        };
        assert_eq!(of("ci / test"), (CheckState::Failed, Some("20988")));
        assert_eq!(of("ci / lint"), (CheckState::Passed, Some("20989")));
        assert_eq!(of("ci / deploy"), (CheckState::Running, None));
        assert_eq!(of("docs"), (CheckState::Skipped, None));
        assert_eq!(of("coverage"), (CheckState::Failed, None));
        assert_eq!(of("new"), (CheckState::Unknown, None));
        let odd = found.checks.iter().find(|check| check.name == "coverage").unwrap();
        assert_eq!(odd.url, None, "no address of another kind is offered to be opened");
    }

    #[test]
    fn a_branch_of_the_same_name_in_another_fork_is_not_ours() {
        let answer = include_str!("../fixtures/gh-pr-list.json");
        let found = found(answer, &remote("git@github.com:Bob/shop.git")).unwrap().unwrap();
        assert_eq!((found.number, found.state), (44, PullRequestState::Merged));
    }

    #[test]
    fn no_pull_request_is_none_and_another_answer_an_error() {
        let shop = remote("git@github.com:ann/shop.git");
        assert_eq!(found("[]", &shop).unwrap(), None);
        assert!(found("{}", &shop).is_err());
        assert!(found("", &shop).is_err());
    }

    #[test]
    fn the_address_of_what_was_made_is_the_last_line() {
        let said = "Creating draft pull request for x into main in ann/shop\n\n\
                    https://github.com/ann/shop/pull/45\n";
        let expected = Some((45, "https://github.com/ann/shop/pull/45".to_owned()));
        assert_eq!(created(said), expected);
        assert_eq!(created("https://github.com/ann/shop/compare/x\n"), None);
    }
}
