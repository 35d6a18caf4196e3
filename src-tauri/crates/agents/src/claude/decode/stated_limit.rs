//! Limits that the program tells only in a sentence: versions before the limit event, other hosts of the
//! program, and requests whose limit has no window. The sentence may have the reset as Unix seconds behind
//! a bar, or as the time of a clock.

use super::instant::unix;
use super::limits;
use crate::clock_time;
use protocol::{LimitObservation, LimitStatus, Timestamp};

/// The beginnings of the sentences, in lower case and with a plain apostrophe.
const BEGINNINGS: [&str; 11] = [
    "claude ai usage limit reached",
    "claude usage limit reached",
    "usage limit reached",
    "5-hour limit reached",
    "session limit reached",
    "weekly limit reached",
    "opus limit reached",
    "opus weekly limit reached",
    "sonnet limit reached",
    "sonnet weekly limit reached",
    "limit reached",
];

/// The beginnings after which the sentence names the limit: `You've hit your weekly limit`.
const YOURS: [&str; 4] =
    ["you've hit your ", "you've reached your ", "you have hit your ", "you have reached your "];

/// What the program writes when paid extra usage is used up, too.
const NO_EXTRA: &str = "you're out of extra usage";

/// Models that have limits of their own.
const MODELS: [(&str, &str); 2] = [("opus", "seven_day_opus"), ("sonnet", "seven_day_sonnet")];

/// Reads the limit that a sentence states; `None` if it states none. `model` is the model of the
/// conversation.
pub(super) fn limit(words: &str, model: Option<&str>) -> Option<LimitObservation> {
    let first = words.trim().lines().next()?;
    let first = first.strip_prefix("API Error: ").unwrap_or(first);
    let sentence = first.to_lowercase().replace('\u{2019}', "'");
    let named = named(&sentence)?;
    let of_model = MODELS.iter().find(|(name, _)| named.contains(name));
    let window = match of_model {
        Some((_, window)) => Some(*window),
        None if named.contains("week") => Some("seven_day"),
        None if named.contains("5-hour") || named.contains("session") => Some("five_hour"),
        None => None,
    };
    Some(LimitObservation {
        status: LimitStatus::Rejected,
        window: window.map(str::to_owned),
        name: window.map(limits::name),
        resets_at: behind_bar(&sentence),
        resets_on_clock: clock_time::reset(first),
        only_model: of_model.map(|_| model.unwrap_or("unknown").to_owned()),
        overage_disabled: None,
        windows: Vec::new(),
    })
}

/// The part of the sentence that names the limit.
fn named(sentence: &str) -> Option<&str> {
    if let Some(beginning) = BEGINNINGS.iter().find(|known| sentence.starts_with(**known)) {
        return Some(beginning);
    }
    if sentence.starts_with(NO_EXTRA) {
        return Some(NO_EXTRA);
    }
    let rest = YOURS.iter().find_map(|known| sentence.strip_prefix(known))?;
    let end = rest.find("limit")?;
    // A name of a few words, not a sentence about limits.
    let name = &rest[..end];
    (name.split(' ').count() <= 4).then_some(name)
}

fn behind_bar(sentence: &str) -> Option<Timestamp> {
    let number: String =
        sentence.split_once('|')?.1.trim().chars().take_while(char::is_ascii_digit).collect();
    unix(number.parse().ok()?)
}
