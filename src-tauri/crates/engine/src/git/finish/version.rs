//! Whether git can say beforehand what a merge would be.

use crate::error::Result;
use crate::git::Git;
use std::path::Path;

/// The first version whose `merge-tree` merges without a worktree.
const MERGE_TREE: (u32, u32) = (2, 38);

impl Git {
    /// The version of git if it is too old to merge without a worktree.
    pub(in crate::git) async fn too_old_to_merge(&self, dir: &Path) -> Result<Option<String>> {
        let said = self.question(dir, &["version"]).await?;
        let version = said.stdout.trim().trim_start_matches("git version ").to_owned();
        Ok((!is_new_enough(&version)).then_some(version))
    }
}

fn is_new_enough(version: &str) -> bool {
    super::super::version::numbers(version).is_some_and(|found| found >= MERGE_TREE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merges_are_shown_from_a_version_on() {
        for (version, expected) in
            [("2.37.9", false), ("2.38.0", true), ("2.47.3", true), ("3.0", true), ("", false)]
        {
            assert_eq!(is_new_enough(version), expected, "{version}");
        }
    }
}
