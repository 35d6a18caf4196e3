//! What every recorded run means, written down. A difference is either a mistake or a decision; a
//! decision changes the decoder's version, so that runs which an older one read are read again.

use crate::{capture, show};

#[test]
fn every_recorded_run_means_what_is_written() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for capture in capture::all() {
            let name = capture.name.replace('/', "__");
            insta::assert_snapshot!(name, show::show(&capture.decoded()));
        }
    });
}
