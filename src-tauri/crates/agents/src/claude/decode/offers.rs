//! The decisions that Claude Code offers for a question in addition to yes and no: its
//! `permission_suggestions` (2.1.197 and later, types of the agent SDK 0.3.330), which its own dialog
//! takes all together. They are offered only when every one of them is understood and none turns the
//! questions off.

use protocol::{Decision, QuestionKind, QuestionOption};
use serde_json::Value;

/// Returns the decisions for a question of this kind. The agent's own questions are answered by choosing,
/// so they have none.
pub(super) fn options(kind: QuestionKind, suggested: Option<&Value>) -> Vec<QuestionOption> {
    if kind == QuestionKind::Choice {
        return Vec::new();
    }
    let yes = QuestionOption::once("allow", Decision::AllowOnce);
    let no = QuestionOption::once("deny", Decision::Deny);
    let more = suggested.filter(|_| kind == QuestionKind::Permission).and_then(suggestion);
    [Some(yes), more, Some(no)].into_iter().flatten().collect()
}

fn suggestion(suggested: &Value) -> Option<QuestionOption> {
    let updates = suggested.as_array().filter(|updates| !updates.is_empty())?;
    let understood: Vec<Update> = updates.iter().map(update).collect::<Option<_>>()?;
    let is_kept = understood.iter().any(|update| update.is_kept);
    Some(QuestionOption {
        id: "allow_suggested".to_owned(),
        does: if is_kept { Decision::AllowAlways } else { Decision::AllowSession },
        covers: understood.into_iter().flat_map(|update| update.covers).collect(),
        reply: suggested.clone(),
    })
}

/// One change of the program's permissions.
struct Update {
    covers: Vec<String>,
    /// Whether the change is written into a settings file.
    is_kept: bool,
}

fn update(update: &Value) -> Option<Update> {
    let text = |field: &str| update.get(field).and_then(Value::as_str);
    let is_kept = match text("destination")? {
        "session" | "cliArg" => false,
        "userSettings" | "projectSettings" | "localSettings" => true,
        _ => return None,
    };
    let covers = match text("type")? {
        "addRules" if text("behavior") == Some("allow") => {
            let rules = update.get("rules")?.as_array()?;
            rules.iter().map(rule).collect::<Option<_>>()?
        }
        "setMode" if text("mode") == Some("acceptEdits") => {
            vec!["changes of files in the working folder".to_owned()]
        }
        "addDirectories" => {
            let folders = update.get("directories")?.as_array()?;
            let folder = |folder: &Value| Some(format!("the folder {}", folder.as_str()?));
            folders.iter().map(folder).collect::<Option<_>>()?
        }
        _ => return None,
    };
    Some(Update { covers, is_kept })
}

/// Writes a rule as the program's settings do: `Bash(git commit:*)`.
fn rule(rule: &Value) -> Option<String> {
    let tool = rule.get("toolName")?.as_str()?;
    match rule.get("ruleContent") {
        None | Some(Value::Null) => Some(tool.to_owned()),
        Some(content) => Some(format!("{tool}({})", content.as_str()?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn offered(suggested: Value) -> Option<(Decision, Vec<String>)> {
        let options = options(QuestionKind::Permission, Some(&suggested));
        let [yes, more @ .., no] = options.as_slice() else { panic!("{options:?}") };
        assert_eq!((yes.id.as_str(), no.id.as_str()), ("allow", "deny"));
        let one = more.first()?;
        assert_eq!(one.reply, suggested, "it goes back as it came");
        Some((one.does, one.covers.clone()))
    }

    fn rules(destination: &str) -> Value {
        let rules =
            json!([{"toolName": "Bash", "ruleContent": "git commit:*"}, {"toolName": "Read"}]);
        json!({"type": "addRules", "rules": rules, "behavior": "allow", "destination": destination})
    }

    #[test]
    fn suggestions_say_what_they_cover_and_for_how_long() {
        let both = ["Bash(git commit:*)", "Read"].map(str::to_owned).to_vec();
        assert_eq!(
            offered(json!([rules("localSettings")])),
            Some((Decision::AllowAlways, both.clone()))
        );
        assert_eq!(offered(json!([rules("session")])), Some((Decision::AllowSession, both)));
        let edits = json!({"type": "setMode", "mode": "acceptEdits", "destination": "session"});
        let folder =
            json!({"type": "addDirectories", "directories": ["/tmp"], "destination": "session"});
        let covers = ["changes of files in the working folder", "the folder /tmp"];
        assert_eq!(
            offered(json!([edits, folder])),
            Some((Decision::AllowSession, covers.map(str::to_owned).to_vec()))
        );
    }

    #[test]
    fn what_is_not_understood_or_goes_too_far_is_not_offered() {
        let too_far =
            json!({"type": "setMode", "mode": "bypassPermissions", "destination": "session"});
        let deny =
            json!({"type": "addRules", "rules": [], "behavior": "deny", "destination": "session"});
        let odd = json!({"type": "addRules", "rules": [{"toolName": "Bash", "ruleContent": 7}],
            "behavior": "allow", "destination": "session"});
        let elsewhere = rules("orbit");
        for one in
            [too_far, deny, odd, elsewhere, json!({"type": "novelty", "destination": "session"})]
        {
            assert_eq!(offered(json!([rules("session"), one])), None, "{one}");
        }
        assert_eq!(offered(json!([])), None);
        assert_eq!(offered(json!("all")), None);
    }
}
