//! The file `inputs`: one JSON line for each input that the keeper accepted, with the input's id and its
//! range in `input.log`. The file makes inputs idempotent and shows, after a crash, which of them reached
//! the keeper. Bytes of `input.log` after the range of the last line were never accepted.

use serde::{Deserialize, Serialize};

/// One accepted input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputRecord {
    /// The sender's id; the keeper's own inputs have ids that begin with `keeper:`.
    pub id: String,
    /// Where the input's bytes begin in `input.log`.
    pub offset: u64,
    /// The length of the input in bytes.
    pub len: u64,
}

impl InputRecord {
    /// Encodes the record as a line on disk.
    pub(crate) fn line(&self) -> Vec<u8> {
        let mut line = serde_json::to_vec(self).expect("strings and numbers are always JSON");
        line.push(b'\n');
        line
    }
}

/// Reads the lines of the file; a last line without its newline is left out.
pub(crate) fn parse(bytes: &[u8]) -> serde_json::Result<Vec<InputRecord>> {
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    bytes[..whole]
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(serde_json::from_slice)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_line_is_left_out_and_whole_ones_are_read() {
        let first = InputRecord { id: "a\n\"b".into(), offset: 0, len: 5 };
        let second = InputRecord { id: "c".into(), offset: 5, len: 1 };
        let bytes = [first.line(), second.line()].concat();
        for cut in 0..bytes.len() {
            let expected = if cut < first.line().len() { &[][..] } else { &[first.clone()][..] };
            assert_eq!(parse(&bytes[..cut]).unwrap(), expected, "cut at {cut}");
        }
        assert_eq!(parse(&bytes).unwrap(), [first, second]);
    }
}
