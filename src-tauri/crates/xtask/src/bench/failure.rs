//! The errors and results of benchmarks and comparisons, each with a text for a person that says
//! what to do, and an exit code.

use crate::failure::Failure;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// Why `cargo xtask bench` does not end with 0.
#[derive(Debug)]
pub(crate) enum BenchFailure {
    /// There is no benchmark with this name, or none at all.
    NoBench { name: Option<String>, known: Vec<String> },
    /// Git does not know this commit.
    NoRevision { revision: String, said: String },
    /// Git could not check the revision out.
    NoWorktree { place: PathBuf, said: String },
    /// Another comparison uses the same folder.
    Busy { place: PathBuf },
    /// There was too little space before anything was started; both in bytes.
    Disk { place: PathBuf, free: u64, wanted: u64 },
    /// One side could not be built.
    Build { side: String, cause: Box<Failure> },
    /// A benchmark failed.
    Run { bench: String, side: String, how: String, output: PathBuf, last: String },
    /// A benchmark exceeded its time limit.
    TooLong { bench: String, side: String, limit: Duration, output: PathBuf },
    /// A benchmark printed no known figure.
    NoFigure { bench: String, side: String, output: PathBuf },
    /// A figure was not printed in every run.
    Uneven { bench: String, side: String, figure: String, times: usize, runs: usize },
    /// A program was replaced during the comparison.
    Replaced { program: PathBuf },
    /// A person or the system ended it.
    Interrupted,
    /// Some figures are worse than the revision's.
    Worse { figures: Vec<String> },
    /// Nothing is known to be worse, but some results are not certain; the reasons.
    Repeat { reasons: Vec<String> },
}

impl BenchFailure {
    /// 2 for a wrong command line, 3 if something is worse, 4 if the comparison must be repeated,
    /// 130 after an interrupt, else 1.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            BenchFailure::NoBench { .. } | BenchFailure::NoRevision { .. } => 2,
            BenchFailure::Worse { .. } => 3,
            BenchFailure::Repeat { .. } => 4,
            BenchFailure::Interrupted => 130,
            _ => 1,
        }
    }
}

impl From<BenchFailure> for Failure {
    fn from(failure: BenchFailure) -> Self {
        Failure::Bench(failure)
    }
}

/// Converts bytes to gigabytes.
fn gigabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e9
}

impl fmt::Display for BenchFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BenchFailure::NoBench { name: None, .. } => write!(f, "there is no benchmark here"),
            BenchFailure::NoBench { name: Some(name), known } => {
                write!(f, "no benchmark `{name}`; there are: {}", known.join(", "))
            }
            BenchFailure::NoRevision { revision, said } => write!(
                f,
                "`{revision}` is no commit of this repository ({said}); `git log --oneline --all` lists \
                 them, `git fetch` gets those of others"
            ),
            BenchFailure::NoWorktree { place, said } => write!(
                f,
                "git cannot check the revision out in {}: {said}\nmake room or repair what git names, \
                 then call again",
                place.display()
            ),
            BenchFailure::Busy { place } => {
                write!(f, "another comparison uses {}; wait until it has ended", place.display())
            }
            BenchFailure::Disk { place, free, wanted } => write!(
                f,
                "{} has {:.1} GB free and the comparison needs {:.1} GB; make room and call again",
                place.display(),
                gigabytes(*free),
                gigabytes(*wanted)
            ),
            BenchFailure::Build { side, cause } => write!(
                f,
                "{side} does not build here, nothing was measured ({cause})\nthe compiler's words are above"
            ),
            BenchFailure::Run { bench, side, how, output, last } => write!(
                f,
                "`{bench}` of {side} {how}; it printed last:\n{last}\nall of it is in {}",
                output.display()
            ),
            BenchFailure::TooLong { bench, side, limit, output } => write!(
                f,
                "`{bench}` of {side} did not end in {} minutes and was ended; what it printed is in {}",
                limit.as_secs() / 60,
                output.display()
            ),
            BenchFailure::NoFigure { bench, side, output } => write!(
                f,
                "`{bench}` of {side} printed no figure that can be read; what it printed is in {}",
                output.display()
            ),
            BenchFailure::Uneven { bench, side, figure, times, runs } => write!(
                f,
                "`{bench}` of {side} printed \"{figure}\" in {times} of {runs} runs; a figure is compared \
                 only when every run has it"
            ),
            BenchFailure::Replaced { program } => write!(
                f,
                "{} was built anew while it was measured; call again and build nothing meanwhile",
                program.display()
            ),
            BenchFailure::Interrupted => {
                write!(f, "interrupted; nothing is left running, and the next call starts anew")
            }
            BenchFailure::Worse { figures } => write!(f, "worse: {}", figures.join("; ")),
            BenchFailure::Repeat { reasons } => write!(f, "to be repeated: {}", reasons.join("; ")),
        }
    }
}
