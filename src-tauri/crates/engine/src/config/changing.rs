//! Tests with a file that changes while it is read: emptied and then written by an editor, replaced
//! by a program, or changed so soon after a reading that time and size stay the same.

use super::file;
use super::kept::{Configuration, Look};
use protocol::{AgentId, ConfigState};
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A configuration whose file the test changes.
struct Scene {
    _dir: tempfile::TempDir,
    path: PathBuf,
    config: Configuration,
}

impl Scene {
    /// A configuration whose file has this model and was read.
    fn with(model: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.json");
        let accepted = dir.path().join("config.accepted.json");
        let config = Configuration::new(path.clone(), accepted, None);
        let mut scene = Self { _dir: dir, path, config };
        fs::write(&scene.path, text(model, 0)).unwrap();
        assert_eq!(scene.model(), model);
        scene
    }

    fn look(&mut self) -> Arc<ConfigState> {
        if let Look::Accept(acceptance) = self.config.look() {
            self.config.accept(*acceptance);
        }
        self.config.state()
    }

    /// The model in force after the file was checked.
    fn model(&mut self) -> String {
        let state = self.look();
        state.config.agents[&AgentId::new("claude")].model.clone().unwrap_or_default()
    }

    /// Checks the file until its last change is old enough to count as finished.
    fn rest(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(60);
        while self.config.until_look().is_some() {
            assert!(Instant::now() < deadline, "it never counts as finished");
            std::thread::sleep(Duration::from_millis(20));
            self.look();
        }
    }
}

/// The text of a file with this model, made longer by repeating the model's name.
fn text(model: &str, filler: usize) -> String {
    let filler = model.repeat(filler);
    format!(r#"{{"agents": {{"claude": {{"model": "{model}"}}}}, "mine": "{filler}"}}"#)
}

#[test]
fn a_change_that_leaves_time_and_size_as_they_were_is_seen() {
    let mut scene = Scene::with("opus");
    let written = fs::metadata(&scene.path).unwrap().modified().unwrap();
    fs::write(&scene.path, text("next", 0)).unwrap();
    // As a file system with a coarse clock stores it.
    fs::File::options().write(true).open(&scene.path).unwrap().set_modified(written).unwrap();
    scene.rest();
    assert_eq!(scene.model(), "next");
}

#[test]
fn a_file_that_was_just_emptied_is_not_taken_for_an_empty_one() {
    let mut scene = Scene::with("opus");
    fs::write(&scene.path, "").unwrap();
    assert_eq!(scene.model(), "opus");
    let problem = scene.config.state().problem.clone().unwrap();
    assert!(problem.message.contains("being written"), "{problem}");
    assert!(scene.config.set("agents.claude.model", "\"haiku\"", true).is_err());
    scene.rest();
    assert_eq!((scene.model().as_str(), &scene.config.state().problem), ("", &None));
}

#[test]
fn a_file_that_changes_while_it_is_read_is_never_half_in_force() {
    let mut scene = Scene::with("opus");
    // Texts of the same size, and one of another size.
    let texts = [text("opus", 100_000), text("next", 100_000), text("more", 20)];
    let path = scene.path.clone();
    std::thread::scope(|scope| {
        let writing = scope.spawn(|| {
            for round in 0..120 {
                let text = &texts[round % texts.len()];
                match round % 2 {
                    // As most programs do it: the file is emptied, then written.
                    0 => fs::write(&path, text).unwrap(),
                    _ => file::write(&path, text).unwrap(),
                }
            }
        });
        while !writing.is_finished() {
            let model = scene.model();
            assert!(["opus", "next", "more"].contains(&model.as_str()), "{model:?}");
        }
    });
    scene.rest();
    assert_eq!((scene.model().as_str(), &scene.config.state().problem), ("more", &None));
}
