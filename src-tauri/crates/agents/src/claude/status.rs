//! The exit status of a command, as far as Claude Code tells it.
//!
//! The program gives the status only of a command that it calls failed (`Exit code 3`), and calls every other status
//! than 0 failed, with exceptions: for some commands at the end of the line, 1 is no failure. Seen in the recordings
//! of 2.1.197 and 2.1.330, and in the program of 2.1.332. So a result that is no failure stands for 0, unless the line
//! has one of these commands. What runs on in the background, was interrupted, or was called by a subagent, whose
//! results have no report, has no status.

use protocol::ToolOutput;

/// The oldest version of which this is known.
const OLDEST: [u64; 3] = [2, 1, 197];

/// Commands whose status 1 is no failure to the program.
const TOLERATED: &[&str] = &["grep", "rg", "egrep", "fgrep", "find", "diff", "test", "[", "[["];

/// The exit status of a command line by its result; `None` if it is not told. `numbers` is the program's version.
pub(crate) fn exit_status(
    numbers: [u64; 3],
    line: &str,
    is_ok: bool,
    output: Option<&ToolOutput>,
) -> Option<i32> {
    let ToolOutput::Command { exit_code, interrupted, background, .. } = output? else {
        return None;
    };
    if *interrupted || background.is_some() {
        return None;
    }
    let is_told = is_ok && numbers >= OLDEST && !may_be_tolerated(line);
    exit_code.or(is_told.then_some(0))
}

/// Whether a command of the line is one whose failure the program may not call so.
fn may_be_tolerated(line: &str) -> bool {
    let parts = line.split([';', '|', '&', '\n', '(', ')', '{', '}', '`', '"', '\'']);
    parts.into_iter().any(|part| {
        let mut words = part.split_whitespace().skip_while(|word| word.contains('='));
        let name = words.next().unwrap_or_default();
        let name = name.rsplit('/').next().unwrap_or(name);
        let is_git = name == "git" && words.any(|word| matches!(word, "diff" | "grep"));
        is_git || TOLERATED.contains(&name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(exit_code: Option<i32>, interrupted: bool, background: Option<&str>) -> ToolOutput {
        let (stdout, stderr) = (String::new(), String::new());
        let background = background.map(str::to_owned);
        ToolOutput::Command { stdout, stderr, exit_code, interrupted, background }
    }

    #[test]
    fn a_result_has_the_status_that_the_program_tells_and_no_other() {
        let (new, old) = ([2, 1, 330], [2, 1, 196]);
        let plain = || output(None, false, None);
        let table = [
            (new, "npm test", true, Some(plain()), Some(0)),
            (new, "cd a && A=1 npm test", true, Some(plain()), Some(0)),
            (new, "npm test", false, Some(output(Some(3), false, None)), Some(3)),
            (old, "npm test", true, Some(plain()), None),
            (old, "npm test", false, Some(output(Some(3), false, None)), Some(3)),
            (new, "npm test", true, None, None),
            (new, "npm test", false, Some(plain()), None),
            (new, "npm test", true, Some(output(None, true, None)), None),
            (new, "npm test", true, Some(output(None, false, Some("b1"))), None),
            (new, "npm test && grep x log", true, Some(plain()), None),
            (new, "npm test && /usr/bin/grep x log", true, Some(plain()), None),
            (new, "npm test && A=1 rg x", true, Some(plain()), None),
            (new, "npm test && git -C a diff --exit-code", true, Some(plain()), None),
            (new, "npm test && [ -f x ]", true, Some(plain()), None),
            (new, "npm test && git commit -m x", true, Some(plain()), Some(0)),
        ];
        for (version, line, is_ok, output, expected) in table {
            let found = exit_status(version, line, is_ok, output.as_ref());
            assert_eq!(found, expected, "{version:?} {line} {output:?}");
        }
    }
}
