//! Parses the text of `config.json` to a checked [`Config`]. Every mistake is reported with its
//! line and field; a file with a mistake has no effect at all. Unknown fields are kept and
//! reported, because a newer version may have written them.

use super::key;
use super::patterns;
use super::text::{self, Malformed, Node};
use protocol::{
    AgentDefaults, AgentId, CONFIG_VERSION, CheckpointSettings, Config, ConfigField, ConfigNotice,
    ConfigNoticeWhy, ErrorCode, Fault, FieldValue, LimitWaits, PermissionChoice, ProjectDefaults,
    WorktreePatterns,
};
use std::ops::RangeInclusive;
use std::path::Path;

/// The most mistakes that are described; further ones are only counted.
const MOST_NAMED: usize = 5;

/// A mistake in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    /// The line, from 1.
    line: u32,
    /// The field; empty for the file as a whole.
    key: String,
    why: String,
}

/// The contents of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Read {
    pub(super) config: Config,
    pub(super) notices: Vec<ConfigNotice>,
}

/// Reads a file.
pub(super) fn read(file: &str) -> Result<Read, Vec<Mistake>> {
    let mut reading = Reading::default();
    let config = match text::parse(file) {
        Ok(root) => reading.config(root),
        Err(malformed) => {
            reading.malformed("", malformed);
            Config::default()
        }
    };
    match reading.mistakes.is_empty() {
        true => Ok(Read { config, notices: reading.notices }),
        false => Err(reading.mistakes),
    }
}

/// The default configuration.
pub(super) fn usual() -> Config {
    let agents = agents::agents().iter().map(|agent| (agent.id(), AgentDefaults::default()));
    Config { agents: agents.collect(), ..Config::default() }
}

/// The error for a person that describes these mistakes.
pub(super) fn fault(path: &Path, mistakes: &[Mistake]) -> Fault {
    let named =
        mistakes.iter().take(MOST_NAMED).map(|Mistake { line, key, why }| match key.is_empty() {
            true => format!("line {line}: {why}"),
            false => format!("line {line}, {key}: {why}"),
        });
    let mut named = named.collect::<Vec<_>>().join("; ");
    if let Some(more @ 1..) = mistakes.len().checked_sub(MOST_NAMED) {
        named.push_str(&format!("; and {more} more"));
    }
    Fault::new(
        ErrorCode::Config,
        format!("{} cannot be used: {named}", path.display()),
        "What was accepted last is in force. Correct the file; it is read again by itself.",
    )
}

#[derive(Default)]
struct Reading {
    mistakes: Vec<Mistake>,
    notices: Vec<ConfigNotice>,
}

impl Reading {
    fn config(&mut self, root: Node<'_>) -> Config {
        let mut config = usual();
        let fields = self.fields("", root);
        // If the format is newer, only the version is read.
        if let Some((_, node)) = fields.iter().find(|(name, _)| name == "version")
            && !self.version(*node)
        {
            return config;
        }
        for (name, node) in fields {
            match name.as_str() {
                "version" => {}
                "agents" => self.agents(&name, node, &mut config),
                "projects" => {
                    for (path, project) in self.fields(&name, node) {
                        let key = key::below(&name, &path);
                        if !Path::new(&path).is_absolute() {
                            self.mistake(
                                &key,
                                project,
                                "a project is named by the absolute path of its folder",
                            );
                        }
                        let project = self.section(&key, project, ProjectDefaults::FIELDS);
                        config.projects.insert(path, project);
                    }
                }
                "worktrees" => {
                    config.worktrees = self.section(&name, node, WorktreePatterns::FIELDS);
                }
                "checkpoints" => {
                    config.checkpoints = self.section(&name, node, CheckpointSettings::FIELDS);
                }
                "limits" => config.limits = self.limits(&name, node),
                "caps" => self.numbers(&name, node, 1.0, "a whole number from 1"),
                "budgets" => self.numbers(&name, node, 0.0, "a number from 0"),
                "rules" => {
                    self.to::<Vec<serde_json::Value>>(&name, node, "a list");
                    self.notice(&name, node, ConfigNoticeWhy::NotUsedYet);
                }
                "notify" => {
                    self.fields(&name, node);
                    self.notice(&name, node, ConfigNoticeWhy::NotUsedYet);
                }
                _ => self.notice(&key::below("", &name), node, ConfigNoticeWhy::Unknown),
            }
        }
        config
    }

