//! Sends the environment of a run from the launcher to the keeper through a pipe, so that no value is
//! ever on disk or in a command line. Format: a count, then for each variable the length and bytes of its
//! name and of its value; numbers are u32, little endian.

use std::ffi::{OsStr, OsString};
use std::io::{self, Read, Write};

use crate::os;

/// The most variables, and the most bytes of one; exec accepts less anyway.
const LIMIT: u32 = 64 * 1024 * 1024;

/// Sends the block.
pub(crate) fn write(to: &mut impl Write, env: &[(OsString, OsString)]) -> io::Result<()> {
    let mut block = Vec::new();
    push_len(&mut block, env.len())?;
    for text in env.iter().flat_map(|(name, value)| [name, value]) {
        push_text(&mut block, text)?;
    }
    to.write_all(&block)
}

fn push_text(block: &mut Vec<u8>, text: &OsStr) -> io::Result<()> {
    let bytes = os::encode(text);
    push_len(block, bytes.len())?;
    block.extend_from_slice(&bytes);
    Ok(())
}

fn push_len(block: &mut Vec<u8>, len: usize) -> io::Result<()> {
    let len = u32::try_from(len).ok().filter(|len| *len <= LIMIT);
    let len = len.ok_or(io::ErrorKind::InvalidInput)?;
    block.extend_from_slice(&len.to_le_bytes());
    Ok(())
}

/// Receives the block.
pub(crate) fn read(from: &mut impl Read) -> io::Result<Vec<(OsString, OsString)>> {
    let count = read_len(from)?;
    (0..count).map(|_| Ok((read_text(from)?, read_text(from)?))).collect()
}

fn read_text(from: &mut impl Read) -> io::Result<OsString> {
    let len = u64::from(read_len(from)?);
    let mut bytes = Vec::new();
    from.take(len).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < len {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(os::decode(bytes))
}

fn read_len(from: &mut impl Read) -> io::Result<u32> {
    let mut bytes = [0; 4];
    from.read_exact(&mut bytes)?;
    let len = u32::from_le_bytes(bytes);
    if len > LIMIT { Err(io::ErrorKind::InvalidData.into()) } else { Ok(len) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_any_kind_survive_and_a_cut_is_noticed() {
        let env: Vec<(OsString, OsString)> =
            vec![("A".into(), "".into()), ("Ü".into(), "x\n=\u{1F980}".into())];
        let mut block = Vec::new();
        write(&mut block, &env).unwrap();
        assert_eq!(read(&mut &block[..]).unwrap(), env);
        for cut in 0..block.len() {
            assert!(read(&mut &block[..cut]).is_err(), "cut at {cut}");
        }
        assert!(read(&mut &[0xff; 64][..]).is_err());
    }
}
