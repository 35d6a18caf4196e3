//! `mush comment`, `comments`, `edit-comment`, `remove-comment`, `resolve` and `reopen`: comments on what a story
//! changed.

use crate::access::Access;
use crate::act::{story_id, text_or_stdin};
use crate::review_args::{CommentArgs, Numbered};
use crate::text::{Out, clean, exact_path, word};
use engine::comments::{self, Commented};
use engine::env::Environment;
use engine::git::Git;
use engine::{changes, runtime};
use protocol::{
    ChangeScope, ChangedFile, Changes, Comment, CommentChange, CommentId, CommentPlace,
    CommentSide, CommentState, ErrorCode, Fault, LineRange, Request,
};

pub(crate) fn comment(access: &Access, out: Out, args: &CommentArgs) -> Result<u8, Fault> {
    let text = text_or_stdin(&args.text)?;
    let story = story_id(access, &args.story)?;
    let found = changed(access, &args.story)?;
    let (file, lines) = file_at(&found, args)?;
    let (side, object, path) = match args.before {
        true => (CommentSide::Before, &found.from.object, file.old_path.as_ref()),
        false => (CommentSide::After, &found.to.object, None),
    };
    let path = path.unwrap_or(&file.path).clone();
    let is_there = if args.before { file.old.is_some() } else { file.new.is_some() };
    if !is_there {
        return Err(not_on_side(&path, side));
    }
    let files = access.read(|reader| reader.file_place(&story))?;
    let on = Commented { object: object.clone(), side, path, lines };
    let anchor = runtime::wait(comments::anchor(&git(), &access.dir, &files, on));
    let anchor = anchor.map_err(engine::Error::Thread).flatten()?;
    let id = CommentId::generate();
    access.ask(Request::Comment { story, id: id.clone(), anchor, text })?;
    let made = all(access, &args.story)?.into_iter().find(|comment| comment.id == id);
    match made {
        Some(made) => out.one(&made, |made| {
            let Comment { n, .. } = made;
            format!("Comment {n} on {}. To send it: mush review {}", on_what(made), args.story)
        }),
        // Somebody took it away already.
        None => out.note("The comment is made."),
    }
    if found.is_outdated {
        out.note(&format!(
            "Files changed since the last checkpoint; the comment is on what that holds. `mush checkpoint {}` \
             holds them now.",
            args.story
        ));
    }
    Ok(0)
}

pub(crate) fn list(
    access: &Access,
    out: Out,
    name: &str,
    with_resolved: bool,
) -> Result<u8, Fault> {
    let mut found = all(access, name)?;
    let total = found.len();
    found.retain(|comment| with_resolved || comment.state != CommentState::Resolved);
    let lines = |comments: &[Comment]| comments.iter().map(in_lines).collect();
    let none = match total {
        0 => format!("There are no comments in {name}."),
        _ => format!("All comments in {name} are resolved; --all lists them."),
    };
    out.list(&found, lines, &none);
    Ok(0)
}

pub(crate) fn edit(access: &Access, out: Out, name: &str, n: u32, text: &str) -> Result<u8, Fault> {
    let text = text_or_stdin(text)?;
    let numbers = Numbered { story: name.to_owned(), numbers: vec![n] };
    change(access, &numbers, &CommentChange::Edited { text })?;
    out.note("It is changed.");
    Ok(0)
}

pub(crate) fn remove(access: &Access, out: Out, numbers: &Numbered) -> Result<u8, Fault> {
    change(access, numbers, &CommentChange::Removed)?;
    out.note("Taken away.");
    Ok(0)
}

pub(crate) fn resolve(access: &Access, out: Out, numbers: &Numbered) -> Result<u8, Fault> {
    change(access, numbers, &CommentChange::Resolved)?;
    out.note(&format!("Resolved. To open one again: mush reopen {} N", numbers.story));
    Ok(0)
}

pub(crate) fn reopen(access: &Access, out: Out, numbers: &Numbered) -> Result<u8, Fault> {
    change(access, numbers, &CommentChange::Reopened)?;
    out.note(&format!("Open again. To send what is open: mush review {}", numbers.story));
    Ok(0)
}

/// Everything that differs since the base.
pub(crate) fn changed(access: &Access, name: &str) -> Result<Changes, Fault> {
    let plan = access.read(|reader| reader.changes_plan(name, &ChangeScope::Base))?;
    let found = runtime::wait(changes::changes(&git(), &access.dir, &plan));
    Ok(found.map_err(engine::Error::Thread).flatten()?)
}

pub(crate) fn git() -> Git {
    Git::of(&Environment::of_this_process())
}

/// The comments of a story.
fn all(access: &Access, name: &str) -> Result<Vec<Comment>, Fault> {
    let plan = access.read(|reader| reader.comments_plan(name))?;
    let found = runtime::wait(comments::comments(&git(), &access.dir, &plan, None));
    Ok(found.map_err(engine::Error::Thread).flatten()?)
}

