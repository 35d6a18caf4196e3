//! Accounts that a limit holds, folded from the journal: until when, for which model, and which run
//! tests whether the limit is gone. Part of the fold in [`super::State`]; policies decide about
//! holds.

use protocol::{AccountId, ResetBasis, RunId, Timestamp};
use std::collections::BTreeMap;

/// The length of a hold that an earlier version recorded without an end.
pub(super) const WITHOUT_END_MS: i64 = 5 * 60 * 1000;

/// An account, or one model of it, that is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hold {
    /// The account.
    pub(crate) account: AccountId,
    /// The only model that is held; `None` if the whole account is held.
    pub(crate) model: Option<HeldModel>,
    /// The window that refused, if the agent named it.
    pub(crate) window: Option<String>,
    /// When the limit is expected to have reset.
    pub(crate) until: Timestamp,
    /// How that is known.
    pub(crate) reset: ResetBasis,
    /// When the limit was known: when the run that it stopped ended.
    pub(crate) known: Timestamp,
    /// A run of the account that began after that succeeded, so the limit is gone.
    pub(crate) is_gone: bool,
    /// The run that was started all the same, to try whether the limit is gone.
    pub(crate) probe: Option<RunId>,
}

/// A model that is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HeldModel {
    /// The name in the limit.
    pub(crate) name: String,
    /// The name in the limited run's request; `None` is the agent's default model.
    pub(crate) asked_for: Option<String>,
}

impl Hold {
    /// Whether the hold applies to a run of this account with this model.
    pub(crate) fn covers(&self, account: &AccountId, model: Option<&str>) -> bool {
        let is_model = |held: &HeldModel| {
            held.asked_for.as_deref() == model || model == Some(held.name.as_str())
        };
        self.account == *account && self.model.as_ref().is_none_or(is_model)
    }

    /// The name of the only model that is held.
    pub(crate) fn model_name(&self) -> Option<&str> {
        self.model.as_ref().map(|model| model.name.as_str())
    }

    fn is(&self, account: &AccountId, model: Option<&str>) -> bool {
        self.account == *account && self.model_name() == model
    }
}

/// Limits in a row, without a success in between.
#[derive(Clone, Copy, Debug)]
struct Streak {
    limits: u32,
    since: Timestamp,
}

/// The holds, and how many limits came in a row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Holds {
    open: Vec<Hold>,
    streaks: BTreeMap<(AccountId, Option<String>), Streak>,
}

impl Holds {
    /// The holds, oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Hold> {
        self.open.iter()
    }

    /// The hold of an account, or of one model of it.
    pub(crate) fn get(&self, account: &AccountId, model: Option<&str>) -> Option<&Hold> {
        self.open.iter().find(|hold| hold.is(account, model))
    }

    /// How many limits of this account, or of one model of it, came in a row before the limit of a
    /// run that was started at `started`. A limit that began while that run was active is the same
    /// limit.
    pub(crate) fn in_a_row(
        &self,
        account: &AccountId,
        model: Option<&str>,
        started: Timestamp,
    ) -> u32 {
        let streak = self.streaks.get(&(account.clone(), model.map(str::to_owned)));
        streak.map_or(0, |streak| match started <= streak.since {
            true => streak.limits.saturating_sub(1),
            false => streak.limits,
        })
    }

    /// A hold begins at `at`, or goes on until another time. `started` is when the run was started that was
    /// limited.
    pub(super) fn started(&mut self, hold: Hold, at: Timestamp, started: Option<Timestamp>) {
        let name = hold.model_name();
        let in_a_row = self.in_a_row(&hold.account, name, started.unwrap_or(at)).saturating_add(1);
        let key = (hold.account.clone(), name.map(str::to_owned));
        let streak = self.streaks.entry(key).or_insert(Streak { limits: 0, since: at });
        if in_a_row > streak.limits {
            *streak = Streak { limits: in_a_row, since: at };
        }
        self.open.retain(|open| !open.is(&hold.account, name));
        self.open.push(hold);
    }

    pub(super) fn ended(&mut self, account: &AccountId, model: Option<&str>) {
        self.open.retain(|hold| !hold.is(account, model));
    }

    /// A run begins. If its account is held, it is the one that tests whether the limit is gone.
    pub(super) fn run_starting(&mut self, run: &RunId, account: &AccountId, model: Option<&str>) {
        for hold in self.open.iter_mut().filter(|hold| hold.covers(account, model)) {
            hold.probe = Some(run.clone());
        }
    }

    /// Whether this run tests whether a limit is gone.
    pub(super) fn has_probe(&self, run: &RunId) -> bool {
        self.open.iter().any(|hold| hold.probe.as_ref() == Some(run))
    }

    /// A run that was started at `started`, and asked for this model, ended well.
    pub(super) fn succeeded(
        &mut self,
        account: &AccountId,
        model: Option<&str>,
        started: Timestamp,
    ) {
        self.streaks.retain(|(of, _), streak| of != account || started <= streak.since);
        for hold in self.open.iter_mut().filter(|hold| hold.covers(account, model)) {
            hold.is_gone |= started > hold.known;
        }
    }
}
