//! What a person does to a story itself: archives it, takes it out of the archive, gives it another title, looks at
//! it.

use crate::access::Access;
use crate::act::story_id;
use crate::text::Out;
use protocol::{Fault, Request};

pub(crate) fn archive(access: &Access, out: Out, name: &str) -> Result<u8, Fault> {
    access.ask(Request::Archive { story: story_id(access, name)? })?;
    out.note(&format!("{name} is put away. To take it out again: mush unarchive {name}"));
    Ok(0)
}

pub(crate) fn unarchive(access: &Access, out: Out, name: &str) -> Result<u8, Fault> {
    access.ask(Request::Unarchive { story: story_id(access, name)? })?;
    out.note(&format!("{name} stands as it stood before it was archived."));
    Ok(0)
}

pub(crate) fn looked(access: &Access, out: Out, name: &str) -> Result<u8, Fault> {
    access.ask(Request::Looked { story: story_id(access, name)? })?;
    out.note(&format!("What comes from now on is new: mush changes {name} --since look"));
    Ok(0)
}

pub(crate) fn rename(access: &Access, out: Out, name: &str, title: String) -> Result<u8, Fault> {
    access.ask(Request::Rename { story: story_id(access, name)?, title })?;
    out.note(&format!("{name} has another title."));
    Ok(0)
}
