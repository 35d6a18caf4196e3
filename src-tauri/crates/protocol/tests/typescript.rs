//! The page's types are generated from these; this test fails when the committed file is stale.

use protocol::{
    AboutProgram, Account, AgentDefaults, AgentStatus, CheckpointSettings, Config as Settings,
    ConfigField, Decision, DesktopSupport, DiskUse, Envelope, Fault, FeedBatch, FeedRequest,
    FieldValue, GO_ON, JournalEntry, KeptEvent, Limit, LimitWaits, Notice, ProjectDefaults, Query,
    QueryAnswer, Question, Reply, Request, Run, SettingChange, SettingsState, Story, UsageReport,
    Verification, VerifyProgress, WorktreePatterns,
};
use std::collections::BTreeMap;
use std::path::Path;
use ts_rs::{Config, TS, TypeVisitor};

/// Declarations by name, so that the file does not depend on the order of visits.
struct Declarations<'a> {
    config: &'a Config,
    found: BTreeMap<String, String>,
}

impl TypeVisitor for Declarations<'_> {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if T::output_path().is_none() || self.found.contains_key(&T::ident(self.config)) {
            return;
        }
        let docs = T::docs().unwrap_or_default();
        self.found
            .insert(T::ident(self.config), format!("{docs}export {}\n", T::decl(self.config)));
        T::visit_dependencies(self);
    }
}

fn generated() -> String {
    let config = Config::new().with_large_int("number");
    let mut types = Declarations { config: &config, found: BTreeMap::new() };
    types.visit::<AboutProgram>();
    types.visit::<Account>();
    types.visit::<AgentStatus>();
    types.visit::<DiskUse>();
    types.visit::<DesktopSupport>();
    types.visit::<Envelope>();
    types.visit::<Fault>();
    types.visit::<FeedBatch>();
    types.visit::<JournalEntry>();
    types.visit::<Limit>();
    types.visit::<Notice>();
    types.visit::<FeedRequest>();
    types.visit::<Query>();
    types.visit::<QueryAnswer>();
    types.visit::<Question>();
    types.visit::<Reply>();
    types.visit::<Request>();
    types.visit::<Run>();
    types.visit::<SettingChange>();
    types.visit::<SettingsState>();
    types.visit::<Story>();
    types.visit::<UsageReport>();
    types.visit::<Verification>();
    types.visit::<VerifyProgress>();
    let mut text = String::from(
        "// Generated from the Rust crate `protocol` by its test `typescript`; do not edit.\n// Update: MUSHER_UPDATE=1 cargo test -p protocol --test typescript\n\n",
    );
    for declaration in types.found.values() {
        text.push_str(declaration);
        text.push('\n');
    }
    text + &words()
}

/// Texts that engine and page both use, so that there is one copy.
fn words() -> String {
    let json = |text: &str| serde_json::Value::from(text).to_string();
    let mut text = String::from(
        "/** What a decision does, for a person. */\n\
         export const DECISION_WORDS: { readonly [D in Decision]: string } = {\n",
    );
    for decision in Decision::ALL {
        let name = serde_json::to_value(decision).expect("a decision is JSON");
        let name = name.as_str().expect("a decision is a word").to_owned();
        text.push_str(&format!("  {name}: {},\n", json(decision.words())));
    }
    text.push_str(
        "};\n\n/** The prompt when a person lets an agent go on without words of their own. */\n",
    );
    text.push_str(&format!("export const GO_ON = {};\n", json(GO_ON)));
    text.push_str("\n/** The events of a run that stay when its logs are deleted. */\n");
    let kept = KeptEvent::WORDS.map(json).join(", ");
    text.push_str(&format!("export const KEPT_EVENTS: readonly Event[\"type\"][] = [{kept}];\n"));
    text + &settings()
}

/// What can be set in `config.json`, section by section, and the values where nothing is set.
fn settings() -> String {
    let sections = [
        fields("agents", AgentDefaults::FIELDS),
        fields("projects", ProjectDefaults::FIELDS),
        fields("worktrees", WorktreePatterns::FIELDS),
        fields("limits", LimitWaits::FIELDS),
        fields("checkpoints", CheckpointSettings::FIELDS),
    ];
    format!(
        "\n/** What can be set in `config.json`: for each section its fields, and the control of each. */\n\
         export const CONFIG_FIELDS = {{\n{}}} as const;\n\
         \n/** What an agent's section of `config.json` says where nothing is set. */\n\
         export const USUAL_AGENT: AgentDefaults = {};\n\
         \n/** What a project's section says where nothing is set. */\n\
         export const USUAL_PROJECT: ProjectDefaults = {};\n\
         \n/** What `config.json` says where nothing is set, but for its agents. */\n\
         export const USUAL_CONFIG: Config = {};\n",
        sections.concat(),
        json(&AgentDefaults::default()),
        json(&ProjectDefaults::default()),
        json(&Settings::default()),
    )
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("plain values are always JSON")
}

fn fields<T>(section: &str, fields: &[ConfigField<T>]) -> String {
    let mut text = format!("  {section}: [\n");
    for field in fields {
        let control = field.value.control();
        text.push_str(&format!("    {{ name: \"{}\", control: \"{control}\"", field.name));
        if let FieldValue::Whole { least, most, .. } = field.value {
            text.push_str(&format!(", least: {least}, most: {most}"));
        }
        text.push_str(" },\n");
    }
    text + "  ],\n"
}

#[test]
fn committed_typescript_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../ui/src/ipc/protocol.ts");
    let fresh = generated();
    if std::env::var_os("MUSHER_UPDATE").is_some() {
        std::fs::write(&path, &fresh).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == fresh,
        "ui/src/ipc/protocol.ts is stale; update it: MUSHER_UPDATE=1 cargo test -p protocol --test typescript"
    );
}
