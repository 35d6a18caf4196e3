//! Chooses the decoder of a run: the newest of the family that the run began with. A run of a family that
//! this version does not know is shown as plain text. The decoders themselves are in the crate `agents`.
//! Called by everything that reads a run: [`super::tail`], the director, a rebuild.

use agents::Decoder;
use protocol::DecoderId;

/// Makes a decoder for a run, by the id that the run began with.
pub(crate) fn reader(began_with: &DecoderId) -> Box<dyn Decoder> {
    agents::decoder(began_with).unwrap_or_else(|| plain(began_with))
}

/// Returns the id of the decoder that reads such a run; the run's own id if its family is not known.
pub(crate) fn read_by(began_with: &DecoderId) -> DecoderId {
    agents::decoder(began_with).map_or_else(|| began_with.clone(), |reader| reader.id())
}

fn plain(unknown: &DecoderId) -> Box<dyn Decoder> {
    tracing::warn!(%unknown, "this version has no such decoder; the run is shown as text");
    agents::decoder(&agents::plain_decoder()).expect("plain text can always be read")
}
