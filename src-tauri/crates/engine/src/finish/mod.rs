//! Answers how the branch of a story stands and what can be done with it next: `plan` reads what the store knows,
//! `git` looks, `offers` says what can be done and why not, `words` proposes messages; `hosted` asks the host about
//! its pull request and failed checks. Nothing is changed here: what is
//! chosen is a request, which `director::finish` takes and `job::finish` carries out.

mod answer;
mod checks;
mod hosted;
mod offers;
mod output;
mod plan;
mod words;

pub use answer::finishing;
pub use hosted::{failing_logs, hosted};
pub use output::{finish_log, finish_output};
pub use plan::FinishPlan;
