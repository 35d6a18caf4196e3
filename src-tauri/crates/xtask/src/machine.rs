//! Installs what a command needs: says what is missing, prints the exact commands, asks, and runs
//! them. It installs nothing without agreement, and checks again afterwards instead of trusting the
//! installer. `need` has the list of requirements.

use crate::failure::Failure;
use crate::need::{self, Need, Remedy};
use crate::step::Step;
use std::io::{BufRead, Write};

/// `cargo xtask setup`: installs everything that any command needs in this tree.
pub(crate) fn set_up(yes: bool) -> Result<(), Failure> {
    provide(&need::all(), yes)?;
    println!("This machine has what it takes to run and test Musher.");
    Ok(())
}

/// Makes sure that the machine has everything in `needs`. It asks before installing, unless `yes`.
pub(crate) fn provide(needs: &[&'static Need], yes: bool) -> Result<(), Failure> {
    let lacking: Vec<&Need> = needs.iter().copied().filter(|need| need.is_lacking()).collect();
    if lacking.is_empty() {
        return Ok(());
    }
    print(&lacking);
    let plan = Plan::new(&lacking, System::here());
    if plan.confirm(yes)? {
        plan.carry_out(&lacking)?;
    }
    let left: Vec<&Need> = lacking.into_iter().filter(|need| need.is_lacking()).collect();
    for need in &left {
        if let Some(otherwise) = need.otherwise {
            println!("Without {}, {otherwise}.", need.what);
        }
    }
    let required: Vec<_> = left.iter().filter(|need| need.otherwise.is_none()).collect();
    if required.is_empty() {
        return Ok(());
    }
    Err(Failure::Lacking(required.iter().map(|need| need.what).collect()))
}

fn print(lacking: &[&Need]) {
    println!("This machine lacks:");
    for need in lacking {
        println!("  {} ({})", need.what, need.why);
    }
}

/// The properties of this system that decide how packages are installed.
#[derive(Clone, Copy)]
struct System {
    has_apt: bool,
    is_root: bool,
}

impl System {
    fn here() -> Self {
        let is_root = Step::words("id -u").output().is_ok_and(|id| id.trim() == "0");
        System { has_apt: Step::words("apt-get --version").succeeds(), is_root }
    }
}

/// Commands to run, and packages that only the person can install.
#[derive(Debug, PartialEq)]
struct Plan {
    steps: Vec<Step>,
    by_hand: Vec<&'static str>,
}

impl Plan {
    fn new(lacking: &[&Need], system: System) -> Self {
        let mut packages = Vec::new();
        let mut commands = Vec::new();
        for need in lacking {
            match need.remedy {
                Remedy::Packages(names) => packages.extend_from_slice(names),
                Remedy::Command(line) => commands.push(Step::words(line)),
            }
        }
        if packages.is_empty() || !system.has_apt {
            return Plan { steps: commands, by_hand: packages };
        }
        let mut steps = apt(&packages, system.is_root);
        steps.extend(commands);
        Plan { steps, by_hand: Vec::new() }
    }

    fn confirm(&self, yes: bool) -> Result<bool, Failure> {
        if !self.by_hand.is_empty() {
            println!("Install with your system's package manager what Debian calls:");
            println!("  {}", self.by_hand.join(" "));
        }
        if !self.steps.is_empty() {
            println!(
                "These commands get {}:",
                if self.by_hand.is_empty() { "it" } else { "the rest" }
            );
        }
        for step in &self.steps {
            println!("  {step}");
        }
        if yes {
            return Ok(true);
        }
        ask(if self.by_hand.is_empty() {
            "Run them now?"
        } else {
            "Are the packages installed, and may the rest be run?"
        })
    }

    /// Runs the commands. A failure ends it, unless everything that is missing is optional.
    fn carry_out(&self, lacking: &[&Need]) -> Result<(), Failure> {
        let dispensable = lacking.iter().all(|need| need.otherwise.is_some());
        for step in &self.steps {
            match step.run() {
                Err(failure) if dispensable => println!("{failure}"),
                other => other?,
            }
        }
        Ok(())
    }
}

fn apt(packages: &[&'static str], is_root: bool) -> Vec<Step> {
    // apt fails if its folder below /tmp is cleaned up while it works.
    let prefix = "env DEBIAN_FRONTEND=noninteractive TMPDIR=/var/tmp apt-get";
    let prefix = if is_root { prefix.to_owned() } else { format!("sudo {prefix}") };
    let wait = "-o DPkg::Lock::Timeout=300";
    vec![
        Step::words(&format!("{prefix} {wait} update")),
        Step::words(&format!("{prefix} {wait} install --yes --no-install-recommends"))
            .args(packages.iter().copied()),
    ]
}

/// Asks on the terminal. No answer counts as no.
fn ask(question: &str) -> Result<bool, Failure> {
    let io = |source| Failure::Io { doing: String::from("cannot ask"), source };
    print!("{question} [y/N] ");
    std::io::stdout().flush().map_err(io)?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).map_err(io)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::need::{CLIPPY, GIT, NODE};

    fn lines(plan: &Plan) -> Vec<String> {
        plan.steps.iter().map(Step::to_string).collect()
    }

    #[test]
    fn debian_gets_one_installation_and_then_the_rest() {
        let plan = Plan::new(&[&GIT, &CLIPPY, &NODE], System { has_apt: true, is_root: false });
        let apt = "sudo env DEBIAN_FRONTEND=noninteractive TMPDIR=/var/tmp apt-get \
                   -o DPkg::Lock::Timeout=300";
        assert_eq!(
            lines(&plan),
            [
                format!("{apt} update"),
                format!("{apt} install --yes --no-install-recommends git nodejs npm"),
                String::from("rustup component add clippy"),
            ]
        );
        assert!(plan.by_hand.is_empty());
    }

    #[test]
    fn root_needs_no_sudo() {
        let plan = Plan::new(&[&GIT], System { has_apt: true, is_root: true });
        assert!(lines(&plan).iter().all(|line| line.starts_with("env ")), "{plan:?}");
    }

    #[test]
    fn elsewhere_the_person_installs_packages() {
        let plan = Plan::new(&[&GIT, &CLIPPY], System { has_apt: false, is_root: false });
        assert_eq!(lines(&plan), ["rustup component add clippy"]);
        assert_eq!(plan.by_hand, ["git"]);
    }
}
