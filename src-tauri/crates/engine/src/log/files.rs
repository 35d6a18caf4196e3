//! The files of the log: `musher.log`, and older ones with a number. Several programs may write at
//! the same time; each line is one write at the end of the file, and the process that finds the
//! file full renames the files, while holding a lock.

use crate::data_dir::{create_private, private_file};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tracing_subscriber::fmt::MakeWriter;

/// A file with this many bytes gets no more lines.
const LARGEST: u64 = 2 << 20;

/// The most files.
const MOST: u32 = 5;

/// The log files of a directory.
#[derive(Clone)]
pub(super) struct LogFiles {
    dir: PathBuf,
    /// Locked while a line is written, so that threads of this process write one after the other.
    turn: Arc<Mutex<()>>,
}

impl LogFiles {
    /// The log in `dir`, which is created with the first line.
    pub(super) fn new(dir: PathBuf) -> Self {
        Self { dir, turn: Arc::default() }
    }

    fn file(&self, number: u32) -> PathBuf {
        self.dir.join(match number {
            0 => "musher.log".to_owned(),
            number => format!("musher.{number}.log"),
        })
    }

    fn append(&self, line: &[u8]) -> io::Result<()> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let mut file = self.open()?;
        if file.metadata()?.len() + line.len() as u64 > LARGEST {
            self.move_on(line.len() as u64)?;
            file = self.open()?;
        }
        file.write_all(line)
    }

    fn open(&self) -> io::Result<File> {
        let open = || private_file().append(true).create(true).open(self.file(0));
        match open() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                create_private(&self.dir).map_err(io::Error::other)?;
                open()
            }
            opened => opened,
        }
    }

    /// Renames every file to the next number and deletes the oldest. Another process may be doing
    /// the same.
    fn move_on(&self, more: u64) -> io::Result<()> {
        let lock = private_file().write(true).create(true).open(self.dir.join("lock"))?;
        lock.lock()?;
        if fs::metadata(self.file(0)).is_ok_and(|found| found.len() + more <= LARGEST) {
            return Ok(());
        }
        for number in (0..MOST - 1).rev() {
            match fs::rename(self.file(number), self.file(number + 1)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for LogFiles {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line { files: self, text: Vec::new() }
    }
}

/// A line, which is written as a whole when it is dropped.
pub(super) struct Line<'a> {
    files: &'a LogFiles,
    text: Vec<u8>,
}

impl Write for Line<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Line<'_> {
    fn drop(&mut self) {
        // Error ignored: a log that cannot be written must not end the program, and standard error
        // has the line, too.
        let _ = self.files.append(&self.text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(files: &LogFiles, line: &str) {
        files.make_writer().write_all(line.as_bytes()).unwrap();
    }

    fn names(files: &LogFiles) -> Vec<String> {
        let entries = fs::read_dir(&files.dir).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.retain(|name| name != "lock");
        names.sort();
        names
    }

    #[test]
    fn five_files_of_two_mebibytes_are_kept_and_the_newest_lines_are_among_them() {
        let dir = tempfile::tempdir().unwrap();
        let files = LogFiles::new(dir.path().join("log"));
        let filler = "x".repeat(64 << 10);
        for number in 0..200 {
            write(&files, &format!("{number} {filler}\n"));
        }
        assert_eq!(names(&files).len(), 5, "{:?}", names(&files));
        for number in 0..5 {
            assert!(fs::metadata(files.file(number)).unwrap().len() <= LARGEST);
        }
        let newest = fs::read_to_string(files.file(0)).unwrap();
        assert!(newest.lines().last().unwrap().starts_with("199 "));
    }

    #[test]
    fn programs_that_write_at_once_lose_no_line() {
        let dir = tempfile::tempdir().unwrap();
        // Not clones, because another process has its own lock for its threads.
        let programs: Vec<LogFiles> =
            (0..4).map(|_| LogFiles::new(dir.path().to_owned())).collect();
        std::thread::scope(|scope| {
            for (number, files) in programs.iter().enumerate() {
                scope.spawn(move || {
                    for line in 0..400 {
                        write(files, &format!("{number} {line} {}\n", "y".repeat(2_000)));
                    }
                });
            }
        });
        let text: String = (0..MOST)
            .filter_map(|number| fs::read_to_string(programs[0].file(number)).ok())
            .collect();
        assert_eq!(text.lines().count(), 1_600);
        assert!(text.lines().all(|line| line.ends_with('y')), "every line is whole");
    }

    #[cfg(unix)]
    #[test]
    fn a_directory_that_cannot_be_written_ends_nothing() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("log"), "a file").unwrap();
        write(&LogFiles::new(dir.path().join("log")), "a line\n");
    }
}
