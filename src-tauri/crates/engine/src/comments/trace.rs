//! Asks git on which way the lines of comments came from one state to another. The same question is asked once.

use super::carry::{Carried, carry};
use super::stand::{At, Leg, Way};
use crate::changes::FilePlace;
use crate::error::Result;
use crate::git::{ChangesPlace, Edit, FileAt, Git};
use crate::store::comments::KnownComment;
use protocol::Checkpoint;
use std::collections::HashMap;

/// Follows the comments of one story.
pub(super) struct Tracer<'a> {
    git: &'a Git,
    place: ChangesPlace,
    files: &'a FilePlace,
    /// By path and state.
    found: HashMap<[String; 2], FileAt>,
    /// By path and the states before and after.
    renamed: HashMap<[String; 3], FileAt>,
    edits: HashMap<[String; 2], Option<Vec<Edit>>>,
}

impl<'a> Tracer<'a> {
    pub(super) fn new(git: &'a Git, place: ChangesPlace, files: &'a FilePlace) -> Self {
        let (found, renamed, edits) = Default::default();
        Self { git, place, files, found, renamed, edits }
    }

    /// The way of a comment to the newest of these checkpoints, which are oldest first.
    pub(super) async fn way(
        &mut self,
        comment: &KnownComment,
        checkpoints: &[Checkpoint],
    ) -> Result<Way> {
        let start = At::of(&comment.anchor);
        let Some(newest) = checkpoints.last() else {
            let sent = comment.sent_at.map(|_| (Leg::Unknown(None), None));
            return Ok(Way { whole: Leg::Unknown(None), sent });
        };
        let whole = self.leg(&start, &newest.commit).await?;
        if comment.sent_at.is_none() {
            return Ok(Way { whole, sent: None });
        }
        let is_it = |checkpoint: &&Checkpoint| Some(checkpoint.n) == comment.sent_checkpoint;
        let Some(before) = checkpoints.iter().find(is_it) else {
            return Ok(Way { whole, sent: Some((Leg::Unknown(None), None)) });
        };
        let first = self.leg(&start, &before.commit).await?;
        let second = match &first {
            Leg::Same(at) | Leg::Touched(at) => Some(self.leg(at, &newest.commit).await?),
            Leg::Gone | Leg::Unknown(_) => None,
        };
        Ok(Way { whole, sent: Some((first, second)) })
    }

    /// What became of lines in the state that an object of git holds.
    pub(super) async fn leg(&mut self, from: &At, to: &str) -> Result<Leg> {
        let (path, blob) = match self.file_at(from, to).await? {
            FileAt::There { path, blob } => (path, blob),
            FileAt::Gone => return Ok(Leg::Gone),
            FileAt::Unknown => return Ok(Leg::Unknown(None)),
        };
        let at = |span| At { path: path.clone(), object: to.to_owned(), blob: blob.clone(), span };
        if blob == from.blob {
            return Ok(Leg::Same(at(from.span)));
        }
        let Some(span) = from.span else { return Ok(Leg::Touched(at(None))) };
        let Some(edits) = self.edits(&path, to, [&from.blob, &blob]).await? else {
            return Ok(Leg::Unknown(Some(path)));
        };
        let Carried { span, is_touched } = carry(span, edits);
        let at = at(Some(span));
        Ok(if is_touched { Leg::Touched(at) } else { Leg::Same(at) })
    }

    async fn file_at(&mut self, from: &At, to: &str) -> Result<FileAt> {
        let key = [&from.path, to].map(str::to_owned);
        let found = match self.found.get(&key) {
            Some(known) => known.clone(),
            None => {
                let state = self.files.state(to)?;
                let found = self.git.file_at(&self.place, &from.path, &state).await?;
                self.found.insert(key, found.clone());
                found
            }
        };
        if found != FileAt::Gone || from.object == to {
            return Ok(found);
        }
        let key = [&from.path, &from.object, to].map(str::to_owned);
        if let Some(known) = self.renamed.get(&key) {
            return Ok(known.clone());
        }
        let (before, after) = (self.files.state(&from.object)?, self.files.state(to)?);
        let found = self.git.renamed_file(&self.place, &from.path, &before, &after).await?;
        self.renamed.insert(key, found.clone());
        Ok(found)
    }

    async fn edits(
        &mut self,
        path: &str,
        at: &str,
        blobs: [&str; 2],
    ) -> Result<Option<&Vec<Edit>>> {
        let key = blobs.map(str::to_owned);
        if !self.edits.contains_key(&key) {
            let state = self.files.state(at)?;
            let edits = self.git.edits(&self.place, path, &state, blobs).await?;
            self.edits.insert(key.clone(), edits);
        }
        Ok(self.edits.get(&key).and_then(Option::as_ref))
    }
}
