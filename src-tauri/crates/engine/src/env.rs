//! The environment in which agents are started: the caller's, without variables that would mislead
//! them, and with the variables that Musher and the person set. Values are only in memory; a run's
//! directory has only the names.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// Variables that are never passed to an agent: those of an agent that started Musher, and those of
/// the package that contains the window.
const DENIED: &[&str] = &[
    "CLAUDECODE",
    "CLAUDE_CODE_ENTRYPOINT",
    "CLAUDE_CODE_SSE_PORT",
    "APPDIR",
    "APPIMAGE",
    "ARGV0",
    "OWD",
    "GDK_BACKEND",
    "GDK_PIXBUF_MODULE_FILE",
    "GDK_PIXBUF_MODULEDIR",
    "GIO_EXTRA_MODULES",
    "GIO_MODULE_DIR",
    "GSETTINGS_SCHEMA_DIR",
    "GTK_EXE_PREFIX",
    "GTK_IM_MODULE_FILE",
    "GTK_PATH",
    "PYTHONHOME",
    "WEBKIT_DISABLE_COMPOSITING_MODE",
    "WEBKIT_DISABLE_DMABUF_RENDERER",
];

/// Variables that bind git to one repository, regardless of the present folder.
const OF_ONE_REPOSITORY: &[&str] = &[
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_WORK_TREE",
];

/// Where programs are searched if there is no PATH.
const USUAL_PATH: &str = if cfg!(windows) { "" } else { "/usr/local/bin:/usr/bin:/bin" };

/// Prefixes of names that are never passed to an agent.
const DENIED_PREFIXES: &[&str] = &["LD_", "DYLD_", "MUSHER_"];

/// Exceptions from these prefixes: settings of the demo agent.
const ALLOWED: &[&str] =
    &["MUSHER_DEMO", "MUSHER_DEMO_ACCOUNT", "MUSHER_DEMO_HOME", "MUSHER_DEMO_SPEED"];

/// A run's environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    variables: BTreeMap<OsString, OsString>,
    /// See [`Environment::why_incomplete`].
    incomplete: Option<String>,
}

impl Environment {
    /// The environment of this process.
    pub fn of_this_process() -> Self {
        Self { variables: std::env::vars_os().collect(), incomplete: None }
    }

    /// The environment that a request contains.
    pub fn from_variables(variables: &BTreeMap<String, String>) -> Self {
        let pairs = variables.iter().map(|(name, value)| (name.into(), value.into()));
        Self { variables: pairs.collect(), incomplete: None }
    }

    /// The same, marked as incomplete: it may lack what the login shell sets, for this reason.
    pub fn incomplete(self, why: String) -> Self {
        Self { incomplete: Some(why), ..self }
    }

    /// Why a program that is not found may exist anyway; `None` if the environment is complete.
    pub fn why_incomplete(&self) -> Option<&str> {
        self.incomplete.as_deref()
    }

    /// The part of it that may be passed to an agent, with a PATH without relative entries,
    /// NO_COLOR and, last, the variables in `set`.
    pub fn for_agent<'a>(&self, set: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let kept = self.variables.iter().filter(|(name, _)| !is_denied(name));
        let mut variables: BTreeMap<_, _> =
            kept.map(|(name, value)| (name.clone(), value.clone())).collect();
        if let (true, Ok(path)) =
            (variables.contains_key(OsStr::new("PATH")), std::env::join_paths(self.path()))
        {
            variables.insert("PATH".into(), path);
        }
        variables.insert("NO_COLOR".into(), "1".into());
        for (name, value) in set {
            variables.insert(name.into(), value.into());
        }
        Self { variables, incomplete: self.incomplete.clone() }
    }

    /// The value of a variable, if it is valid text and not empty.
    pub fn text(&self, name: &str) -> Option<String> {
        self.variables
            .get(OsStr::new(name))
            .and_then(|value| value.to_str())
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
    }

    /// Whether a variable is set, even if it is empty.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.variables.contains_key(OsStr::new(name))
    }

    /// Sets a variable, or removes it.
    pub(crate) fn put(&mut self, name: &str, value: Option<&str>) {
        match value {
            Some(value) => self.variables.insert(name.into(), value.into()),
            None => self.variables.remove(OsStr::new(name)),
        };
    }

    /// The absolute directories of PATH, or the system's default without one; empty and relative
    /// entries are ignored.
    pub fn path(&self) -> Vec<PathBuf> {
        let path = self
            .variables
            .get(OsStr::new("PATH"))
            .map_or(OsStr::new(USUAL_PATH), OsString::as_os_str);
        std::env::split_paths(path).filter(|dir| dir.is_absolute()).collect()
    }

    /// The home directory.
    pub fn home(&self) -> Option<PathBuf> {
        let name = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
        self.variables.get(OsStr::new(name)).map(PathBuf::from).filter(|home| home.is_absolute())
    }

    /// The names, in order.
    pub fn names(&self) -> Vec<String> {
        self.variables.keys().map(|name| name.to_string_lossy().into_owned()).collect()
    }

    /// Names and values for a process.
    pub fn into_pairs(self) -> Vec<(OsString, OsString)> {
        self.variables.into_iter().collect()
    }
}

fn is_denied(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    !ALLOWED.contains(&name.as_ref())
        && (DENIED.contains(&name.as_ref())
            || OF_ONE_REPOSITORY.contains(&name.as_ref())
            || DENIED_PREFIXES.iter().any(|prefix| name.starts_with(prefix)))
}

/// `path` with a leading `~` replaced by the home directory.
pub fn at_home(path: &str, home: Option<&Path>) -> Option<PathBuf> {
    match path.strip_prefix("~/") {
        Some(rest) => Some(home?.join(rest)),
        None => Some(PathBuf::from(path)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> Environment {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Environment::from_variables(&pairs.collect())
    }

    #[test]
    fn what_leads_astray_is_left_out_and_what_is_set_wins() {
        let own = environment(&[
            ("CLAUDECODE", "1"),
            ("LD_PRELOAD", "x"),
            ("MUSHER_RUN", "other"),
            ("GIT_DIR", "/elsewhere"),
            ("GIT_COMMON_DIR", "/elsewhere"),
            ("HOME", "/home/ann"),
            ("KEY", "old"),
        ]);
        let names = own.for_agent([("KEY", "new"), ("LD_LIBRARY_PATH", "/mine")]);
        assert_eq!(names.names(), ["HOME", "KEY", "LD_LIBRARY_PATH", "NO_COLOR"]);
        assert_eq!(names.text("KEY").as_deref(), Some("new"));
    }

    #[cfg(unix)]
    #[test]
    fn relative_entries_of_path_are_never_searched() {
        assert_eq!(
            environment(&[("PATH", ".:/usr/bin::bin:/bin")]).path(),
            [Path::new("/usr/bin"), Path::new("/bin")]
        );
        let given = environment(&[("PATH", ".:/usr/bin::bin:/bin")]).for_agent([]);
        assert_eq!(given.text("PATH").as_deref(), Some("/usr/bin:/bin"));
    }
}
