//! A call of one of the hosts' programs, as data.

/// A program of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Program {
    /// GitHub's `gh`.
    Gh,
    /// GitLab's `glab`.
    Glab,
}

impl Program {
    /// Its name in PATH.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gh => "gh",
            Self::Glab => "glab",
        }
    }

    /// Whether what `auth status` printed says that nobody is signed in on the host. The exit status does not say it:
    /// without a network `gh` calls a token invalid, and old versions of `glab` end with 0.
    /// Source: `gh` 2.23 without an account, and the sources of both programs.
    pub fn says_signed_out(self, printed: &str) -> bool {
        let words: &[&str] = match self {
            Self::Gh => &["not logged into any", "not found among authenticated"],
            Self::Glab => &["been authenticated with glab"],
        };
        words.iter().any(|word| printed.contains(word))
    }
}

/// What is run: the program and its arguments. It has no input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The program.
    pub program: Program,
    /// The arguments. None of them is read as an option but those that are meant to be one.
    pub args: Vec<String>,
}

impl Call {
    pub(crate) fn new(program: Program, args: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { program, args: args.into_iter().map(Into::into).collect() }
    }
}
