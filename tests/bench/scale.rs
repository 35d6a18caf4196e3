//! How much a benchmark does: everything when it measures (`cargo bench` passes `--bench`), and little when
//! the tests only check that it still runs (`cargo test --benches`); its figures then mean nothing.

/// `whole` when this call measures, else `little`.
pub(crate) fn scaled<T>(whole: T, little: T) -> T {
    if std::env::args().any(|word| word == "--bench") { whole } else { little }
}
