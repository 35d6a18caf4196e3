//! Scenes of pure text: short, long, fast, slow, and with the characters that break readers.

use std::time::{Duration, Instant};

use crate::stage::Play;
use crate::truth::content_hash;
use crate::turn::Turn;
use crate::wire::escape::{HIGH_HALF, LOW_HALF};
use crate::wire::outcome::Ending;

/// A thought and a short answer in Markdown.
pub(super) fn plain(turn: &mut Turn<'_>, _prompt: &str) -> Play<Ending> {
    turn.think("The person wants a short answer. A greeting, a list and a line of code will do.")?;
    turn.reply(
        "Hello from the **demo agent**.\n\n- nothing was changed\n- nothing was sent\n\n```sh\nsh parcel.sh list\n```\n",
    )?;
    Ok(turn.answer())
}

/// `size` bytes of numbered lines in one block.
pub(super) fn long(turn: &mut Turn<'_>, _prompt: &str) -> Play<Ending> {
    let size = turn.keys.number("size").unwrap_or(200_000);
    let mut text = String::with_capacity(size + 128);
    for line in 0_u64.. {
        if text.len() >= size {
            break;
        }
        text.push_str(&format!(
            "{line:08} The parcel moved from one depot to the next, as it did before.\n"
        ));
    }
    text.truncate(size);
    let pieces =
        text.as_bytes().chunks(2_000).map(|piece| String::from_utf8_lossy(piece).into_owned());
    let pieces: Vec<String> = pieces.collect();
    turn.say_pieces(pieces.into_iter(), |stage, _| stage.pause(5))?;
    turn.finish("end_turn");
    Ok(turn.answer())
}

/// The sizes of pieces in a flood, in bytes, one after the other.
const FLOOD_SIZES: &[usize] = &[8, 24, 64, 24, 200, 24, 1_000, 24];
/// Pieces per block, so that no block grows without bound.
const FLOOD_BLOCK: u64 = 500;

/// `rate` pieces of text per second for `seconds`, whatever the speed.
pub(super) fn flood(turn: &mut Turn<'_>, _prompt: &str) -> Play<Ending> {
    let rate = turn.keys.number::<u64>("rate").unwrap_or(1_000).max(1);
    let size = turn.keys.number::<usize>("size");
    let total = turn.keys.number::<u64>("seconds").unwrap_or(5).saturating_mul(rate);
    let began = Instant::now();
    let mut sent = 0;
    while sent < total {
        let now = FLOOD_BLOCK.min(total - sent);
        let pieces = (sent..sent + now).map(|number| flood_piece(number, size));
        turn.say_pieces(pieces, |stage, count| {
            let due =
                began + Duration::from_nanos((sent + count).saturating_mul(1_000_000_000 / rate));
            stage.pause_exactly(due.saturating_duration_since(Instant::now()))
        })?;
        sent += now;
    }
    turn.finish("end_turn");
    Ok(turn.answer())
}

fn flood_piece(number: u64, size: Option<usize>) -> String {
    let sizes = u64::try_from(FLOOD_SIZES.len()).unwrap_or(1);
    let which = usize::try_from(number % sizes).unwrap_or(0);
    let size = size.unwrap_or(FLOOD_SIZES[which]);
    let mut piece = format!("{number} ");
    piece.extend(std::iter::repeat_n('~', size.saturating_sub(piece.len())));
    piece
}

/// One word every `ms` (200), whatever the speed, until `n` words or an interrupt.
pub(super) fn slow(turn: &mut Turn<'_>, _prompt: &str) -> Play<Ending> {
    let gap = Duration::from_millis(turn.keys.number("ms").unwrap_or(200));
    let words = turn.keys.number("n").unwrap_or(u64::MAX);
    let pieces = (0..words).map(|word| format!("word{word} "));
    turn.say_pieces(pieces, move |stage, _| stage.pause_exactly(gap))?;
    turn.finish("end_turn");
    Ok(turn.answer())
}

const ODD: &str = "emoji: 😀 👨\u{200d}👩\u{200d}👧 🇩🇪; CJK: 漢字かな 한글; combining: e\u{301} Z\u{351}\u{36b}; RTL: שלום \u{202e}override\u{202c}; LS[\u{2028}] PS[\u{2029}] NEL[\u{85}] BOM[\u{feff}] ZWSP[\u{200b}]; C0: BEL[\u{7}] BS[\u{8}] VT[\u{b}] ESC[\u{1b}[31mred\u{1b}[0m] OSC[\u{1b}]0;title\u{7}] OSC52[\u{1b}]52;c;aGk=\u{7}] DEL[\u{7f}] NUL[\u{0}] CR[\r] CRLF[\r\n] TAB[\t]; C1: CSI[\u{9b}31m]; quotes: \" ' ` \\ </script> <img src=x onerror=alert(1)> <!-- ${x} %s {{y}}";

/// Characters that break terminals, parsers and pages.
pub(super) fn unicode(turn: &mut Turn<'_>, _prompt: &str) -> Play<Ending> {
    turn.think(ODD)?;
    turn.reply(ODD)?;
    Ok(turn.answer())
}

/// Halves of surrogate pairs, which no valid text holds.
pub(super) fn surrogate(turn: &mut Turn<'_>, _prompt: &str) -> Play<Ending> {
    turn.reply(&format!("half a pair: [{HIGH_HALF}] and a low one: [{LOW_HALF}] end"))?;
    Ok(turn.answer())
}

/// Says how long the prompt was and what its hash is.
pub(super) fn echo(turn: &mut Turn<'_>, prompt: &str) -> Play<Ending> {
    turn.reply(&format!("{} bytes, hash {}", prompt.len(), content_hash(prompt.as_bytes())))?;
    Ok(turn.answer())
}