    /// Whether this program supports the version.
    fn version(&mut self, node: Node<'_>) -> bool {
        match self.to::<u32>("version", node, "a whole number") {
            None | Some(CONFIG_VERSION) => true,
            Some(newer) if newer > CONFIG_VERSION => {
                let why = format!(
                    "a newer Musher wrote the file: this one reads version {CONFIG_VERSION}, not {newer}"
                );
                self.mistake("version", node, &why);
                false
            }
            Some(_) => {
                self.mistake("version", node, &format!("the first version is {CONFIG_VERSION}"));
                false
            }
        }
    }

    fn agents(&mut self, section: &str, node: Node<'_>, config: &mut Config) {
        for (name, agent) in self.fields(section, node) {
            let key = key::below(section, &name);
            let id = AgentId::new(name.as_str());
            let defaults = self.section(&key, agent, AgentDefaults::FIELDS);
            match config.agents.get_mut(&id) {
                Some(known) => *known = defaults,
                None => {
                    let known: Vec<&str> = config.agents.keys().map(AgentId::as_str).collect();
                    let why = format!("there is no such agent; Musher knows {}", known.join(", "));
                    self.mistake(&key, agent, &why);
                }
            }
        }
    }

    /// Reads a section by the list of its fields. What is not set has its default.
    fn section<T: Default>(
        &mut self,
        section: &str,
        node: Node<'_>,
        known: &[ConfigField<T>],
    ) -> T {
        let mut read = T::default();
        for (name, node) in self.fields(section, node) {
            let key = key::below(section, &name);
            match known.iter().find(|field| field.name == name) {
                Some(field) => self.value(&key, node, &field.value, &mut read),
                None => self.notice(&key, node, ConfigNoticeWhy::Unknown),
            }
        }
        read
    }

    fn value<T>(&mut self, key: &str, node: Node<'_>, value: &FieldValue<T>, into: &mut T) {
        match value {
            FieldValue::Text(at) => *at(into) = self.text(key, node),
            FieldValue::Texts { of, at } => *at(into) = self.texts(key, node, of),
            FieldValue::Variables(at) => *at(into) = self.names_of_variables(key, node),
            FieldValue::Permission(at) => *at(into) = self.permission(key, node),
            FieldValue::Flag(at) => {
                *at(into) = self.to(key, node, "true or false").unwrap_or(*at(into));
            }
            FieldValue::Whole { least, most, at } => {
                if let Some(number) = self.whole(key, node, *least..=*most) {
                    *at(into) = number;
                }
            }
            FieldValue::Place(at) => {
                if let Some(place) = self.pattern(key, node, patterns::mistake_in_place) {
                    *at(into) = place;
                }
            }
            FieldValue::Branch(at) => {
                if let Some(branch) = self.pattern(key, node, patterns::mistake_in_branch) {
                    *at(into) = branch;
                }
            }
        }
    }

    fn permission(&mut self, key: &str, node: Node<'_>) -> PermissionChoice {
        let wanted = "\"ask\", \"deny\" or \"accept-edits\"";
        match self.to(key, node, wanted) {
            Some(PermissionChoice::FullAccess) => {
                self.mistake(
                    key,
                    node,
                    "full access is given to one story at a time, never as a default",
                );
                PermissionChoice::default()
            }
            choice => choice.unwrap_or_default(),
        }
    }

    fn names_of_variables(&mut self, key: &str, node: Node<'_>) -> Vec<String> {
        let names = self.texts(key, node, "names of variables");
        if names.iter().any(|name| name.contains('=')) {
            self.mistake(key, node, "only names of variables stand here, never their values");
        }
        names
    }

    fn pattern(
        &mut self,
        key: &str,
        node: Node<'_>,
        mistake_in: fn(&str) -> Option<String>,
    ) -> Option<String> {
        let text = self.text(key, node)?;
        match mistake_in(&text) {
            None => Some(text),
            Some(why) => {
                self.mistake(key, node, &why);
                None
            }
        }
    }

    fn whole(&mut self, key: &str, node: Node<'_>, range: RangeInclusive<u32>) -> Option<u32> {
        let wanted = format!("a whole number from {} to {}", range.start(), range.end());
        let number = self.to::<u32>(key, node, &wanted)?;
        if !range.contains(&number) {
            self.mistake(key, node, &format!("{} is not {wanted}", shown(node)));
            return None;
        }
        Some(number)
    }

