//! Gives live runs without an actor one, and records what actors reported. A report stays in `Seen` until
//! the journal has it, so a report that the journal refused is decided again.

use super::{Decision, View};
use protocol::{JobKind, RunId};

/// Decides about a run that is not over.
pub(crate) fn decide(view: &View<'_>, run: &RunId) -> Vec<Decision> {
    let Some(record) = view.state.runs.get(run) else { return Vec::new() };
    if view.seen.endings.contains_key(run) {
        return vec![Decision::End { run: run.clone() }];
    }
    let Some(status) = view.seen.runs.get(run) else {
        let is_starting = view
            .seen
            .jobs
            .get(&record.story)
            .is_some_and(|job| job.run == *run && job.job == JobKind::Keeper);
        return if is_starting { Vec::new() } else { vec![Decision::Follow { run: run.clone() }] };
    };
    let process = status.process.filter(|_| !record.started);
    let started = process.map(|pid| Decision::Started { run: run.clone(), pid });
    let unreadable = view.seen.unreadable.contains_key(run);
    let warning = unreadable.then(|| Decision::Unreadable { run: run.clone() });
    started.into_iter().chain(warning).collect()
}

#[cfg(test)]
mod tests {
    use super::super::scene::{Scene, Table};
    use super::*;
    use crate::record::{Ending, RunStatus};
    use protocol::StartFailedKind;

    #[test]
    fn a_live_run_is_followed_and_what_it_reported_is_recorded() {
        let mut table = Table::default();
        let mut case = |name: &str, see: &dyn Fn(&mut Scene, &RunId)| {
            table.case(name, |scene| {
                let story = scene.story("a", |_| ());
                let run = scene.starting(&story, None);
                see(scene, &run);
                decide(&scene.view(), &run)
            });
        };
        let status = |process| RunStatus { process, ..RunStatus::default() };
        case("nobody follows it", &|_, _| ());
        case("its keeper is being started", &|scene, run| {
            scene.working(run, JobKind::Keeper);
        });
        case("it is followed, and has no process yet", &|scene, run| {
            scene.seen.runs.insert(run.clone(), status(None));
        });
        case("its process was seen", &|scene, run| {
            scene.seen.runs.insert(run.clone(), status(Some(7)));
        });
        case("what it prints cannot be read", &|scene, run| {
            scene.seen.runs.insert(run.clone(), status(None));
            scene.seen.unreadable.insert(run.clone(), "the disk is gone".to_owned());
        });
        case("it is over", &|scene, run| {
            let ending = Ending::start_failed(StartFailedKind::Missing, "no such program");
            scene.seen.endings.insert(run.clone(), ending);
        });
        insta::assert_snapshot!("follow", table.text());
    }

    #[test]
    fn a_run_whose_story_prepares_another_one_is_followed() {
        let mut scene = Scene::default();
        let story = scene.story("a", |_| ());
        let run = scene.starting(&story, None);
        scene.prepares(&story);
        assert_eq!(decide(&scene.view(), &run), [Decision::Follow { run }]);
    }
}
