//! How GitLab is asked about merge requests, by its program `glab`, and what it answers. `glab api` is used, whose
//! answers are those of GitLab's own interface in every version of the program.
//! Source: "Merge requests API", "Pipelines API" and "Jobs API" of GitLab's documentation, the manual of `glab`.

use crate::{Call, Program, Remote, checks};
use protocol::{Check, PullRequest, PullRequestState};
use serde::Deserialize;
use url::form_urlencoded;

/// The most jobs of a pipeline that are asked for, which is the most that GitLab gives at once.
const MOST_JOBS: u32 = 100;

/// Asks whether somebody is signed in; see [`Program::says_signed_out`].
pub fn signed_in(remote: &Remote) -> Call {
    Call::new(Program::Glab, ["auth", "status", "--hostname", &remote.authority()])
}

/// Asks for the merge requests of a branch in a project, the newest first.
pub fn of_branch(into: &Remote, branch: &str) -> Call {
    let query = pairs(&[("source_branch", branch), ("state", "all"), ("per_page", "20")]);
    get(into, &format!("merge_requests?{query}"))
}

/// Asks for one merge request, which says what its newest pipeline is.
pub fn one(into: &Remote, number: u64) -> Call {
    get(into, &format!("merge_requests/{number}"))
}

/// Asks for the jobs of a pipeline.
pub fn jobs(into: &Remote, pipeline: Pipeline) -> Call {
    let project = pipeline.project.map_or_else(|| project(into), |id| id.to_string());
    call(into, &format!("projects/{project}/pipelines/{}/jobs?per_page={MOST_JOBS}", pipeline.id))
}

/// Begins a merge request of a branch of `from`.
pub fn create(
    into: &Remote,
    from: &Remote,
    branch: &str,
    base: &str,
    title: &str,
    text: &str,
    draft: bool,
) -> Call {
    // GitLab knows a draft by its title.
    let title = if draft { format!("Draft: {title}") } else { title.to_owned() };
    let endpoint = format!("projects/{}/merge_requests", project(from));
    let fields = [
        ("source_branch", branch),
        ("target_branch", base),
        ("title", &title),
        ("description", text),
    ];
    let mut made = call(from, &endpoint);
    made.args.push("--method=POST".to_owned());
    for (name, value) in fields {
        made.args.push(format!("--raw-field={name}={value}"));
    }
    if into != from {
        made.args.push(format!("--raw-field=target_project_path={}", into.path));
    }
    made
}

/// Asks for the log of a job.
pub fn log(into: &Remote, job: &str) -> Call {
    // The job may be one of a fork's pipeline: then its project is said with it.
    match job.split_once('/') {
        Some((project, job)) => call(into, &format!("projects/{project}/jobs/{job}/trace")),
        None => get(into, &format!("jobs/{job}/trace")),
    }
}

fn get(remote: &Remote, what: &str) -> Call {
    call(remote, &format!("projects/{}/{what}", project(remote)))
}

fn call(remote: &Remote, endpoint: &str) -> Call {
    Call::new(Program::Glab, ["api", "--hostname", &remote.authority(), endpoint])
}

/// A project's path as one part of an address.
fn project(remote: &Remote) -> String {
    form_urlencoded::byte_serialize(remote.path.as_bytes()).collect()
}

fn pairs(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// A merge request in an answer.
#[derive(Deserialize)]
struct Answered {
    iid: u64,
    web_url: String,
    state: String,
    title: String,
    #[serde(default)]
    draft: bool,
    #[serde(default)]
    target_branch: String,
    #[serde(default)]
    sha: Option<String>,
    #[serde(default)]
    head_pipeline: Option<HeadPipeline>,
}

#[derive(Deserialize)]
struct HeadPipeline {
    id: u64,
    #[serde(default)]
    project_id: Option<u64>,
}

/// A pipeline, and the project in which it ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pipeline {
    id: u64,
    project: Option<u64>,
}

/// A job in the answer to [`jobs`].
#[derive(Deserialize)]
struct Job {
    id: u64,
    name: String,
    status: String,
    #[serde(default)]
    stage: String,
    #[serde(default)]
    allow_failure: bool,
    #[serde(default)]
    web_url: Option<String>,
}

/// The number of the merge request that is to be shown: the newest one that is open, else the newest one. `None` if
/// there is none.
///
/// # Errors
/// If the answer is not what GitLab is known to answer.
pub fn found(answer: &str) -> Result<Option<u64>, serde_json::Error> {
    let listed: Vec<Answered> = serde_json::from_str(answer)?;
    let newest = listed.iter().max_by_key(|it| (it.state == "opened", it.iid));
    Ok(newest.map(|it| it.iid))
}

