//! The decoder of a run, by the id that the run began with. It owns nothing: the decoders themselves
//! are the crate `agents`. Called by whoever reads a run: [`super::tail`], the director, a rebuild.

use crate::error::{Error, Result};
use protocol::{DecoderId, ErrorCode};

/// A fresh decoder for a run, by the id that it began with.
///
/// # Errors
/// When this version has no such decoder: a newer version made the run.
pub(crate) fn decoder(id: &DecoderId) -> Result<Box<dyn agents::Decoder>> {
    agents::decoder(id).ok_or_else(|| {
        Error::refused(
            ErrorCode::Internal,
            format!("this version has no decoder {id}"),
            "Use the version of Musher that made the run, or a newer one.",
        )
    })
}
