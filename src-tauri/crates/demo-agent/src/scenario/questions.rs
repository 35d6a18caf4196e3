//! Scenes with questions: a permission, two at once, a choice, and the approval of a plan. The text
//! after it depends on the answer, so that a test can tell which answer arrived.

use serde_json::json;

use super::work::allowed_by_person;
use crate::args::PermissionMode;
use crate::stage::Play;
use crate::tools::{self, Tool};
use crate::turn::{Acted, Later, Subagent, Turn, Verdict, denied, unanswered, with_input};
use crate::wire::outcome::Ending;

/// A command that needs a permission.
pub(super) fn ask(turn: &mut Turn<'_>, _prompt: &str) -> Play<Ending> {
    turn.say("I need to run a command.")?;
    let command = Tool::bash("echo allowed > allowed.txt", "Write a file that shows the answer");
    let text = match turn.perform_asking(&command)? {
        Acted::Ran { failed: false } => "The command ran: `allowed.txt` is there.".to_owned(),
        Acted::Ran { failed: true } => "The command ran and failed.".to_owned(),
        Acted::Denied(message) => format!("The command did not run: {message}"),
    };
    turn.reply(&text)?;
    Ok(turn.answer())
}

/// Two subagents that ask at the same time, in the background.
pub(super) fn ask_twice(turn: &mut Turn<'_>, _prompt: &str) -> Play<Ending> {
    turn.say("Two subagents, one for each side.")?;
    let left = turn.delegate("Left side", "Write left.txt.")?;
    let right = turn.delegate("Right side", "Write right.txt.")?;
    turn.reply("Both are at work.")?;
    let ending = turn.answer();
    let run = right.run.clone();
    let work = move |turn: &mut Turn<'_>| both_ask(turn, left, right);
    let closing = "Both sides are done.".to_owned();
    turn.later.push_back(Later { run, work: Box::new(work), closing });
    Ok(ending)
}

/// A subagent whose question is open.
struct Asking {
    subagent: Subagent,
    tool: Tool,
    tool_use_id: String,
    question: String,
}

fn both_ask(turn: &mut Turn<'_>, left: Subagent, right: Subagent) -> Play<()> {
    let mut open = vec![open_question(turn, left, "left")?, open_question(turn, right, "right")?];
    while !open.is_empty() {
        let questions: Vec<String> = open.iter().map(|asking| asking.question.clone()).collect();
        let (answered, answer) = turn.stage().answered(&questions)?;
        let Some(at) = open.iter().position(|asking| asking.question == answered) else { break };
        let mut asking = open.remove(at);
        let verdict = turn.verdict(&asking.tool, answer.as_ref());
        let report = obey(turn, &asking, verdict)?;
        turn.subagent_says(&mut asking.subagent, &report)?;
        turn.subagent_ends(&asking.subagent, &report);
    }
    Ok(())
}

fn open_question(turn: &mut Turn<'_>, mut subagent: Subagent, side: &str) -> Play<Asking> {
    let command = format!("echo {side} > {side}.txt");
    let tool = Tool::bash(&command, &format!("Write {side}.txt"));
    let tool_use_id = turn.subagent_calls(&mut subagent, &tool)?;
    let question = turn.ask(&tool_use_id, &tool, Some(&subagent));
    Ok(Asking { subagent, tool, tool_use_id, question })
}

/// Does what the answer says. Returns the subagent's report.
fn obey(turn: &mut Turn<'_>, asking: &Asking, verdict: Verdict) -> Play<String> {
    let (result, report) = match verdict {
        Verdict::Allow(input) => {
            let tool = with_input(&asking.tool, &input);
            let result = turn.execute(&tool, allowed_by_person())?;
            (result, format!("{}: done.", asking.subagent.parent.description))
        }
        Verdict::Deny(message, _) => {
            turn.deny(&asking.tool, &asking.tool_use_id);
            let report = format!("{}: not allowed: {message}", asking.subagent.parent.description);
            (denied(&message), report)
        }
        Verdict::Closed => {
            turn.deny(&asking.tool, &asking.tool_use_id);
            (unanswered(), format!("{}: nobody answered.", asking.subagent.parent.description))
        }
    };
    let parent = asking.subagent.parent.clone();
    turn.subagent_result(&asking.tool_use_id, &result, &parent);
    Ok(report)
}

/// A choice with options.
pub(super) fn choice(turn: &mut Turn<'_>, _prompt: &str) -> Play<Ending> {
    let input = json!({"questions": [
        {
            "question": "How should overdue parcels be shown?",
            "header": "Overdue",
            "multiSelect": false,
            "options": [
                {"label": "In red", "description": "Easy to see on a colour terminal"},
                {"label": "With a mark", "description": "Works everywhere"},
                {"label": "In a list of their own", "description": "Short, but one more command"},
            ],
        },
        {
            "question": "Which columns should the list have?",
            "header": "Columns",
            "multiSelect": true,
            "options": [
                {"label": "Sender", "description": "Who sent it"},
                {"label": "State", "description": "Where it is"},
                {"label": "Due day", "description": "When it should arrive"},
            ],
        },
    ]});
    let question = Tool::Other { name: "AskUserQuestion", input };
    let text = match turn.perform_asking(&question)? {
        Acted::Ran { .. } => "Thank you for the answer.".to_owned(),
        Acted::Denied(message) => format!("No answer, so I decide myself: {message}"),
    };
    turn.reply(&text)?;
    Ok(turn.answer())
}

/// A plan to approve; with the key `empty` it has no text.
pub(super) fn plan(turn: &mut Turn<'_>, _prompt: &str) -> Play<Ending> {
    turn.say("Here is my plan.")?;
    let plan = match turn.keys.has("empty") {
        true => "",
        false => {
            "## Overdue parcels\n\n1. Add `late` to `parcel.sh`\n2. Check it in `test.sh`\n3. Commit"
        }
    };
    let leave = Tool::Other { name: "ExitPlanMode", input: json!({"plan": plan}) };
    let id = turn.call(&leave)?;
    turn.finish("tool_use");
    // The request has no input: the plan is in the tool call.
    let asked = Tool::Other { name: "ExitPlanMode", input: json!({}) };
    let question = turn.ask(&id, &asked, None);
    let (_, answer) = turn.stage().answered(std::slice::from_ref(&question))?;
    let text = match turn.verdict(&asked, answer.as_ref()) {
        Verdict::Allow(_) => {
            turn.stage().rules.mode = PermissionMode::Default;
            turn.system("status", json!({"status": null, "permissionMode": "default"}));
            let result = turn.execute(&leave, allowed_by_person())?;
            turn.tool_result(&id, &result);
            "The plan is approved; I would begin now.".to_owned()
        }
        Verdict::Deny(message, stop) => {
            turn.deny(&leave, &id);
            if stop {
                return Err(turn.stage().interrupt_by_denial());
            }
            turn.tool_result(&id, &denied(&message));
            format!("The plan is not approved: {message}")
        }
        Verdict::Closed => {
            turn.deny(&leave, &id);
            turn.tool_result(&id, &tools::failed(CLOSED, json!({})));
            "Nobody answered, so the plan stays a plan.".to_owned()
        }
    };
    turn.reply(&text)?;
    Ok(turn.answer())
}

const CLOSED: &str = "Tool permission request failed: AbortError: Tool permission stream closed before response received";
