//! The commits of a story's branch that its base does not have.

use super::{ChangesPlace, End};
use crate::error::Result;
use crate::git::Git;
use protocol::{Checkpoint, StoryCommit, StoryCommits, Timestamp};

/// The fields of a commit, each after a zero byte but the first.
const COMMIT: &str = "--format=%H%x00%an%x00%ct%x00%s";

impl Git {
    /// The commits between a state and what was checked out at a checkpoint.
    ///
    /// # Errors
    /// If git cannot read them.
    pub(crate) async fn commits(
        &self,
        place: &ChangesPlace,
        from: &End,
        at: &Checkpoint,
    ) -> Result<StoryCommits> {
        let Some((from, head)) = self.range(place, from, at).await? else {
            return Ok(StoryCommits::default());
        };
        let source = self.source(place).await?;
        // Without a commit at the beginning it is the tree without entries, which excludes nothing.
        let is_commit = source.text(&["cat-file", "-t", &from]).await?.as_deref() == Some("commit");
        let most = format!("--max-count={}", StoryCommits::MOST);
        let words = ["log", "--no-show-signature", "--encoding=UTF-8", "--no-color", COMMIT, &most];
        let range = if is_commit { format!("{from}..{head}") } else { head };
        let words = [&words[..], &["--end-of-options", &range, "--"]].concat();
        let said = source.bytes(&words, None).await?;
        let text = String::from_utf8_lossy(&said).into_owned();
        let commits: Vec<StoryCommit> = text.lines().filter_map(commit).collect();
        let words = ["rev-list", "--count", "--end-of-options", &range, "--"];
        let all = source.text(&words).await?.and_then(|count| count.parse::<usize>().ok());
        let more = all.unwrap_or(commits.len()).saturating_sub(commits.len());
        Ok(StoryCommits { commits, more: u32::try_from(more).unwrap_or(u32::MAX) })
    }
}

fn commit(line: &str) -> Option<StoryCommit> {
    let mut fields = line.splitn(4, '\0');
    let (commit, author) = (fields.next()?.to_owned(), fields.next()?.to_owned());
    let at = Timestamp::from_seconds(fields.next()?.parse().ok()?);
    Some(StoryCommit { commit, author, at, subject: fields.next()?.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_log_is_a_commit() {
        let read = commit("abc\0Ann \u{e9}\x001700000000\0a: b\0c").unwrap();
        assert_eq!(
            (&*read.commit, &*read.author, &*read.subject),
            ("abc", "Ann \u{e9}", "a: b\0c")
        );
        assert_eq!(read.at, Timestamp::from_seconds(1_700_000_000));
        assert_eq!(commit("abc\0Ann"), None);
    }
}
