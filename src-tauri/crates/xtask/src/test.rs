//! `cargo xtask test`: selects the stages, runs them in order until one fails, and prints how long
//! each took. `stage` has the list of stages.

use crate::args::Selection;
use crate::failure::Failure;
use crate::machine;
use crate::need::{NEXTEST, Need};
use crate::stage::{self, Stage};
use std::time::{Duration, Instant};

/// The result of a stage.
enum Outcome {
    Passed(Duration),
    Failed(Duration),
    Skipped(String),
}

/// Runs all stages, or the selected ones.
pub(crate) fn test(selection: &Selection, yes: bool) -> Result<(), Failure> {
    let mut chosen = select(stage::stages(), selection)?;
    machine::provide(&needs(&chosen), yes)?;
    if !NEXTEST.is_met() {
        for stage in chosen.iter_mut().filter(|stage| stage.name == "tests") {
            stage.steps = stage::tests_without_nextest();
        }
    }
    let mut outcomes = Vec::new();
    let result = run_until_failure(&chosen, &mut outcomes);
    print!("\n{}", table(&outcomes));
    result
}

fn select(stages: Vec<Stage>, selection: &Selection) -> Result<Vec<Stage>, Failure> {
    let place = |name: &str| {
        stages.iter().position(|stage| stage.name == name).ok_or_else(|| {
            let names: Vec<_> = stages.iter().map(|stage| stage.name).collect();
            Failure::Usage(format!("no stage `{name}`; there are: {}", names.join(", ")))
        })
    };
    let range = match selection {
        Selection::All => 0..stages.len(),
        Selection::From(name) => place(name)?..stages.len(),
        Selection::Only(name, _) => {
            let at = place(name)?;
            at..at + 1
        }
    };
    let mut chosen: Vec<Stage> = stages.into_iter().skip(range.start).take(range.len()).collect();
    if let (Selection::Only(_, words), [Stage { steps, .. }]) = (selection, &mut chosen[..])
        && let Some(step) = steps.last_mut()
    {
        *step = step.clone().args(words.iter().cloned());
    }
    Ok(chosen)
}

/// The requirements of the stages that apply, without duplicates.
fn needs(stages: &[Stage]) -> Vec<&'static Need> {
    let mut needs: Vec<&'static Need> = Vec::new();
    for need in stages.iter().filter(|stage| stage.when.holds()).flat_map(|stage| stage.needs) {
        if !needs.contains(need) {
            needs.push(need);
        }
    }
    needs
}

fn run_until_failure(
    stages: &[Stage],
    outcomes: &mut Vec<(&'static str, Outcome)>,
) -> Result<(), Failure> {
    for stage in stages {
        if !stage.when.holds() {
            outcomes.push((stage.name, Outcome::Skipped(stage.when.denial())));
            continue;
        }
        println!("\n== {}", stage.name);
        let start = Instant::now();
        let result = run_steps(stage);
        let took = start.elapsed();
        let failed = result.is_err();
        outcomes
            .push((stage.name, if failed { Outcome::Failed(took) } else { Outcome::Passed(took) }));
        result?;
    }
    Ok(())
}

fn run_steps(stage: &Stage) -> Result<(), Failure> {
    for step in &stage.steps {
        step.run().map_err(|cause| Failure::Stage {
            name: stage.name,
            repeat: format!("cargo xtask test --only {}", stage.name),
            cause: Box::new(cause),
        })?;
    }
    Ok(())
}

fn table(outcomes: &[(&'static str, Outcome)]) -> String {
    let mut text = String::from("stage         minutes\n");
    let mut total = Duration::ZERO;
    for (name, outcome) in outcomes {
        let cell = match outcome {
            Outcome::Passed(took) => minutes(*took),
            Outcome::Failed(took) => format!("{}  FAILED", minutes(*took)),
            Outcome::Skipped(why) => format!("      -  skipped: {why}"),
        };
        if let Outcome::Passed(took) | Outcome::Failed(took) = outcome {
            total += *took;
        }
        text.push_str(&format!("{name:<14}{cell}\n"));
    }
    text.push_str(&format!("{:<14}{}\n", "all", minutes(total)));
    text
}

fn minutes(took: Duration) -> String {
    format!("{:7.2}", took.as_secs_f64() / 60.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::need::When;
    use crate::step::Step;

    fn stage(name: &'static str, when: When, line: &str) -> Stage {
        Stage { name, when, needs: &[], steps: vec![Step::words(line)] }
    }

    fn three() -> Vec<Stage> {
        vec![
            stage("first", When::Always, "cargo --version"),
            stage("second", When::Always, "cargo no-such-subcommand"),
            stage("third", When::Always, "cargo --version"),
        ]
    }

    fn names(selection: Selection) -> Vec<&'static str> {
        select(three(), &selection).unwrap().iter().map(|stage| stage.name).collect()
    }

    #[test]
    fn stages_are_selected_by_name() {
        assert_eq!(names(Selection::All), ["first", "second", "third"]);
        assert_eq!(names(Selection::Only("second".into(), vec![])), ["second"]);
        assert_eq!(names(Selection::From("second".into())), ["second", "third"]);
        let unknown = select(three(), &Selection::Only("fourth".into(), vec![]));
        assert!(matches!(unknown, Err(Failure::Usage(text)) if text.contains("first, second")));
    }

    #[test]
    fn words_go_to_the_last_command_of_the_stage() {
        let mut stages = three();
        stages[0].steps.push(Step::words("cargo test"));
        let only = Selection::Only("first".into(), vec!["a b".into(), "-c".into()]);
        let [stage] = &select(stages, &only).unwrap()[..] else { panic!("one stage") };
        let last = Step::words("cargo test").args(["a b", "-c"]);
        assert_eq!(stage.steps, [Step::words("cargo --version"), last]);
    }

    #[test]
    fn the_first_failing_stage_ends_the_run_and_names_its_repetition() {
        let mut outcomes = Vec::new();
        let failure = run_until_failure(&three(), &mut outcomes).unwrap_err();
        assert!(failure.to_string().contains("cargo xtask test --only second"), "{failure}");
        let ran: Vec<_> = outcomes.iter().map(|(name, _)| *name).collect();
        assert_eq!(ran, ["first", "second"]);
        assert!(table(&outcomes).contains("FAILED"));
    }

    #[test]
    fn a_stage_without_its_part_of_the_tree_is_skipped_and_says_so() {
        let stages = [stage("absent", When::Has("no/such/path"), "cargo no-such-subcommand")];
        let mut outcomes = Vec::new();
        run_until_failure(&stages, &mut outcomes).unwrap();
        assert!(table(&outcomes).contains("skipped: no no/such/path"), "{}", table(&outcomes));
    }

    #[test]
    fn the_table_adds_minutes_up() {
        let outcomes = [
            ("one", Outcome::Passed(Duration::from_secs(90))),
            ("two", Outcome::Passed(Duration::from_secs(30))),
        ];
        let text = table(&outcomes);
        assert!(text.contains("one              1.50\n"), "{text}");
        assert!(text.ends_with("all              2.00\n"), "{text}");
    }

    #[test]
    fn no_two_stages_share_a_name() {
        let mut names: Vec<_> = stage::stages().iter().map(|stage| stage.name).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
