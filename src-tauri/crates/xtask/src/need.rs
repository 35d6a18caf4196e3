//! The requirements of a machine, as a list: how to check each, and how to install it. A new
//! requirement is a `Need` here, named by a stage; `machine` checks, asks and installs.

use crate::step::Step;
use crate::workspace;

/// A requirement of the machine.
#[derive(Debug, PartialEq)]
pub(crate) struct Need {
    /// Its name, for a person.
    pub(crate) what: &'static str,
    /// What it is needed for.
    pub(crate) why: &'static str,
    /// A command that exits with 0 if it is met.
    probe: &'static [&'static str],
    pub(crate) remedy: Remedy,
    when: When,
    /// What happens without it; `None` if it is required.
    pub(crate) otherwise: Option<&'static str>,
}

/// How to meet a requirement.
#[derive(Debug, PartialEq)]
pub(crate) enum Remedy {
    /// System packages, by their names in Debian.
    Packages(&'static [&'static str]),
    /// A command in the root of the repository.
    Command(&'static str),
}

/// When a requirement or stage applies; parts of the tree may be missing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum When {
    Always,
    /// If the path exists.
    Has(&'static str),
    /// If the path exists and this is Linux.
    LinuxHas(&'static str),
    /// If some documentation has a code block, which may be a test.
    DocTests,
}

impl When {
    pub(crate) fn holds(self) -> bool {
        match self {
            When::Always => true,
            When::Has(path) => workspace::root().join(path).exists(),
            When::LinuxHas(path) => cfg!(target_os = "linux") && When::Has(path).holds(),
            When::DocTests => {
                let fence = "^[[:space:]]*//[/!][[:space:]]*```";
                Step::new(["git", "grep", "--quiet", "-E", fence, "--", "*.rs"]).succeeds()
            }
        }
    }

    /// Why it does not apply, for the table of stages.
    pub(crate) fn denial(self) -> String {
        match self {
            When::Always => String::new(),
            When::Has(path) => format!("no {path}"),
            When::LinuxHas(path) => format!("no {path}, or not Linux"),
            When::DocTests => String::from("no code in the documentation"),
        }
    }
}

impl Need {
    /// Whether it applies and is not met.
    pub(crate) fn is_lacking(&self) -> bool {
        self.when.holds() && !self.is_met()
    }

    /// Whether it is met.
    pub(crate) fn is_met(&self) -> bool {
        Step::new(self.probe.iter().copied()).succeeds()
    }
}

/// The manifest of the desktop program.
pub(crate) const APP: &str = "src-tauri/Cargo.toml";
/// The manifest of the page.
pub(crate) const UI: &str = "ui/package.json";
/// The folder of the end-to-end suite.
pub(crate) const E2E: &str = "tests/e2e";

pub(crate) const GIT: Need = Need {
    what: "git",
    why: "Musher and its tests work on repositories",
    probe: &["git", "--version"],
    remedy: Remedy::Packages(&["git"]),
    when: When::Always,
    otherwise: None,
};

pub(crate) const RUSTFMT: Need = Need {
    what: "rustfmt",
    why: "the format check",
    probe: &["cargo", "fmt", "--version"],
    remedy: Remedy::Command("rustup component add rustfmt"),
    when: When::Always,
    otherwise: None,
};

pub(crate) const CLIPPY: Need = Need {
    what: "clippy",
    why: "the lints",
    probe: &["cargo", "clippy", "--version"],
    remedy: Remedy::Command("rustup component add clippy"),
    when: When::Always,
    otherwise: None,
};

pub(crate) const NEXTEST: Need = Need {
    what: "cargo-nextest",
    why: "runs the tests, each in a process of its own",
    probe: &["cargo", "nextest", "--version"],
    remedy: Remedy::Command("cargo install cargo-nextest --locked"),
    when: When::Always,
    otherwise: Some("the tests run with `cargo test`"),
};

pub(crate) const NODE: Need = Need {
    what: "Node.js 20.19 or later with npm",
    why: "builds and tests the page",
    probe: &[
        "node",
        "-e",
        "const [a, b] = process.versions.node.split('.').map(Number);\
         process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)",
    ],
    remedy: Remedy::Packages(&["nodejs", "npm"]),
    when: When::Has(UI),
    otherwise: None,
};

pub(crate) const NODE_MODULES: Need = Need {
    what: "the page's npm packages",
    why: "the page is built from them",
    probe: &[
        "node",
        "-e",
        "const at = (path) => require('fs').statSync(path).mtimeMs;\
         process.exit(at('ui/node_modules/.package-lock.json') >= at('ui/package-lock.json') ? 0 : 1)",
    ],
    remedy: Remedy::Command("npm ci --prefix ui"),
    when: When::Has(UI),
    otherwise: None,
};

pub(crate) const WEBVIEW: Need = Need {
    what: "WebKitGTK and the libraries of a desktop window",
    why: "the window",
    // libxdo has no pkg-config file on Debian 12, so its header is searched for.
    probe: &[
        "sh",
        "-c",
        "pkg-config --exists webkit2gtk-4.1 librsvg-2.0 ayatana-appindicator3-0.1 && test -e /usr/include/xdo.h",
    ],
    remedy: Remedy::Packages(&[
        "pkg-config",
        "libwebkit2gtk-4.1-dev",
        "librsvg2-dev",
        "libayatana-appindicator3-dev",
        "libxdo-dev",
    ]),
    when: When::LinuxHas(APP),
    otherwise: None,
};

pub(crate) const DISPLAY: Need = Need {
    what: "a virtual display with a WebDriver for WebKitGTK",
    why: "the end-to-end suite opens the real window",
    probe: &[
        "sh",
        "-c",
        "for p in xvfb-run dbus-run-session WebKitWebDriver openbox xdotool xclip; do \
         command -v $p || exit 1; done; /usr/bin/python3 -c 'import dbusmock, gi'",
    ],
    remedy: Remedy::Packages(&[
        "xvfb",
        "dbus",
        "dbus-x11",
        "webkit2gtk-driver",
        "openbox",
        "xdotool",
        "xclip",
        "at-spi2-core",
        "python3-dbusmock",
        "python3-gi",
        "gir1.2-gtk-3.0",
    ]),
    when: When::LinuxHas(E2E),
    otherwise: None,
};

pub(crate) const RUST_WITH_SOURCES: Need = Need {
    what: "Debian's Rust with the sources of the standard library",
    why: "builds the standard library for another system",
    probe: &[
        "sh",
        "-c",
        "test -x /usr/bin/cargo && \
         test -e \"$(/usr/bin/rustc --print sysroot)/lib/rustlib/src/rust/library/std/Cargo.toml\"",
    ],
    remedy: Remedy::Packages(&["rustc-web", "cargo-web", "rust-web-src"]),
    when: When::Always,
    otherwise: None,
};

pub(crate) const MINGW: Need = Need {
    what: "the MinGW C compiler",
    why: "compiles and links for Windows",
    probe: &["x86_64-w64-mingw32-gcc", "--version"],
    remedy: Remedy::Packages(&["gcc-mingw-w64-x86-64-win32"]),
    when: When::Always,
    otherwise: None,
};

/// The requirements of `run`.
pub(crate) const TO_RUN: &[&Need] = &[&GIT, &WEBVIEW, &NODE, &NODE_MODULES];

/// All requirements, without duplicates.
pub(crate) fn all() -> Vec<&'static Need> {
    vec![&GIT, &RUSTFMT, &CLIPPY, &NEXTEST, &WEBVIEW, &DISPLAY, &NODE, &NODE_MODULES]
}
