//! Where the output of what is being done with a story's branch is, while it is done and until the next one begins.

use crate::data_dir::DataDir;
use protocol::{FinishOutput, StoryId};
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

/// How much of it is given (bytes).
const MOST: u64 = 64 * 1024;

/// The file of a story.
pub fn finish_log(dir: &DataDir, story: &StoryId) -> PathBuf {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || character == '-';
    let name: String = story.as_str().chars().filter(|it| is_plain(*it)).collect();
    dir.finishing().join(format!("{name}.log"))
}

/// The end of what was printed; nothing if nothing was.
pub fn finish_output(dir: &DataDir, story: &StoryId) -> FinishOutput {
    let text = end_of(&finish_log(dir, story)).unwrap_or_default();
    FinishOutput { text: String::from_utf8_lossy(&text).into_owned() }
}

fn end_of(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(MOST)))?;
    let mut text = Vec::new();
    file.take(MOST).read_to_end(&mut text)?;
    Ok(text)
}
