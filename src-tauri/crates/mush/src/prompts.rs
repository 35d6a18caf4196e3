//! `mush prompts`, `unsend` and `edit`: lists the prompts that were not sent yet, takes one back,
//! or changes it.

use crate::access::Access;
use crate::act::{story_id, text_or_stdin};
use crate::text::{Out, clean};
use protocol::{Fault, Request, WaitingPrompt};

pub(crate) fn prompts(access: &Access, out: Out, name: &str) -> Result<u8, Fault> {
    let story = story_id(access, name)?;
    let waiting = access.read(|reader| reader.waiting_prompts(&story))?;
    let lines = |prompts: &[WaitingPrompt]| prompts.iter().map(in_lines).collect();
    out.list(&waiting, lines, &format!("No prompt waits in {name}."));
    Ok(0)
}

/// A prompt's id, and below it its whole text.
fn in_lines(prompt: &WaitingPrompt) -> String {
    let text = clean(&prompt.text);
    let lines = text.lines().map(|line| format!("  {line}"));
    std::iter::once(prompt.id.clone()).chain(lines).collect::<Vec<_>>().join("\n")
}

pub(crate) fn unsend(access: &Access, out: Out, prompt: String) -> Result<u8, Fault> {
    access.ask(Request::Unsend { prompt })?;
    out.note("It is taken back; its agent will not get it.");
    Ok(0)
}

pub(crate) fn edit(access: &Access, out: Out, prompt: String, text: &str) -> Result<u8, Fault> {
    let text = text_or_stdin(text)?;
    access.ask(Request::EditPrompt { prompt, text })?;
    out.note("It is changed, and keeps its place.");
    Ok(0)
}