/// Changes all of these comments, or none if one of them is not there.
fn change(access: &Access, numbers: &Numbered, change: &CommentChange) -> Result<(), Fault> {
    let story = story_id(access, &numbers.story)?;
    let found = all(access, &numbers.story)?;
    let by_number = |n: &u32| {
        let comment = found.iter().find(|comment| comment.n == *n);
        comment.map(|comment| comment.id.clone()).ok_or_else(|| {
            Fault::new(
                ErrorCode::NotFound,
                format!("the story has no comment {n}"),
                "`mush comments STORY --all` lists them.",
            )
        })
    };
    let ids: Vec<CommentId> = numbers.numbers.iter().map(by_number).collect::<Result<_, _>>()?;
    for id in ids {
        let (story, change) = (story.clone(), change.clone());
        access.ask(Request::ChangeComment { story, id, change })?;
    }
    Ok(())
}

/// The file and the lines that a place names. A file whose name ends like a place is meant if it is there.
fn file_at<'c>(
    found: &'c Changes,
    args: &CommentArgs,
) -> Result<(&'c ChangedFile, Option<LineRange>), Fault> {
    let named = |path: &str| {
        found.files.iter().find(|file| {
            file.path == path || (args.before && file.old_path.as_deref() == Some(path))
        })
    };
    if let Some(file) = named(&args.place) {
        return Ok((file, None));
    }
    let parts = args.place.rsplit_once(':');
    let parted = parts.and_then(|(path, lines)| Some((path, range(lines)?)));
    let path = parted.map_or(args.place.as_str(), |(path, _)| path);
    let file = named(path).ok_or_else(|| not_among(path, &args.story))?;
    Ok((file, parted.map(|(_, lines)| lines)))
}

/// `12` or `12-20`.
fn range(text: &str) -> Option<LineRange> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    Some(LineRange { first: first.parse().ok()?, last: last.parse().ok()? })
}

/// The refusal of a path that does not differ.
pub(crate) fn not_among(path: &str, story: &str) -> Fault {
    Fault::new(
        ErrorCode::NotFound,
        format!("{} is not among the changes of {story}", path.escape_debug()),
        format!("`mush changes {story}` lists them."),
    )
}

fn not_on_side(path: &str, side: CommentSide) -> Fault {
    let path = path.escape_debug();
    match side {
        CommentSide::Before => Fault::new(
            ErrorCode::BadInput,
            format!("{path} is new, so it has no lines before the change"),
            "Leave --before out.",
        ),
        CommentSide::After => Fault::new(
            ErrorCode::BadInput,
            format!("{path} is gone after the change"),
            "Add --before to comment on what it was.",
        ),
    }
}

/// What a comment is on: `src/lib.rs:12-20`.
fn on_what(comment: &Comment) -> String {
    let lines = match (comment.line, comment.last_line) {
        (Some(first), Some(last)) if first != last => format!(":{first}-{last}"),
        (Some(first), _) => format!(":{first}"),
        (None, _) => String::new(),
    };
    let before = if comment.side == CommentSide::Before { " (before the change)" } else { "" };
    format!("{}{lines}{before}", exact_path(&comment.path))
}

/// What became of its lines, if there is something to be said.
fn became(comment: &Comment) -> Option<String> {
    let was = comment.anchor.lines.map(|lines| match lines.first == lines.last {
        true => format!("line {}", lines.first),
        false => format!("lines {} to {}", lines.first, lines.last),
    });
    let was = was.unwrap_or_else(|| "the file".to_owned());
    Some(match comment.place {
        CommentPlace::Same => return None,
        CommentPlace::Moved if comment.anchor.path == comment.path => format!("was {was}"),
        CommentPlace::Moved => format!("was {was} of {}", exact_path(&comment.anchor.path)),
        CommentPlace::Changed => format!("{was} changed"),
        CommentPlace::Removed => format!("{was} was removed"),
        CommentPlace::Gone => "the file is not there any more".to_owned(),
        CommentPlace::Unknown => format!("what became of {was} is not known"),
    })
}

/// A comment's number, state and place, and below it its whole text.
fn in_lines(comment: &Comment) -> String {
    let became = became(comment).map(|became| format!("  ({became})")).unwrap_or_default();
    let Comment { n, state, .. } = comment;
    let head = format!("{n:>3}  {:<9}  {}{became}", word(state), on_what(comment));
    let text = clean(&comment.text);
    let lines = text.lines().map(|line| format!("     {line}"));
    std::iter::once(head).chain(lines).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_a_number_or_two() {
        let of = |first, last| Some(LineRange { first, last });
        assert_eq!([range("12"), range("12-20")], [of(12, 12), of(12, 20)]);
        for text in ["", "x", "1-", "-1", "1-2-3", "1 "] {
            assert_eq!(range(text), None, "{text}");
        }
    }
}
