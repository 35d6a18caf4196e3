//! Checks whether this machine can run a file: whether it exists, is executable, is built for this
//! processor, and has its interpreter. Only what is certain to fail is refused; the system decides the
//! rest, and `start` translates its refusal.

use std::path::Path;

use super::start::Failure;
use crate::facts::StartFailure;
use crate::words;

/// Checks a program that is about to be started with this PATH.
pub(crate) fn check(program: &Path, path: &std::ffi::OsStr) -> Result<(), Failure> {
    let shown = program.display();
    if !program.is_absolute() {
        let why = format!("{shown} is not an absolute path; a program is never looked up by name.");
        return Err(Failure::new(StartFailure::BadArgument, why));
    }
    let facts = std::fs::metadata(program).map_err(|error| {
        let because = match error.kind() {
            std::io::ErrorKind::NotFound => String::new(),
            _ => format!(" ({})", words(&error)),
        };
        let why = format!("There is no program {shown}{because}. Install it or choose its path.");
        Failure::new(StartFailure::Missing, why)
    })?;
    if !facts.is_file() {
        return Err(not_executable(program, "it is no file"));
    }
    platform::check(program, path)
}

fn not_executable(program: &Path, because: &str) -> Failure {
    let why = format!("{} cannot be run: {because}.", program.display());
    Failure::new(StartFailure::NotExecutable, why)
}

#[cfg(windows)]
mod platform {
    use super::*;

    pub(super) fn check(_: &Path, _: &std::ffi::OsStr) -> Result<(), Failure> {
        Ok(())
    }
}

#[cfg(unix)]
mod platform {
    use std::ffi::OsStr;
    use std::fs::File;
    use std::io::Read;
    use std::os::unix::ffi::OsStrExt;

    use super::*;
    use crate::sys;

    /// How much of a file the kernel reads to recognise its format, in bytes.
    const HEAD: u64 = 256;

    /// How many interpreters that are scripts themselves are followed; the kernel follows as many.
    const DEPTH: usize = 4;

    pub(super) fn check(program: &Path, path: &OsStr) -> Result<(), Failure> {
        check_depth(program, path, DEPTH)
    }

    fn check_depth(program: &Path, path: &OsStr, depth: usize) -> Result<(), Failure> {
        if !sys::may_execute(program) {
            return Err(not_executable(program, "its permissions do not allow it (chmod +x)"));
        }
        // A program that may be run but not read cannot be checked; the system decides.
        let Ok(head) = read_head(program) else { return Ok(()) };
        match head.strip_prefix(b"#!") {
            Some(line) => check_script(program, line, path, depth),
            None => check_binary(program, &head),
        }
    }

    fn read_head(program: &Path) -> std::io::Result<Vec<u8>> {
        let mut head = Vec::new();
        File::open(program)?.take(HEAD).read_to_end(&mut head)?;
        Ok(head)
    }

    fn check_script(script: &Path, line: &[u8], path: &OsStr, depth: usize) -> Result<(), Failure> {
        let line = line.split(|byte| *byte == b'\n').next().unwrap_or_default();
        if line.ends_with(b"\r") {
            return Err(interpreter(script, "its first line ends with CR LF; save it with LF"));
        }
        let mut words = line.split(|byte| matches!(byte, b' ' | b'\t')).filter(|w| !w.is_empty());
        let named = Path::new(OsStr::from_bytes(words.next().unwrap_or_default()));
        if !named.is_absolute() || !named.is_file() {
            let why =
                format!("its interpreter {:?} is missing; install it", named.display().to_string());
            return Err(interpreter(script, &why));
        }
        if depth > 0 {
            check_depth(named, path, depth - 1)
                .map_err(|inner| interpreter(script, &format!("of its interpreter: {inner}")))?;
        }
        match named.file_name() {
            Some(name) if name == "env" => check_env(script, words, path),
            _ => Ok(()),
        }
    }

