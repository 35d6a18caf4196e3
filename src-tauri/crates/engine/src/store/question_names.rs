//! Short names of questions for the command line: the run's name and the beginning of the agent's own id, or the
//! story alone while it has one open question.

use super::read::Reader;
use crate::error::{Error, Result};
use protocol::{ErrorCode, Question, QuestionId};

/// The fewest characters of the agent's id in a short name.
const FEWEST: usize = 4;

/// Between the run's name and the agent's id.
const BETWEEN: char = ':';

impl Reader {
    /// One question by its id, its short name, or the name of a story that has one open question. A short name may be
    /// as long as one likes, but has to fit one question only.
    pub fn question_named(&self, name: &str) -> Result<Question> {
        match self.question(&QuestionId::new(name)) {
            Err(error @ Error::Refused(_)) => {
                let found = match name.split_once(BETWEEN) {
                    Some((run, begin)) => self.beginning(run, begin)?,
                    None => self.open_of_story(name)?,
                };
                one_of(name, found)?.ok_or(error)
            }
            done => done,
        }
    }

    /// The shortest name of a question that fits no other one.
    pub fn short_name(&self, question: &Question) -> Result<String> {
        let run = self.run(question.run.as_str())?;
        let others =
            self.questions_of(&question.run)?.into_iter().filter(|it| it.id != question.id);
        let others: Vec<String> = others.map(|it| it.request_id).collect();
        let own = &question.request_id;
        let ends = own.char_indices().map(|(at, character)| at + character.len_utf8());
        let is_its_own = |begin: &&str| !others.iter().any(|other| other.starts_with(begin));
        let begin = ends.skip(FEWEST - 1).map(|end| &own[..end]).find(is_its_own);
        Ok(format!("{}{BETWEEN}{}", run.slug, begin.unwrap_or(own)))
    }

    /// The questions of a run whose ids begin so; the one that is just so, if there is one.
    fn beginning(&self, run: &str, begin: &str) -> Result<Vec<Question>> {
        let run = match self.run(run) {
            Ok(run) => run.id,
            Err(Error::Refused(_)) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut found = self.questions_of(&run)?;
        found.retain(|it| !begin.is_empty() && it.request_id.starts_with(begin));
        match found.iter().position(|it| it.request_id == begin) {
            Some(place) => Ok(vec![found.swap_remove(place)]),
            None => Ok(found),
        }
    }

    fn open_of_story(&self, name: &str) -> Result<Vec<Question>> {
        let story = match self.story(name) {
            Ok(story) => story.id,
            Err(Error::Refused(_)) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        Ok(self.questions(true)?.into_iter().filter(|it| it.story == story).collect())
    }
}

/// The one question that was found, or none.
///
/// # Errors
/// If there are several.
fn one_of(name: &str, mut found: Vec<Question>) -> Result<Option<Question>> {
    match found.len() {
        0 | 1 => Ok(found.pop()),
        count => {
            let message = format!("{count} questions fit \"{name}\"");
            Err(Error::refused(ErrorCode::BadInput, message, "Name one of them.")
                .on_terminal("`mush questions` lists them with their names."))
        }
    }
}
