//! Asks git where the comments of a story are, and what a new one would be on.

use super::plan::CommentsPlan;
use super::stand::{At, Leg, seen, spot, state};
use super::trace::Tracer;
use super::words::{Written, prompt};
use crate::changes::{FilePlace, files_place};
use crate::data_dir::DataDir;
use crate::error::{Error, Result};
use crate::git::{ChangesState, FileAt, Git, LinesOrder};
use protocol::{
    Comment, CommentAnchor, CommentSide, CommentSpot, CommentState, ErrorCode, FileDiff, FileLines,
    LineRange, Review, ReviewedComment,
};

/// What a comment is to be on.
#[derive(Clone, Debug)]
pub struct Commented {
    /// The object of git that holds the state.
    pub object: String,
    /// Which state that is.
    pub side: CommentSide,
    /// The file's path there.
    pub path: String,
    /// The lines; `None` for the whole file.
    pub lines: Option<LineRange>,
}

/// The comments of a story, in the order in which they were made, with where they are in the states that two objects
/// hold.
///
/// # Errors
/// If git cannot be asked.
pub async fn comments(
    git: &Git,
    dir: &DataDir,
    plan: &CommentsPlan,
    shown: Option<&[String; 2]>,
) -> Result<Vec<Comment>> {
    let mut tracer = Tracer::new(git, files_place(&plan.files, dir), &plan.files);
    let mut comments = Vec::new();
    for known in &plan.comments {
        let way = tracer.way(known, &plan.checkpoints).await?;
        let CommentSpot { path, lines, place } = spot(known, &way);
        let shown = match shown {
            Some([from, to]) => {
                let before = known.anchor.side == CommentSide::Before;
                let leg =
                    tracer.leg(&At::of(&known.anchor), if before { from } else { to }).await?;
                let is_there = !matches!(leg, Leg::Gone | Leg::Unknown(None));
                is_there.then(|| seen(&known.anchor, &leg))
            }
            None => None,
        };
        comments.push(Comment {
            id: known.id.clone(),
            story: plan.story.clone(),
            n: known.n,
            path,
            side: known.anchor.side,
            line: lines.map(|lines| lines.first),
            last_line: lines.map(|lines| lines.last),
            text: known.text.clone(),
            state: state(known, &way),
            place,
            at: known.at,
            sent_at: known.sent_at,
            prompt: known.prompt.clone(),
            anchor: known.anchor.clone(),
            shown,
        });
    }
    Ok(comments)
}

/// The open comments of a story as they would be sent: by file and line.
///
/// # Errors
/// If git cannot be asked.
pub async fn review(git: &Git, dir: &DataDir, plan: &CommentsPlan) -> Result<Review> {
    let mut open = comments(git, dir, plan, None).await?;
    open.retain(|comment| comment.state == CommentState::Open);
    // The whole file first.
    let key = |comment: &Comment| (comment.path.clone(), comment.line, comment.n);
    open.sort_by_key(key);
    let spots: Vec<CommentSpot> = open.iter().map(spot_of).collect();
    let written = open.iter().zip(&spots);
    let written: Vec<Written<'_>> = written
        .map(|(comment, spot)| Written { anchor: &comment.anchor, spot, text: &comment.text })
        .collect();
    let prompt = prompt(&written);
    let comments = open.iter().zip(spots);
    let comments =
        comments.map(|(comment, spot)| ReviewedComment { id: comment.id.clone(), spot }).collect();
    Ok(Review { comments, prompt })
}

fn spot_of(comment: &Comment) -> CommentSpot {
    let lines = comment.line.zip(comment.last_line);
    let lines = lines.map(|(first, last)| LineRange { first, last });
    CommentSpot { path: comment.path.clone(), lines, place: comment.place }
}

/// What a comment on a file, or on lines of it, would be on.
///
/// # Errors
/// If the file or the lines are not there, or the file has no lines that a person can read.
pub async fn anchor(
    git: &Git,
    dir: &DataDir,
    files: &FilePlace,
    on: Commented,
) -> Result<CommentAnchor> {
    let place = files_place(files, dir);
    let state = files.state(&on.object)?;
    let FileAt::There { blob, .. } = git.file_at(&place, &on.path, &state).await? else {
        return Err(no_file(&on.path));
    };
    let Commented { object, side, path, lines } = on;
    let quote = match lines {
        Some(lines) => quoted(git, dir, files, state, &path, lines).await?,
        None => String::new(),
    };
    Ok(CommentAnchor { path, side, object, blob, lines, quote })
}

async fn quoted(
    git: &Git,
    dir: &DataDir,
    files: &FilePlace,
    state: ChangesState,
    path: &str,
    lines: LineRange,
) -> Result<String> {
    let LineRange { first, last } = lines;
    if first == 0 || last < first {
        let message = format!("lines {first} to {last} are no range");
        return Err(refused(message, "Name lines from 1 on, the first one first."));
    }
    let most = last - first + 1;
    if most > LineRange::MOST {
        let message =
            format!("{most} lines are too many for one comment; {} are the most", LineRange::MOST);
        return Err(refused(message, "Comment on fewer lines, or on the file as a whole."));
    }
    let place = files_place(files, dir);
    if git.is_binary(&place, path, &state).await? {
        let message = format!("{} is a binary file and has no lines", path.escape_debug());
        return Err(refused(message, "Comment on the file as a whole."));
    }
    let order = LinesOrder { state, path: path.to_owned(), first, most };
    let FileLines { lines, of, .. } = git.file_lines(&place, &order).await?;
    if last > of {
        let message = format!("{} has {of} lines, not {last}", path.escape_debug());
        return Err(refused(message, "Name lines that are in the file as it was last held."));
    }
    Ok(cut(&lines))
}

/// As many of these lines as are quoted.
fn cut(lines: &[String]) -> String {
    let mut size = 0;
    let fits = |line: &&String| {
        size += line.len() + 1;
        size <= CommentAnchor::LONGEST_QUOTE
    };
    let fitting = lines.iter().take(CommentAnchor::MOST_QUOTED).take_while(fits);
    fitting.map(String::as_str).collect::<Vec<_>>().join("\n")
}

fn no_file(path: &str) -> Error {
    let message = format!("{} is not there in that state", path.escape_debug());
    Error::refused(ErrorCode::NotFound, message, "Look at the list of changes again.")
}

fn refused(message: String, hint: &str) -> Error {
    Error::refused(ErrorCode::BadInput, message, hint)
}

/// A range is answered at once.
const _: () = assert!(FileDiff::MOST_LINES >= LineRange::MOST as usize);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_or_long_lines_some_are_quoted() {
        let lines = |count: usize, len: usize| vec!["x".repeat(len); count];
        for (lines, quoted) in
            [(lines(3, 5), 3), (lines(90, 5), CommentAnchor::MOST_QUOTED), (lines(4, 9_000), 1)]
        {
            assert_eq!(cut(&lines).split('\n').count(), quoted);
        }
        assert_eq!(cut(&[]), "");
    }
}