/// A merge request, still without checks, and its newest pipeline.
///
/// # Errors
/// If the answer is not what GitLab is known to answer.
pub fn read(answer: &str) -> Result<(PullRequest, Option<Pipeline>), serde_json::Error> {
    let it: Answered = serde_json::from_str(answer)?;
    let state = match it.state.as_str() {
        "opened" | "locked" => PullRequestState::Open,
        "merged" => PullRequestState::Merged,
        "closed" => PullRequestState::Closed,
        _ => PullRequestState::Unknown,
    };
    let pipeline = it.head_pipeline.map(|it| Pipeline { id: it.id, project: it.project_id });
    let found = PullRequest {
        number: it.iid,
        url: it.web_url,
        title: it.title,
        state,
        draft: it.draft,
        base: it.target_branch,
        head: it.sha,
        checks: Vec::new(),
    };
    Ok((found, pipeline))
}

/// The jobs of a pipeline as checks, in the order in which they ran.
///
/// # Errors
/// If the answer is not what GitLab is known to answer.
pub fn checks(answer: &str, pipeline: Pipeline) -> Result<Vec<Check>, serde_json::Error> {
    let mut jobs: Vec<Job> = serde_json::from_str(answer)?;
    jobs.sort_by_key(|job| job.id);
    let check = |job: Job| Check {
        name: match job.stage.as_str() {
            "" => job.name,
            stage => format!("{stage} / {}", job.name),
        },
        state: checks::of_job(&job.status, job.allow_failure),
        url: job.web_url.filter(|address| checks::is_page(address)),
        job: Some(match pipeline.project {
            Some(project) => format!("{project}/{}", job.id),
            None => job.id.to_string(),
        }),
    };
    Ok(jobs.into_iter().map(check).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::CheckState;

    fn remote(address: &str) -> Remote {
        Remote::of(address).unwrap()
    }

    #[test]
    fn what_is_asked_is_one_address_and_fields() {
        let shop = remote("https://gitlab.example.com:8443/group/team/shop.git");
        let base = ["api", "--hostname", "gitlab.example.com:8443"];
        let endpoint = |call: Call| {
            assert_eq!(call.args[..3], base);
            call.args[3..].join(" ")
        };
        assert_eq!(
            endpoint(of_branch(&shop, "musher/a&state=merged")),
            "projects/group%2Fteam%2Fshop/merge_requests?\
             source_branch=musher%2Fa%26state%3Dmerged&state=all&per_page=20"
        );
        let pipeline = Pipeline { id: 7, project: None };
        assert_eq!(
            endpoint(jobs(&shop, pipeline)),
            "projects/group%2Fteam%2Fshop/pipelines/7/jobs?per_page=100"
        );
        let of_fork = Pipeline { id: 7, project: Some(3) };
        assert_eq!(endpoint(jobs(&shop, of_fork)), "projects/3/pipelines/7/jobs?per_page=100");
        assert_eq!(endpoint(log(&shop, "9")), "projects/group%2Fteam%2Fshop/jobs/9/trace");
        assert_eq!(endpoint(log(&shop, "3/9")), "projects/3/jobs/9/trace");
    }

    #[test]
    fn a_merge_request_is_begun_in_the_branch_s_own_project() {
        let shop = remote("git@gitlab.com:group/shop.git");
        let fork = remote("git@gitlab.com:bob/shop.git");
        let call = create(&shop, &fork, "x", "main", "--web", "@file\nsecond", true);
        assert_eq!(
            call.args[3..],
            [
                "projects/bob%2Fshop/merge_requests",
                "--method=POST",
                "--raw-field=source_branch=x",
                "--raw-field=target_branch=main",
                "--raw-field=title=Draft: --web",
                "--raw-field=description=@file\nsecond",
                "--raw-field=target_project_path=group/shop",
            ]
        );
    }

    #[test]
    fn an_open_merge_request_comes_before_a_newer_closed_one() {
        assert_eq!(found(include_str!("../fixtures/glab-list.json")).unwrap(), Some(12));
        assert_eq!(found("[]").unwrap(), None);
        assert!(found("{\"message\":\"404 Project Not Found\"}").is_err());
    }

    #[test]
    fn the_jobs_of_its_pipeline_are_its_checks() {
        let (found, pipeline) = read(include_str!("../fixtures/glab-one.json")).unwrap();
        assert_eq!((found.number, found.state), (12, PullRequestState::Open));
        let pipeline = pipeline.unwrap();
        let checks = checks(include_str!("../fixtures/glab-jobs.json"), pipeline).unwrap();
        let shown: Vec<_> =
            checks.iter().map(|it| (it.name.as_str(), it.state, it.job.as_deref())).collect();
        assert_eq!(
            shown,
            [
                ("build / compile", CheckState::Passed, Some("278/801")),
                ("test / unit", CheckState::Failed, Some("278/802")),
                ("test / fuzz", CheckState::Allowed, Some("278/803")),
                ("deploy / production", CheckState::Waiting, Some("278/804")),
                ("deploy / pages", CheckState::Running, Some("278/805")),
                ("later", CheckState::Unknown, Some("278/806")),
            ]
        );
    }
}
