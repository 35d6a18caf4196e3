//! A scene for measuring readers: a given rate of output for a given time, at any speed setting. By
//! default it prints pieces of text, of `size` bytes or of different sizes. With `mix` it prints
//! lines like an agent at work: thoughts, Markdown, calls of a tool that really writes, and their
//! results. With `stamp` every piece begins with the time at which it was made.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::stage::Play;
use crate::tools::Tool;
use crate::turn::Turn;
use crate::wire::outcome::Ending;

/// The sizes of consecutive pieces in bytes, if no `size` is given.
const SIZES: &[usize] = &[8, 24, 64, 24, 200, 24, 1_000, 24];

/// The number of pieces per block of text, so that no block grows without limit: about a page of
/// text, or with `mix` the text between two calls.
const BLOCK: u64 = 500;
const BLOCK_OF_MIX: u64 = 60;

const PROSE: &str = "The three validators share one shape, so what they have in common is a function of its own now.\n\n- `validate_name` reads the limit from the settings\n- `validate_mail` takes an umlaut, as in \"J\u{fc}rgen\"\n\n```sh\nsh parcel.sh list --all\n```\n\n";

/// `rate` pieces, or lines of a `mix`, per second for `seconds`.
pub(super) fn flood(turn: &mut Turn<'_>, _prompt: &str) -> Play<Ending> {
    let mut flood = Flood::asked(turn);
    let file = turn.path("flood.txt");
    while flood.sent < flood.total {
        if flood.mix {
            turn.think(&PROSE[..96])?;
            flood.text(turn, BLOCK_OF_MIX)?;
            turn.perform(&Tool::Write { path: file.clone(), content: PROSE.to_owned() })?;
        } else {
            flood.text(turn, BLOCK.min(flood.total - flood.sent))?;
        }
    }
    turn.finish("end_turn");
    Ok(turn.answer())
}

struct Flood {
    rate: u64,
    total: u64,
    size: Option<usize>,
    mix: bool,
    stamp: bool,
    began: Instant,
    /// The number of lines printed before it.
    before: u64,
    pieces: u64,
    /// The number of pieces, or of lines of a mix.
    sent: u64,
}

impl Flood {
    fn asked(turn: &Turn<'_>) -> Self {
        let rate = turn.keys.number::<u64>("rate").unwrap_or(1_000).max(1);
        Self {
            rate,
            total: turn.keys.number::<u64>("seconds").unwrap_or(5).saturating_mul(rate),
            size: turn.keys.number("size"),
            mix: turn.keys.has("mix"),
            stamp: turn.keys.has("stamp"),
            began: Instant::now(),
            before: turn.talk.stage.mangled.lines(),
            pieces: 0,
            sent: 0,
        }
    }

    /// One block of text with this many pieces, each printed when it is due.
    fn text(&mut self, turn: &mut Turn<'_>, pieces: u64) -> Play<()> {
        turn.say_made(|stage, count| {
            if count == pieces {
                return Ok(None);
            }
            let due = Duration::from_nanos(self.sent.saturating_mul(1_000_000_000 / self.rate));
            stage.pause_exactly((self.began + due).saturating_duration_since(Instant::now()))?;
            let piece = self.piece();
            self.pieces += 1;
            self.sent = if self.mix { stage.mangled.lines() - self.before } else { self.pieces };
            Ok(Some(piece))
        })
    }

    fn piece(&self) -> String {
        let mut piece = match self.stamp {
            true => format!("@{}@ ", now_ms()),
            false => String::new(),
        };
        match self.size {
            _ if self.mix => piece.push_str(words(self.pieces)),
            size => {
                let which = usize::try_from(self.pieces).unwrap_or(0) % SIZES.len();
                let size = size.unwrap_or(SIZES[which]);
                piece.push_str(&format!("{} ", self.pieces));
                piece.extend(std::iter::repeat_n('~', size.saturating_sub(piece.len())));
            }
        }
        piece
    }
}

/// A few words of text, different for each number.
fn words(number: u64) -> &'static str {
    const PIECE: usize = 24;
    let whole = PROSE.len().div_ceil(PIECE);
    let from = usize::try_from(number).unwrap_or(0) % whole * PIECE;
    &PROSE[PROSE.floor_char_boundary(from)..PROSE.floor_char_boundary(from + PIECE)]
}

fn now_ms() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis())
}
