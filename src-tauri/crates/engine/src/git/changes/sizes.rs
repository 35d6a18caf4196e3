//! The sizes of objects, asked of git at once.

use super::Source;
use super::aside::Aside;
use crate::error::Result;
use std::collections::HashMap;

impl Source<'_> {
    /// The sizes of these objects, of those that are there (bytes).
    pub(super) async fn sizes(
        &self,
        aside: &Aside,
        objects: impl Iterator<Item = &str>,
    ) -> Result<HashMap<String, u64>> {
        let asked: String = objects.flat_map(|object| [object, "\n"]).collect();
        if asked.is_empty() {
            return Ok(HashMap::new());
        }
        let input = aside.input("objects", asked.into_bytes()).await?;
        let format = "--batch-check=%(objectname) %(objectsize)";
        let said = self.bytes(&["cat-file", format], Some(input)).await?;
        let line = |line: &str| {
            let (object, size) = line.split_once(' ')?;
            Some((object.to_owned(), size.parse().ok()?))
        };
        Ok(String::from_utf8_lossy(&said).lines().filter_map(line).collect())
    }
}