    /// Checks `#!/usr/bin/env NAME` and `#!/usr/bin/env -S NAME ...`; other options are left to env.
    fn check_env<'a>(
        script: &Path,
        mut words: impl Iterator<Item = &'a [u8]>,
        path: &OsStr,
    ) -> Result<(), Failure> {
        let first = words.next().unwrap_or_default();
        let name = if first == b"-S" { words.next().unwrap_or_default() } else { first };
        if name.is_empty() || name.starts_with(b"-") || name.iter().any(|b| b"=/$\"'\\".contains(b))
        {
            return Ok(());
        }
        let name = OsStr::from_bytes(name);
        let found = std::env::split_paths(path)
            .filter(|entry| entry.is_absolute())
            .any(|entry| entry.join(name).is_file() && sys::may_execute(&entry.join(name)));
        if found {
            return Ok(());
        }
        let name = name.to_string_lossy();
        let why = format!("it needs {name}, which is not on the PATH it is given; install {name}");
        Err(interpreter(script, &why))
    }

    fn interpreter(script: &Path, because: &str) -> Failure {
        let why = format!("{} cannot be run: {because}.", script.display());
        Failure::new(StartFailure::Interpreter, why)
    }

    fn check_binary(program: &Path, head: &[u8]) -> Result<(), Failure> {
        match format_of(head) {
            Format::Text => Err(not_executable(program, "it is neither a program nor a script")),
            Format::Native => Ok(()),
            Format::Foreign if sys::runs_foreign_programs() => Ok(()),
            Format::Foreign => {
                let why = format!(
                    "{} was built for another processor or system. Install its build for this one.",
                    program.display()
                );
                Err(Failure::new(StartFailure::WrongArchitecture, why))
            }
        }
    }

    #[derive(Debug, PartialEq, Eq)]
    enum Format {
        Native,
        Foreign,
        Text,
    }

    fn format_of(head: &[u8]) -> Format {
        match head {
            [0x7f, b'E', b'L', b'F', ..] if cfg!(target_os = "linux") => elf(head),
            [0xcf, 0xfa, 0xed, 0xfe, ..] | [0xca, 0xfe, 0xba, 0xbe, ..]
                if cfg!(target_os = "macos") =>
            {
                Format::Native
            }
            _ if head.contains(&0) => Format::Foreign,
            _ => Format::Text,
        }
    }

    /// Machine numbers in ELF files for this processor; the second is its 32-bit kind.
    const MACHINES: &[u16] = if cfg!(target_arch = "x86_64") {
        &[62, 3]
    } else if cfg!(target_arch = "aarch64") {
        &[183, 40]
    } else {
        &[]
    };

    fn elf(head: &[u8]) -> Format {
        let (Some(order), Some(&[a, b])) =
            (head.get(5), head.get(18..20).and_then(<[u8]>::as_array))
        else {
            return Format::Foreign;
        };
        let machine =
            if *order == 2 { u16::from_be_bytes([a, b]) } else { u16::from_le_bytes([a, b]) };
        let ours = MACHINES.is_empty() || MACHINES.contains(&machine);
        if ours { Format::Native } else { Format::Foreign }
    }

    #[cfg(test)]
    mod tests {
        use std::os::unix::fs::PermissionsExt;

        use super::*;

        fn checked(content: &[u8], mode: u32) -> Result<(), Failure> {
            let dir = tempfile::tempdir().unwrap();
            let program = dir.path().join("program");
            std::fs::write(&program, content).unwrap();
            std::fs::set_permissions(&program, PermissionsExt::from_mode(mode)).unwrap();
            super::super::check(&program, OsStr::new("/usr/bin:/bin"))
        }

        fn kind(content: &[u8]) -> Option<StartFailure> {
            checked(content, 0o755).err().map(|failure| failure.kind)
        }

        #[test]
        fn scripts_need_their_interpreter() {
            assert_eq!(kind(b"#!/bin/sh\n"), None);
            assert_eq!(kind(b"#! /bin/sh -e\n"), None);
            assert_eq!(kind(b"#!/nonexistent/node\n"), Some(StartFailure::Interpreter));
            assert_eq!(kind(b"#!sh\n"), Some(StartFailure::Interpreter));
            assert_eq!(kind(b"#!/bin/sh\r\n"), Some(StartFailure::Interpreter));
            assert_eq!(kind(b"#!/usr/bin/env sh\n"), None);
            assert_eq!(kind(b"#!/usr/bin/env -S sh -e\n"), None);
            assert_eq!(kind(b"#!/usr/bin/env no-such-thing\n"), Some(StartFailure::Interpreter));
            assert_eq!(kind(b"#!/usr/bin/env -S no-such-thing\n"), Some(StartFailure::Interpreter));
        }

        #[test]
        fn a_file_must_be_a_program_for_this_machine() {
            assert_eq!(kind(b"echo hello\n"), Some(StartFailure::NotExecutable));
            assert_eq!(kind(b""), Some(StartFailure::NotExecutable));
            let denied = checked(b"#!/bin/sh\n", 0o644).unwrap_err();
            assert_eq!(denied.kind, StartFailure::NotExecutable);
        }

        #[cfg(target_os = "linux")]
        #[test]
        fn programs_for_other_processors_are_recognised() {
            let own = std::fs::read("/proc/self/exe").unwrap();
            assert_eq!(format_of(&own[..64]), Format::Native);
            let mut s390 = own[..64].to_vec();
            s390[5] = 2;
            s390[18..20].copy_from_slice(&22u16.to_be_bytes());
            assert_eq!(format_of(&s390), Format::Foreign);
            assert_eq!(format_of(b"MZ\0\0"), Format::Foreign);
        }
    }
}
