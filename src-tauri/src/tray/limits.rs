//! The limit windows in the tray's menu: the account, how much is used, when the window resets. Pure. A
//! window whose reset has passed shows nothing about now and is left out.

use super::words::{THIN, countdown, line, long};
use engine::programs;
use protocol::{Limit, LimitStatus, Timestamp};
use words::Message;

/// The most windows that are listed; the board has all of them.
const MOST: usize = 6;

/// The widest name of an account, in columns.
const NAME: usize = 30;

/// The age from which a value's age is shown, in milliseconds.
const OLD: i64 = 15 * 60_000;

/// One line per window, those that end first at the beginning: `Claude Code work, 5 h: 62 %, resets in 1
/// h 39`.
pub(super) fn lines(limits: &[Limit], now: Timestamp) -> Vec<String> {
    let mut going: Vec<&Limit> =
        limits.iter().filter(|limit| limit.resets_at.is_none_or(|at| at > now)).collect();
    going.sort_by_key(|limit| (limit.resets_at.is_none(), limit.resets_at, &limit.account));
    going.into_iter().take(MOST).map(|limit| text(limit, now)).collect()
}

fn text(limit: &Limit, now: Timestamp) -> String {
    let name = line(&account_name(limit), NAME);
    let window = line(&limit.name.words(THIN), NAME);
    let mut said = vec![used(limit)];
    said.extend(limit.resets_at.map(|at| {
        let time = countdown(at.since(now));
        Message::LimitResets { time: &time }.text()
    }));
    let age = now.since(limit.seen_at);
    if age > OLD && !limit.holds() {
        said.push(Message::LimitSeen { time: &long(age) }.text());
    }
    format!("{name}, {window}: {}", said.join(", "))
}

fn used(limit: &Limit) -> String {
    match (limit.status, limit.utilization) {
        _ if limit.holds() => Message::TrayLimitHeld.text(),
        (LimitStatus::Rejected, _) if !limit.name.is_extra => Message::LimitNoLongerHeld.text(),
        (LimitStatus::Rejected, _) => Message::LimitNoExtraUsage.text(),
        (LimitStatus::Overage, _) => Message::LimitExtraUsage.text(),
        (_, Some(used)) => format!("{:.0}\u{202f}%", used * 100.0),
        (_, None) => Message::LimitUseNotKnown.text(),
    }
}

/// The agent's name and the account's; the account's id if the account is not known.
fn account_name(limit: &Limit) -> String {
    match (&limit.agent, &limit.account_name) {
        (Some(agent), Some(name)) => format!("{} {name}", programs::name_of(agent)),
        _ => limit.account.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{AccountId, AgentId, RunId, WindowName};

    const HOUR: i64 = 3_600_000;

    fn limit(name: &str, window: WindowName) -> Limit {
        Limit {
            account: AccountId::new(format!("demo:{name}")),
            agent: Some(AgentId::new("demo")),
            account_name: Some(name.to_owned()),
            window: "w".to_owned(),
            name: window,
            status: LimitStatus::Allowed,
            utilization: Some(0.62),
            resets_at: Some(Timestamp::from_millis(2 * HOUR)),
            seen_at: Timestamp::from_millis(HOUR),
            source: RunId::new("run"),
            is_over: false,
        }
    }

    #[test]
    fn a_window_says_whose_it_is_how_much_is_used_and_when_it_resets() {
        let now = Timestamp::from_millis(HOUR);
        let held = Limit {
            status: LimitStatus::Rejected,
            ..limit("none", WindowName::lasting(18_000_000))
        };
        let unknown = Limit {
            utilization: None,
            resets_at: None,
            ..limit("work", WindowName::called("x y"))
        };
        let over = Limit { resets_at: Some(now), ..limit("none", WindowName::default()) };
        let week = WindowName::lasting(604_800_000);
        let big = WindowName { model: Some("big".to_owned()), ..week };
        let odd = Limit { agent: None, account_name: None, ..limit("odd", big) };
        let old = Limit { seen_at: Timestamp::from_millis(0), ..odd };
        let said = lines(&[unknown, over, held, old], now);
        assert_eq!(
            said,
            [
                "Demo agent none, 5\u{202f}h: held, resets in 1\u{202f}h\u{a0}00",
                "demo:odd, 7\u{202f}d big: 62\u{202f}%, resets in 1\u{202f}h\u{a0}00, seen 1\u{202f}h\u{a0}00 ago",
                "Demo agent work, x y: use not known",
            ]
        );
    }

    #[test]
    fn extra_usage_is_said_in_words_and_holds_nothing() {
        let refused = |is_extra| Limit {
            status: LimitStatus::Rejected,
            resets_at: None,
            ..limit("none", WindowName { is_extra, ..WindowName::called("extra usage") })
        };
        let served = Limit { status: LimitStatus::Overage, ..refused(false) };
        let said = lines(&[refused(false), refused(true), served], Timestamp::from_millis(HOUR));
        assert_eq!(
            said,
            [
                "Demo agent none, extra usage: held",
                "Demo agent none, extra usage: no extra usage",
                "Demo agent none, extra usage: extra usage is used",
            ]
        );
    }

    #[test]
    fn what_is_over_holds_nothing() {
        let over = Limit {
            status: LimitStatus::Rejected,
            resets_at: None,
            is_over: true,
            ..limit("none", WindowName::lasting(18_000_000))
        };
        let said = lines(&[over], Timestamp::from_millis(HOUR));
        assert_eq!(said, ["Demo agent none, 5\u{202f}h: no longer held"]);
    }

    #[test]
    fn many_windows_are_not_all_listed() {
        let many: Vec<Limit> =
            (0..40).map(|n| limit("none", WindowName::called(format!("w{n}")))).collect();
        assert_eq!(lines(&many, Timestamp::from_millis(0)).len(), MOST);
    }
}
