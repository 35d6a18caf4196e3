//! The arguments of the window's command line. A second start passes its arguments to the first one, so
//! they are read in both places; `app` and `drop` use them.

use clap::Parser;
use std::path::{Path, PathBuf};

/// The desktop cockpit for coding agents.
#[derive(Debug, Parser)]
#[command(name = "musher", version)]
pub(crate) struct Args {
    /// Keep everything in this directory instead of the usual place
    #[arg(long, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Draw without the graphics card
    #[arg(long)]
    pub(crate) safe_graphics: bool,
    /// Folders to begin a story in
    #[arg(value_name = "FOLDER")]
    pub(crate) folders: Vec<PathBuf>,
}

/// The folders that a second start named, made absolute by that start's working directory.
pub(crate) fn folders(words: &[String], cwd: &str) -> Vec<PathBuf> {
    let folders = Args::try_parse_from(words).map(|args| args.folders).unwrap_or_default();
    folders.iter().map(|folder| Path::new(cwd).join(folder)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_start_names_folders_from_where_it_was_started() {
        let words = ["musher", "--safe-graphics", ".", "/srv/api"].map(str::to_owned);
        assert_eq!(folders(&words, "/home/ann"), [Path::new("/home/ann/."), Path::new("/srv/api")]);
        assert!(folders(&["musher".to_owned(), "--odd".to_owned()], "/home/ann").is_empty());
    }
}
