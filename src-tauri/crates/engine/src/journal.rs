//! The journal: the append-only file of all facts that Musher and people make. It owns the files
//! under `journal/`, their order and their syncing; it does not interpret the facts. Only the owner
//! appends; any process may read. An incomplete last line (after a power cut during a write) is cut
//! off and kept in another file; any other invalid line is an error, because ignoring it would lose
//! a fact.

use crate::data_dir::{private_file, write_private};
use crate::error::{Error, Result};
use protocol::{JournalEntry, Seq};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Seek, Write};
use std::path::{Path, PathBuf};

/// A segment is closed and the next one begun when it is larger than this many bytes.
const SEGMENT_BYTES: u64 = 64 * 1024 * 1024;

/// The journal for appending, held by the owner.
#[derive(Debug)]
pub struct Journal {
    dir: PathBuf,
    file: File,
    path: PathBuf,
    len: u64,
    last: Seq,
}

impl Journal {
    /// Opens the journal in `dir` for appending, after calling `each` with every entry.
    pub fn open(dir: &Path, mut each: impl FnMut(JournalEntry)) -> Result<Self> {
        let segments = segments(dir)?;
        let newest = segments.last().cloned().unwrap_or_else(|| segment_path(dir, 1));
        cut_torn_tail(&newest)?;
        let last = read_in_order(&segments, &mut each)?;
        let file = private_file()
            .create(true)
            .append(true)
            .open(&newest)
            .map_err(Error::io("open", &newest))?;
        let len = file.metadata().map_err(Error::io("read", &newest))?.len();
        sync_dir(dir)?;
        Ok(Self { dir: dir.to_owned(), file, path: newest, len, last })
    }

    /// The number of the last entry.
    pub fn last(&self) -> Seq {
        self.last
    }

    /// Appends an entry with the next number and syncs it. The effect that it records may begin
    /// when this returns.
    pub fn append(&mut self, mut entry: JournalEntry) -> Result<JournalEntry> {
        if self.len > SEGMENT_BYTES {
            self.next_segment()?;
        }
        entry.seq = self.last.next();
        let mut line = serde_json::to_vec(&entry)
            .map_err(io::Error::from)
            .map_err(Error::io("write", &self.path))?;
        line.push(b'\n');
        if let Err(source) = self.file.write_all(&line).and_then(|()| self.file.sync_data()) {
            // An incomplete entry must not remain before the next one.
            let undone = self.file.set_len(self.len);
            debug_assert!(undone.is_ok(), "a file that could be appended to can be cut");
            return Err(Error::DataDir { doing: "write", path: self.path.clone(), source });
        }
        self.len += line.len() as u64;
        self.last = entry.seq;
        Ok(entry)
    }

    fn next_segment(&mut self) -> Result<()> {
        let number = segment_number(&self.path).unwrap_or(0) + 1;
        let path = segment_path(&self.dir, number);
        self.file = private_file()
            .create_new(true)
            .append(true)
            .open(&path)
            .map_err(Error::io("create", &path))?;
        sync_dir(&self.dir)?;
        self.path = path;
        self.len = 0;
        Ok(())
    }
}

/// Calls `each` with every entry of the journal in `dir`, in order, without owning it. An
/// incomplete last line is skipped: it may be being written.
pub fn read(dir: &Path, mut each: impl FnMut(JournalEntry)) -> Result<()> {
    read_in_order(&segments(dir)?, &mut each).map(drop)
}

/// The number of the last complete entry of the journal in `dir`.
pub fn last(dir: &Path) -> Result<Seq> {
    let mut last = Seq(0);
    if let Some(newest) = segments(dir)?.last() {
        read_segment(newest, &mut |entry| last = entry.seq)?;
    }
    Ok(last)
}

fn segment_path(dir: &Path, number: u64) -> PathBuf {
    dir.join(format!("{number:06}.jsonl"))
}

fn segment_number(path: &Path) -> Option<u64> {
    path.file_name()?.to_str()?.strip_suffix(".jsonl")?.parse().ok()
}

fn segments(dir: &Path) -> Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::io("read", dir)(error)),
    };
    let mut numbered = Vec::new();
    for entry in entries {
        let path = entry.map_err(Error::io("read", dir))?.path();
        if let Some(number) = segment_number(&path) {
            numbered.push((number, path));
        }
    }
    numbered.sort();
    Ok(numbered.into_iter().map(|(_, path)| path).collect())
}

/// Calls `each` with every entry, and returns the number of the last. Numbers have no gaps, so a
/// missing segment or line is detected.
fn read_in_order(segments: &[PathBuf], each: &mut impl FnMut(JournalEntry)) -> Result<Seq> {
    let mut last = Seq(0);
    for path in segments {
        let mut gap = None;
        read_segment(path, &mut |entry| {
            if gap.is_none() && entry.seq != last.next() {
                gap = Some((last, entry.seq));
            }
            if gap.is_none() {
                last = entry.seq;
                each(entry);
            }
        })?;
        if let Some((after, found)) = gap {
            return Err(Error::JournalGap { path: path.clone(), after: after.0, found: found.0 });
        }
    }
    Ok(last)
}

