//! Compares the newest checkpoint of a story with those of the others of its project. What git cannot say of a pair is
//! not known of that pair, and the others are compared.

use crate::changes::{self, OwnPlan};
use crate::data_dir::DataDir;
use crate::error::{Error, Result};
use crate::git::{CheckpointPlace, ForecastSide, Git, Merging, Own, is_gone};
use crate::runtime;
use crate::state::Compared;
use crate::writer::StoreWriter;
use protocol::{ForecastStanding, Overlap, OverlapUnknown, PairForecast, StoryForecast, StoryId};
use std::time::{Duration, Instant};

/// How long a pair may take.
const PAIR_TIME: Duration = Duration::from_secs(20);

/// How long all pairs of a story may take; a command that held the files waits for it.
const MOST_TIME: Duration = Duration::from_secs(60);

/// With how many others a story is compared.
const MOST_PAIRS: usize = 30;

/// What is to be compared.
pub(crate) struct Comparison {
    pub(crate) git: Git,
    pub(crate) dir: DataDir,
    pub(crate) writer: StoreWriter,
    pub(crate) story: StoryId,
    /// The number of its newest checkpoint.
    pub(crate) checkpoint: u32,
    pub(crate) others: Vec<Compared>,
}

impl Comparison {
    /// Asks git.
    pub(crate) async fn run(self) -> StoryForecast {
        let found = self.compare().await;
        let (standing, pairs) = found.unwrap_or_else(|error| {
            tracing::warn!(story = %self.story, %error, "it is not known how its work comes together");
            (ForecastStanding::Unknown { why: unknown(&error) }, Vec::new())
        });
        StoryForecast { story: self.story, checkpoint: self.checkpoint, standing, pairs }
    }

    async fn compare(&self) -> Result<(ForecastStanding, Vec<PairForecast>)> {
        let alone = |standing| Ok((standing, Vec::new()));
        let plan = self.plan(&self.story, self.checkpoint).await?;
        if is_gone(plan.files.root()).await? {
            return alone(ForecastStanding::NoWorktree);
        }
        let place = CheckpointPlace {
            root: plan.files.root().to_owned(),
            scratch: self.dir.checkpoints(),
            own: self.dir.root().to_owned(),
        };
        if let Some(version) = self.git.too_old_to_forecast(&place).await? {
            let why = OverlapUnknown::GitTooOld { version };
            return alone(ForecastStanding::Unknown { why });
        }
        let own = changes::own(&self.git, &self.dir, &plan).await?;
        let merging = self.git.merging(&place).await?;
        if has_nothing(&merging, &own, &plan).await? {
            return alone(ForecastStanding::NothingNew);
        }
        let side = ForecastSide { commit: &plan.at.commit, own: &own };
        let began = Instant::now();
        let mut pairs = Vec::new();
        for (other, number) in self.others.iter().zip(0..) {
            let left = MOST_TIME.saturating_sub(began.elapsed());
            if other.before == Some((self.checkpoint, other.checkpoint)) {
                continue;
            }
            let overlap = match number < MOST_PAIRS && !left.is_zero() {
                true => self.pair_within(left.min(PAIR_TIME), &merging, side, other).await,
                false => Overlap::Unknown { why: OverlapUnknown::TooMany },
            };
            let with = other.story.clone();
            let checkpoint = other.checkpoint;
            pairs.push(PairForecast { with, checkpoint, overlap: Some(overlap) });
        }
        Ok((ForecastStanding::Compared, pairs))
    }

    async fn pair_within(
        &self,
        most: Duration,
        merging: &Merging<'_>,
        side: ForecastSide<'_>,
        other: &Compared,
    ) -> Overlap {
        let why = match tokio::time::timeout(most, self.pair(merging, side, other)).await {
            Ok(Ok(overlap)) => return overlap,
            Ok(Err(error)) => unknown(&error),
            Err(_) => {
                let seconds = u32::try_from(most.as_secs()).unwrap_or(u32::MAX).max(1);
                OverlapUnknown::TooLong { seconds }
            }
        };
        Overlap::Unknown { why }
    }

    async fn pair(
        &self,
        merging: &Merging<'_>,
        side: ForecastSide<'_>,
        other: &Compared,
    ) -> Result<Overlap> {
        let plan = self.plan(&other.story, other.checkpoint).await?;
        if is_gone(plan.files.root()).await? {
            return Ok(Overlap::Unknown { why: OverlapUnknown::NoWorktree });
        }
        let own = changes::own(&self.git, &self.dir, &plan).await?;
        if has_nothing(merging, &own, &plan).await? {
            return Ok(Overlap::Apart);
        }
        merging.overlap(side, ForecastSide { commit: &plan.at.commit, own: &own }).await
    }

    async fn plan(&self, story: &StoryId, n: u32) -> Result<OwnPlan> {
        let (writer, store, story) = (self.writer.clone(), self.dir.store(), story.clone());
        let plan = move || writer.read(&store, |reader| reader.own_plan(&story, n));
        runtime::blocking(plan).await.map_err(Error::Thread)?
    }
}

/// Whether the base of a story has all that it has.
async fn has_nothing(merging: &Merging<'_>, own: &Own, plan: &OwnPlan) -> Result<bool> {
    match &own.base {
        _ if own.is_nothing() => Ok(true),
        Some(base) => merging.has_all(base, &plan.at.commit).await,
        None => Ok(false),
    }
}

fn unknown(error: &Error) -> OverlapUnknown {
    OverlapUnknown::Git { why: error.to_string() }
}
