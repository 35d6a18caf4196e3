//! Makes ids that look like those of the real program and are the same in every run of the same
//! session: a counter mixed with the session id and the number of the process on that session.
//! Nothing is random, so that tests can compare whole streams; two processes on one session still
//! have different ids.

use std::fmt::Write as _;

/// The source of all ids in one process.
#[derive(Debug)]
pub(crate) struct Ids {
    seed: u64,
    run: u64,
    next: u64,
    messages: u64,
    requests: u64,
}

impl Ids {
    /// `run` is the number of this process among those of `session`, from 1.
    pub(crate) fn new(session: &str, run: u64) -> Self {
        let seed = mix(fnv(session.as_bytes()) ^ mix(run));
        Self { seed, run, next: 0, messages: 0, requests: 0 }
    }

    fn draw(&mut self) -> u64 {
        self.next += 1;
        mix(self.seed.wrapping_add(self.next.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }

    /// A UUID in the form of version 4.
    pub(crate) fn uuid(&mut self) -> String {
        let (high, low) = (self.draw(), self.draw());
        let high = (high & 0xffff_ffff_ffff_0fff) | 0x4000;
        let low = (low & 0x3fff_ffff_ffff_ffff) | 0x8000_0000_0000_0000;
        format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xffff,
            low >> 48,
            low & 0xffff_ffff_ffff
        )
    }

    /// The id of the next model message (`api_message_id`).
    pub(crate) fn message(&mut self) -> String {
        self.messages += 1;
        format!("msg_demo_{}_{:04}", self.run, self.messages)
    }

    /// The id of the next request to the model.
    pub(crate) fn request(&mut self) -> String {
        self.requests += 1;
        format!("req_demo_{}_{}", self.run, self.requests)
    }

    /// The id of the tool call in block `index` of the current message.
    pub(crate) fn tool(&self, index: usize) -> String {
        format!("toolu_demo_{}_{:03}_{index}", self.run, self.messages)
    }

    /// The id of a background task: `a` and 16 digits for a subagent.
    pub(crate) fn agent_task(&mut self) -> String {
        format!("a{:016x}", self.draw())
    }

    /// The id of a background command: `b` and 8 letters or digits.
    pub(crate) fn shell_task(&mut self) -> String {
        format!("b{}", base36(self.draw(), 8))
    }

    /// The `run_id` of a background task.
    pub(crate) fn task_run(&mut self) -> String {
        let (left, right) = (self.draw(), self.draw());
        format!("0{}-{:08x}", base36(left, 8), right >> 32)
    }
}

fn base36(mut number: u64, length: usize) -> String {
    let mut text = String::new();
    for _ in 0..length {
        let digit = u32::try_from(number % 36).unwrap_or(0);
        text.push(char::from_digit(digit, 36).unwrap_or('0'));
        number /= 36;
    }
    text
}

/// FNV-1a, 64 bits.
pub(crate) fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// 16 hexadecimal digits of [`fnv`].
pub(crate) fn fnv_hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(16);
    // Error ignored: writing to a String cannot fail.
    let _ = write!(text, "{:016x}", fnv(bytes));
    text
}

/// The finaliser of SplitMix64, which spreads similar numbers over all bits.
fn mix(number: u64) -> u64 {
    let mut mixed = number;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_same_session_and_run_give_the_same_ids() {
        let draw = |run| (0..500).map(|_| ()).fold(Ids::new("s", run), |ids, ()| ids).uuid();
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }

    #[test]
    fn ids_do_not_repeat_and_have_the_form_of_a_uuid() {
        let mut ids = Ids::new("0b9a", 1);
        let seen: BTreeSet<String> = (0..10_000).map(|_| ids.uuid()).collect();
        assert_eq!(seen.len(), 10_000);
        let one = ids.uuid();
        assert_eq!(one.len(), 36);
        assert_eq!(one.as_bytes()[14], b'4');
        assert!(matches!(one.as_bytes()[19], b'8' | b'9' | b'a' | b'b'));
    }

    #[test]
    fn fnv_is_the_published_function() {
        assert_eq!(fnv_hex(b""), "cbf29ce484222325");
        assert_eq!(fnv_hex(b"a"), "af63dc4c8601ec8c");
    }
}
