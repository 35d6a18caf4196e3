//! Has stories compared with the others of their project, records what came of it, and tells two stories that they came
//! to conflict. One story of a project is compared at a time.

use super::jobs::AbortOnDrop;
use super::{Director, Input};
use crate::error::{Error, Result};
use crate::job::forecast::Comparison;
use crate::policy::forecast::Forecasting;
use crate::runtime;
use protocol::{ForecastStanding, JournalEvent, Overlap, PairForecast, StoryForecast, StoryId};
use std::collections::BTreeMap;

/// The comparisons that are under way, by project.
#[derive(Default)]
pub(super) struct ForecastJobs(BTreeMap<String, AbortOnDrop>);

impl ForecastJobs {
    /// Ends all.
    pub(super) fn abort(&mut self) {
        self.0.clear();
    }
}

impl Director {
    /// Starts a comparison.
    pub(super) fn forecast(&mut self, story: &StoryId) -> Result<()> {
        let project = self.state.stories.get(story).map(|record| record.project.clone());
        let checkpoint = self.state.forecasts.newest(story);
        let (Some(project), Some(checkpoint)) = (project, checkpoint) else { return Ok(()) };
        let job = Comparison {
            git: self.git_of(story),
            dir: self.dir.clone(),
            writer: self.writer.clone(),
            story: story.clone(),
            checkpoint,
            others: self.state.compared_with(story),
        };
        let (inputs, of) = (self.inputs.clone(), project.clone());
        let report = async move {
            let made = Box::new(job.run().await);
            // If the director has ended, the next one decides again.
            let _ = inputs.send(Input::Forecast(of, made));
        };
        let spawned = runtime::handle().map_err(Error::Thread)?.spawn(report);
        self.forecasts.0.insert(project.clone(), AbortOnDrop::of(&spawned));
        self.seen.forecasting.insert(project, Forecasting { done: None });
        Ok(())
    }

    /// Takes what was found. What is as it was recorded before is not recorded again.
    pub(super) fn forecast_made(&mut self, project: &str, mut made: StoryForecast) {
        self.forecasts.0.remove(project);
        let known = &self.state.forecasts;
        let of = made.story.clone();
        let all = |overlap: Option<Overlap>| {
            let pairs = known.pairs_of(&of).map(|(with, checkpoint)| PairForecast {
                with: with.clone(),
                checkpoint,
                overlap: overlap.clone(),
            });
            pairs.collect()
        };
        match &made.standing {
            ForecastStanding::Compared => {
                for pair in &mut made.pairs {
                    let is_known = pair.overlap.as_ref() == known.overlap(&of, &pair.with);
                    pair.overlap = pair.overlap.take().filter(|_| !is_known);
                }
            }
            ForecastStanding::Unknown { why } => {
                made.pairs = all(Some(Overlap::Unknown { why: why.clone() }));
            }
            ForecastStanding::NothingNew | ForecastStanding::NoWorktree => made.pairs = all(None),
        }
        if let Some(under_way) = self.seen.forecasting.get_mut(project) {
            under_way.done = Some(made);
        }
        self.pace.gather();
    }

    /// Records what was found. Nothing is recorded of stories that were archived meanwhile.
    pub(super) fn forecasted(&mut self, project: &str) -> Result<()> {
        let done = self.seen.forecasting.get(project).and_then(|it| it.done.clone());
        let Some(mut forecast) = done.map(Box::new) else { return Ok(()) };
        forecast.pairs.retain(|pair| self.state.is_compared(&pair.with));
        if self.state.is_compared(&forecast.story) {
            self.record(None, None, JournalEvent::ForecastMade { forecast })?;
        }
        self.seen.forecasting.remove(project);
        Ok(())
    }

    /// Records in a story that it came to conflict with another one.
    pub(super) fn tell_collision(&mut self, story: &StoryId, with: &StoryId) -> Result<()> {
        let title = self.state.stories.get(with).map(|other| other.title.clone());
        let files = self.state.forecasts.collision(story, with).cloned();
        let event = JournalEvent::CollisionFound {
            with: with.clone(),
            title: title.unwrap_or_default(),
            files: files.unwrap_or_default(),
        };
        self.record(Some(story), None, event)?;
        Ok(())
    }
}
