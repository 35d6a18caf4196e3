//! Files of Musher's own that git reads for a moment: what it gets as input, an index that nobody else sees. They
//! are in a folder of their own, which goes when it is dropped.

use super::blocking;
use crate::data_dir::{create_private, write_private};
use crate::error::Result;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// A folder for such files.
#[derive(Debug)]
pub(super) struct Aside {
    dir: PathBuf,
}

impl Aside {
    /// Makes it in `place`.
    pub(super) async fn open(place: &Path) -> Result<Self> {
        let dir = place.join(format!("reading-{}", uuid::Uuid::now_v7()));
        let made = dir.clone();
        blocking("make", &dir, move || create_private(&made).map_err(io::Error::other)).await?;
        Ok(Self { dir })
    }

    /// The path of a file in it.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// A file with this content, for git to read.
    pub(super) async fn input(&self, name: &str, content: Vec<u8>) -> Result<File> {
        let path = self.path(name);
        let written = path.clone();
        let write = move || {
            write_private(&written, &content)?;
            File::open(&written)
        };
        blocking("write", &path, write).await
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.dir) {
            tracing::debug!(%error, "files for git stay");
        }
    }
}