fn read_segment(path: &Path, each: &mut impl FnMut(JournalEntry)) -> Result<()> {
    let file = File::open(path).map_err(Error::io("read", path))?;
    let mut reader = BufReader::new(file);
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        reader.read_until(b'\n', &mut line).map_err(Error::io("read", path))?;
        if line.last() != Some(&b'\n') {
            return Ok(());
        }
        let entry = serde_json::from_slice(&line).map_err(|source| Error::Journal {
            path: path.to_owned(),
            line: number,
            source,
        })?;
        each(entry);
    }
    Ok(())
}

/// Cuts off everything after the last newline of `path`, and keeps it in a file beside the segment.
fn cut_torn_tail(path: &Path) -> Result<()> {
    let mut file = match private_file().read(true).write(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Error::io("open", path)(error)),
    };
    let whole = whole_lines_len(&mut file).map_err(Error::io("read", path))?;
    file.seek(io::SeekFrom::Start(whole)).map_err(Error::io("read", path))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail).map_err(Error::io("read", path))?;
    if tail.is_empty() {
        return Ok(());
    }
    let aside = path.with_extension(format!("torn-{whole}"));
    write_private(&aside, &tail).map_err(Error::io("write", &aside))?;
    file.set_len(whole).and_then(|()| file.sync_all()).map_err(Error::io("write", path))
}

fn whole_lines_len(file: &mut File) -> io::Result<u64> {
    let mut reader = BufReader::new(file);
    let (mut offset, mut whole) = (0, 0);
    loop {
        let chunk = reader.fill_buf()?;
        if chunk.is_empty() {
            return Ok(whole);
        }
        if let Some(newline) = chunk.iter().rposition(|&byte| byte == b'\n') {
            whole = offset + newline as u64 + 1;
        }
        let len = chunk.len();
        offset += len as u64;
        reader.consume(len);
    }
}

/// Syncs a directory, so that new file names in it survive a power cut. Windows does not need this.
pub(crate) fn sync_dir(dir: &Path) -> Result<()> {
    #[cfg(unix)]
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(Error::io("sync", dir))?;
    #[cfg(not(unix))]
    let _ = dir;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{JournalEvent, Timestamp};

    fn warning(text: &str) -> JournalEntry {
        JournalEntry {
            seq: Seq(0),
            at: Timestamp::from_millis(1),
            story: None,
            run: None,
            event: JournalEvent::Warning { text: text.to_owned() },
        }
    }

    fn texts(dir: &Path) -> Vec<String> {
        let mut texts = Vec::new();
        read(dir, |entry| match entry.event {
            JournalEvent::Warning { text } => texts.push(text),
            other => panic!("unexpected {other:?}"),
        })
        .unwrap();
        texts
    }

    #[test]
    fn entries_are_numbered_over_reopening() {
        let dir = tempfile::tempdir().unwrap();
        Journal::open(dir.path(), |_| ()).unwrap().append(warning("a")).unwrap();
        let mut seen = 0;
        let mut journal = Journal::open(dir.path(), |_| seen += 1).unwrap();
        assert_eq!((seen, journal.last()), (1, Seq(1)));
        assert_eq!(journal.append(warning("b")).unwrap().seq, Seq(2));
        assert_eq!(texts(dir.path()), ["a", "b"]);
    }

    #[test]
    fn a_cut_at_every_byte_keeps_exactly_the_whole_lines() {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(dir.path(), |_| ()).unwrap();
        for text in ["one", "two", "three"] {
            journal.append(warning(text)).unwrap();
        }
        drop(journal);
        let bytes = fs::read(segment_path(dir.path(), 1)).unwrap();
        for cut in 0..bytes.len() {
            let dir = tempfile::tempdir().unwrap();
            fs::write(segment_path(dir.path(), 1), &bytes[..cut]).unwrap();
            let whole = bytes[..cut].iter().filter(|&&byte| byte == b'\n').count();
            let mut journal = Journal::open(dir.path(), |_| ()).unwrap();
            assert_eq!(journal.last(), Seq(whole as u64), "cut at {cut}");
            journal.append(warning("after")).unwrap();
            assert_eq!(texts(dir.path()).last().unwrap(), "after");
        }
    }

    #[test]
    fn an_entry_that_is_gone_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(dir.path(), |_| ()).unwrap();
        for text in ["one", "two", "three"] {
            journal.append(warning(text)).unwrap();
        }
        let text = fs::read_to_string(segment_path(dir.path(), 1)).unwrap();
        let lines: Vec<&str> = text.lines().filter(|line| !line.contains("two")).collect();
        fs::write(segment_path(dir.path(), 1), lines.join("\n") + "\n").unwrap();
        let mut seen = 0;
        let error = read(dir.path(), |_| seen += 1).unwrap_err();
        assert!(matches!(error, Error::JournalGap { after: 1, found: 3, .. }), "{error}");
        assert_eq!(seen, 1);
        assert!(Journal::open(dir.path(), |_| ()).is_err());
    }

    #[test]
    fn a_bad_line_in_the_middle_is_an_error_that_names_it() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(segment_path(dir.path(), 1), "{\"bad\":\n{}\n").unwrap();
        let error = Journal::open(dir.path(), |_| ()).unwrap_err();
        assert!(error.to_string().starts_with("line 1 of "), "{error}");
    }
}
