//! `cargo xtask check-targets`: on Debian, links the workspace for Windows and type-checks it for
//! macOS. This checks types, `cfg` branches and (for Windows) symbols; nothing is run.
//!
//! Debian's `rustc-web` contains the sources of the standard library, so the library is built for
//! the target and no prebuilt one has to be fetched. C code for macOS is "compiled" by stubs:
//! nothing is linked there, so only the files must exist.

use crate::failure::Failure;
use crate::machine;
use crate::need::{self, Need};
use crate::step::Step;
use crate::workspace;
use std::path::{Path, PathBuf};

/// Members that cannot be built for another system, each with the reason.
const EXCLUDED: &[(&str, &str)] = &[];

/// A system to check.
struct Target {
    name: &'static str,
    triple: &'static str,
    needs: &'static [&'static Need],
}

const TARGETS: [Target; 2] = [
    Target {
        name: "windows",
        triple: "x86_64-pc-windows-gnu",
        needs: &[&need::RUST_WITH_SOURCES, &need::MINGW],
    },
    Target { name: "macos", triple: "aarch64-apple-darwin", needs: &[&need::RUST_WITH_SOURCES] },
];

/// Checks both systems, or the named one. The second is checked even if the first fails.
pub(crate) fn check_targets(only: Option<&str>, yes: bool) -> Result<(), Failure> {
    let chosen: Vec<&Target> =
        TARGETS.iter().filter(|target| only.is_none_or(|name| name == target.name)).collect();
    if chosen.is_empty() {
        return Err(Failure::Usage(String::from("the targets are: windows, macos")));
    }
    for (package, reason) in EXCLUDED {
        println!("not checked: {package} ({reason})");
    }
    // The window embeds the page, so the page is built first.
    machine::provide(&[&need::NODE, &need::NODE_MODULES], yes)?;
    Step::words("npm run build").dir("ui").run()?;
    let mut result = Ok(());
    for target in chosen {
        machine::provide(target.needs, yes)?;
        let checked = step(target, &stubs()?).run();
        println!("{}: {}", target.triple, if checked.is_ok() { "ok" } else { "failed" });
        result = result.and(checked);
    }
    result
}

fn step(target: &Target, stubs: &Stubs) -> Step {
    let verb = if target.name == "windows" { "build" } else { "check" };
    let step = Step::new(["/usr/bin/cargo", verb, "-Zbuild-std=std,panic_abort", "--locked"])
        .args(["--workspace", "--target", target.triple, "--target-dir", "target/cross"])
        .args(EXCLUDED.iter().flat_map(|(package, _)| ["--exclude", package]))
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTC", "/usr/bin/rustc");
    if target.name == "windows" {
        return step.env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER", "x86_64-w64-mingw32-gcc");
    }
    step.env("CC_aarch64_apple_darwin", stubs.cc.display().to_string())
        .env("AR_aarch64_apple_darwin", stubs.ar.display().to_string())
        .env("SDKROOT", stubs.folder.display().to_string())
}

/// Programs that stand in for Apple's C compiler and archiver.
struct Stubs {
    folder: PathBuf,
    cc: PathBuf,
    ar: PathBuf,
}

/// Creates the file that follows `-o`.
const CC: &str = "#!/bin/sh\nwhile [ $# -gt 0 ]; do [ \"$1\" = -o ] && : > \"$2\"; shift; done\n";
/// Creates the archive named in its arguments.
const AR: &str = "#!/bin/sh\nfor word; do case $word in *.a) : > \"$word\" ;; esac; done\n";

fn stubs() -> Result<Stubs, Failure> {
    let folder = workspace::root().join("target/cross/stubs");
    let stubs = Stubs { cc: folder.join("cc"), ar: folder.join("ar"), folder };
    let io = |source| Failure::Io {
        doing: format!("cannot write stubs in {}", stubs.folder.display()),
        source,
    };
    std::fs::create_dir_all(&stubs.folder).map_err(io)?;
    write_program(&stubs.cc, CC).map_err(io)?;
    write_program(&stubs.ar, AR).map_err(io)?;
    Ok(stubs)
}

fn write_program(path: &Path, text: &str) -> std::io::Result<()> {
    std::fs::write(path, text)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_stubs_leave_the_files_that_the_build_looks_for() {
        let stubs = stubs().unwrap();
        let folder = std::env::temp_dir().join(format!("xtask-stubs-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let object = folder.join("a.o").display().to_string();
        let archive = folder.join("liba.a").display().to_string();
        let cc = stubs.cc.display().to_string();
        let ar = stubs.ar.display().to_string();
        assert!(Step::new([&cc, "-c", "a.c", "-o", &object]).succeeds());
        assert!(Step::new([&ar, "cq", &archive, &object]).succeeds());
        let made = [Path::new(&object).is_file(), Path::new(&archive).is_file()];
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(made, [true, true]);
    }
}
