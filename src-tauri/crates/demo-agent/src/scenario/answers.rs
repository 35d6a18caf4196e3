//! Scenes that consist of text only: short, long, fast, slow, and with characters that readers may
//! handle wrongly.

use std::time::Duration;

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

/// One word every `ms` milliseconds (200), at any speed setting, until `n` words or an interrupt.
pub(super) fn slow(turn: &mut Turn<'_>, _prompt: &str) -> Play<Ending> {
    let gap = Duration::from_millis(turn.keys.number("ms").unwrap_or(200));
    let words = turn.keys.number("n").unwrap_or(u64::MAX);
    let pieces = (0..words).map(|word| format!("word{word} "));
    turn.say_pieces(pieces, move |stage, _| stage.pause_exactly(gap))?;
    turn.finish("end_turn");
    Ok(turn.answer())
}

const ODD: &str = "emoji: 😀 👨\u{200d}👩\u{200d}👧 🇩🇪; CJK: 漢字かな 한글; combining: e\u{301} Z\u{351}\u{36b}; RTL: שלום \u{202e}override\u{202c}; LS[\u{2028}] PS[\u{2029}] NEL[\u{85}] BOM[\u{feff}] ZWSP[\u{200b}]; C0: BEL[\u{7}] BS[\u{8}] VT[\u{b}] ESC[\u{1b}[31mred\u{1b}[0m] OSC[\u{1b}]0;title\u{7}] OSC52[\u{1b}]52;c;aGk=\u{7}] DEL[\u{7f}] NUL[\u{0}] CR[\r] CRLF[\r\n] TAB[\t]; C1: CSI[\u{9b}31m]; quotes: \" ' ` \\ </script> <img src=x onerror=alert(1)> <!-- ${x} %s {{y}}";

/// Characters that terminals, parsers and pages may handle wrongly.
pub(super) fn unicode(turn: &mut Turn<'_>, _prompt: &str) -> Play<Ending> {
    turn.think(ODD)?;
    turn.reply(ODD)?;
    Ok(turn.answer())
}

/// Unpaired surrogates, which no valid text contains.
pub(super) fn surrogate(turn: &mut Turn<'_>, _prompt: &str) -> Play<Ending> {
    turn.reply(&format!("half a pair: [{HIGH_HALF}] and a low one: [{LOW_HALF}] end"))?;
    Ok(turn.answer())
}

/// Prints the length and the hash of the prompt.
pub(super) fn echo(turn: &mut Turn<'_>, prompt: &str) -> Play<Ending> {
    turn.reply(&format!("{} bytes, hash {}", prompt.len(), content_hash(prompt.as_bytes())))?;
    Ok(turn.answer())
}