    /// Reads the section of waits, in which one field limits another.
    fn limits(&mut self, section: &str, node: Node<'_>) -> LimitWaits {
        let limits = self.section(section, node, LimitWaits::FIELDS);
        if limits.first_guess_minutes > limits.longest_guess_minutes {
            self.mistake(section, node, "the first guess is longer than the longest one");
        }
        limits
    }

    /// Checks fields that only later versions use.
    fn numbers(&mut self, section: &str, node: Node<'_>, least: f64, wanted: &str) {
        for (name, node) in self.fields(section, node) {
            let key = key::below(section, &name);
            let fits = |number: &f64| *number >= least && (least == 0.0 || number.fract() == 0.0);
            if !node.is_null() && !node.to::<f64>().is_some_and(|number| fits(&number)) {
                self.mistake(&key, node, &format!("{} is not {wanted}", shown(node)));
            }
        }
        self.notice(section, node, ConfigNoticeWhy::NotUsedYet);
    }

    fn text(&mut self, key: &str, node: Node<'_>) -> Option<String> {
        let text: String = self.to(key, node, "a text")?;
        if text.trim().is_empty() {
            self.mistake(
                key,
                node,
                "this is empty; leave it out or write null for the usual value",
            );
        }
        Some(text)
    }

    fn texts(&mut self, key: &str, node: Node<'_>, what: &str) -> Vec<String> {
        let texts: Vec<String> =
            self.to(key, node, &format!("a list of {what}")).unwrap_or_default();
        if texts.iter().any(|text| text.trim().is_empty()) {
            self.mistake(key, node, "one of them is empty");
        }
        texts
    }

    /// Converts the value to a type; `null` means the default.
    fn to<'a, T: serde::Deserialize<'a>>(
        &mut self,
        key: &str,
        node: Node<'a>,
        wanted: &str,
    ) -> Option<T> {
        if node.is_null() {
            return None;
        }
        let value = node.to();
        if value.is_none() {
            self.mistake(key, node, &format!("{} is not {wanted}", shown(node)));
        }
        value
    }

    fn fields<'a>(&mut self, key: &str, node: Node<'a>) -> Vec<(String, Node<'a>)> {
        match node.fields() {
            Ok(Some(fields)) => fields,
            Ok(None) if node.is_null() => Vec::new(),
            Ok(None) => {
                self.mistake(key, node, &format!("{} is not an object of fields", shown(node)));
                Vec::new()
            }
            Err(malformed) => {
                self.malformed(key, malformed);
                Vec::new()
            }
        }
    }

    fn mistake(&mut self, key: &str, node: Node<'_>, why: &str) {
        self.malformed(key, Malformed { line: node.line(), why: why.to_owned() });
    }

    fn malformed(&mut self, key: &str, Malformed { line, why }: Malformed) {
        self.mistakes.push(Mistake { line, key: key.to_owned(), why });
    }

    fn notice(&mut self, key: &str, node: Node<'_>, why: ConfigNoticeWhy) {
        self.notices.push(ConfigNotice { line: node.line(), key: key.to_owned(), why });
    }
}

/// A value for an error message, shortened.
fn shown(node: Node<'_>) -> String {
    const MOST: usize = 40;
    let text = node.json();
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;

    #[test]
    fn nothing_set_is_the_usual_configuration() {
        for file in ["", "{}", "{\"version\": 1}", "{\"agents\": null, \"limits\": {}}"] {
            let read = read(file).unwrap();
            assert_eq!((read.config, read.notices), (usual(), Vec::new()), "{file}");
        }
    }

    #[test]
    fn everything_that_can_be_set_is_read() {
        let file = r#"{
            "version": 1,
            "agents": {"claude": {"model": "opus", "permission": "accept-edits",
                "arguments": ["--verbose"], "environment": ["AWS_PROFILE"]}},
            "projects": {"/home/ann/shop": {"gates": ["cargo test", "npm test"], "set_up": ["npm ci"],
                "copy": [".env*"], "fetch": true}},
            "worktrees": {"place": "~/trees/{project}/{name}", "branch": "ann/{name}"},
            "limits": {"first_guess_minutes": 1, "longest_guess_minutes": 60, "stagger_seconds": 10},
            "checkpoints": {"keep_days": 7, "keep_count": 50, "ignored": true}
        }"#;
        let Read { config, notices } = read(file).unwrap();
        assert_eq!(notices, []);
        let claude = &config.agents[&AgentId::new("claude")];
        assert_eq!(claude.model.as_deref(), Some("opus"));
        assert_eq!(claude.permission, PermissionChoice::AcceptEdits);
        assert_eq!(
            (&*claude.arguments, &*claude.environment),
            (&["--verbose".to_owned()][..], &["AWS_PROFILE".to_owned()][..])
        );
        let shop = &config.projects["/home/ann/shop"];
        assert_eq!(shop.gates, ["cargo test", "npm test"]);
        assert_eq!(
            (&shop.set_up[..], &shop.copy[..]),
            (&["npm ci".to_owned()][..], &[".env*".to_owned()][..])
        );
        assert!(shop.fetch);
        assert_eq!(config.worktrees.branch, "ann/{name}");
        assert_eq!(config.limits.stagger_seconds, 10);
        let wanted = CheckpointSettings { keep_days: 7, keep_count: 50, ignored: true };
        assert_eq!(config.checkpoints, wanted);
        // What is printed is read back unchanged.
        let printed = serde_json::to_string_pretty(&config).unwrap();
        assert_eq!(super::read(&printed).unwrap().config, config);
    }

    #[test]
    fn mistakes_are_named_with_line_and_field() {
        let files = [
            "{\n  \"agents\": {\n}",
            "[]",
            "{\"version\": 2, \"agents\": 7}",
            "{\"version\": 0}",
            "{\"version\": \"1\"}",
            "{\n\"agents\": {\"cloude\": {}}}",
            "{\n\"agents\": {\n\"claude\": {\n\"permission\": \"full-access\"}}}",
            "{\"agents\": {\"claude\": {\"permission\": \"yes\", \"model\": \"\", \"arguments\": \"-x\"}}}",
            "{\"agents\": {\"claude\": {\"environment\": [\"KEY=secret\"]}}}",
            "{\"projects\": {\"shop\": {\"gates\": [\"\"]}}}",
            "{\"projects\": {\"/a b.c\": {\"gates\": 1}}}",
            "{\"worktrees\": {\"place\": \"{name}/x\", \"branch\": \"ann-{name}\"}}",
            "{\"limits\": {\"stagger_seconds\": -1, \"first_guess_minutes\": 0}}",
            "{\"limits\": {\"first_guess_minutes\": 10, \"longest_guess_minutes\": 5}}",
            "{\"checkpoints\": {\"keep_days\": 0, \"ignored\": 1}}",
            "{\n\n\"caps\": {\"agents\": -3}}",
            "{\"caps\": {\"agents\": 1.5}, \"budgets\": {\"story\": -0.01}}",
            "{\"rules\": {}}",
            "{\"agents\": {\"claude\": {}, \"claude\": {}}}",
        ];
        let mut table = String::new();
        for file in files {
            let fault = fault(Path::new("config.json"), &read(file).unwrap_err());
            let _ = writeln!(table, "{}\n  {}", file.escape_debug(), fault.message);
        }
        insta::assert_snapshot!(table);
    }

    #[test]
    fn many_mistakes_are_counted() {
        let fields: Vec<String> = (0..9).map(|number| format!("\"{number}\": -1")).collect();
        let file = format!("{{\"caps\": {{{}}}}}", fields.join(","));
        let fault = fault(Path::new("config.json"), &read(&file).unwrap_err());
        assert!(fault.message.ends_with("; and 4 more"), "{fault}");
    }

    #[test]
    fn what_has_no_effect_is_named_and_does_not_spoil_the_rest() {
        let file = "{\"colour\": 1,\n\"agents\": {\"demo\": {\"modell\": 2, \"model\": \"m\"}},\n\"caps\": {\"agents\": 3},\n\"rules\": []}";
        let Read { config, notices } = read(file).unwrap();
        assert_eq!(config.agents[&AgentId::new("demo")].model.as_deref(), Some("m"));
        let named: Vec<_> =
            notices.iter().map(|notice| (notice.line, notice.key.as_str(), notice.why)).collect();
        use ConfigNoticeWhy::{NotUsedYet, Unknown};
        assert_eq!(
            named,
            [
                (1, "colour", Unknown),
                (2, "agents.demo.modell", Unknown),
                (3, "caps", NotUsedYet),
                (4, "rules", NotUsedYet),
            ]
        );
    }
}
