//! Scenes with errors of the model's side: overload that passes or stays, broken streams, refused
//! requests, and limits of the program itself. Texts and fields are those of Claude Code 2.1.330.

use serde_json::json;

use crate::price::Tokens;
use crate::stage::Play;
use crate::tools::Tool;
use crate::turn::{ApiError, Turn};
use crate::wire::outcome::Ending;

/// The first wait after an overload, in milliseconds; each further wait is twice as long.
const FIRST_WAIT: u64 = 600;

/// `n` (2) overloads, then success.
pub(super) fn retry(turn: &mut Turn<'_>, _prompt: &str) -> Play<Ending> {
    let retries = turn.keys.number("n").unwrap_or(2);
    overload(turn, retries, 10)?;
    turn.respond()?;
    turn.reply("Success after an overload.")?;
    Ok(turn.answer())
}

/// A request that is answered by an overload `retries` times; the next attempt is not made here.
pub(super) fn overload(turn: &mut Turn<'_>, retries: u32, most: u32) -> Play<()> {
    turn.system("status", json!({"status": "requesting"}));
    for attempt in 1..=retries {
        turn.pause(200)?;
        let wait = FIRST_WAIT << (attempt - 1).min(6);
        turn.system(
            "api_retry",
            json!({
                "attempt": attempt,
                "max_retries": most,
                "retry_delay_ms": wait,
                "error_status": 529,
                "error": "overloaded",
            }),
        );
        turn.pause(wait)?;
    }
    Ok(())
}

/// Overload that stays.
pub(super) fn overloaded(turn: &mut Turn<'_>, _prompt: &str) -> Play<Ending> {
    overload(turn, 2, 2)?;
    let text = "API Error: Repeated 529 Overloaded errors. The API is at capacity \u{2014} this is usually temporary. Try again in a moment.";
    Ok(turn.api_error(&ApiError::new("server_error", text).status(529, "overloaded_error")))
}

fn refused_request(turn: &mut Turn<'_>, error: &ApiError) -> Play<Ending> {
    turn.system("status", json!({"status": "requesting"}));
    turn.pause(300)?;
    Ok(turn.api_error(error))
}

/// The user is not logged in.
pub(super) fn login(turn: &mut Turn<'_>, _prompt: &str) -> Play<Ending> {
    let mut error = ApiError::new("authentication_failed", "Not logged in · Please run /login");
    error.request = false;
    refused_request(turn, &error)
}

/// The credit is used up.
pub(super) fn billing(turn: &mut Turn<'_>, _prompt: &str) -> Play<Ending> {
    let error = ApiError::new("billing_error", "Credit balance is too low");
    refused_request(turn, &error.status(400, "invalid_request_error"))
}

/// The model does not exist.
pub(super) fn model(turn: &mut Turn<'_>, _prompt: &str) -> Play<Ending> {
    let text = format!(
        "There's an issue with the selected model ({}). It may not exist or you may not have access to it. Run --model to pick a different model.",
        turn.talk.model
    );
    refused_request(turn, &ApiError::new("model_not_found", &text).status(404, "not_found_error"))
}

/// The conversation is too long for the model.
pub(super) fn prompt_too_long(turn: &mut Turn<'_>, _prompt: &str) -> Play<Ending> {
    let text = "Prompt is too long · the request is ~250000 tokens (limit 200000)";
    let mut error = ApiError::new("invalid_request", text).status(400, "invalid_request_error");
    error.terminal_reason = "prompt_too_long";
    refused_request(turn, &error)
}

const OUTPUT_LIMIT: &str = "Output token limit hit. Resume directly \u{2014} no apology, no recap of what you were doing. Pick up mid-thought if that is where the cut happened. Break remaining work into smaller pieces.";

/// The answer is cut by the token limit, four times.
pub(super) fn max_output(turn: &mut Turn<'_>, _prompt: &str) -> Play<Ending> {
    for attempt in 0..4 {
        if attempt > 0 {
            turn.prompt_itself(OUTPUT_LIMIT);
        }
        turn.say("This answer is cut by the token li")?;
        turn.finish("max_tokens");
    }
    let text = "API Error: Claude's response exceeded the 128000 output token maximum. To configure this behavior, set the CLAUDE_CODE_MAX_OUTPUT_TOKENS environment variable.";
    let mut error = ApiError::new("max_output_tokens", text);
    error.request = false;
    error.extra = json!({"api_error": "max_output_tokens"});
    error.line_only = json!({"api_error_params": {"cut": "output_limit"}});
    Ok(turn.api_error(&error))
}

const STOPPED: &str = "Your response above was stopped by a safety classifier \u{2014} this is not a tool or API error. The rest of it was withheld, and tool calls in it that had not finished did not run.";

/// The model's safeguards stop the answer, twice.
pub(super) fn refusal(turn: &mut Turn<'_>, _prompt: &str) -> Play<Ending> {
    turn.say("I cannot")?;
    turn.finish("refusal");
    let notice =
        "Opus 5.5's safeguards stopped the response above · continuing once with that noted";
    turn.system("informational", json!({"content": notice, "level": "notice"}));
    turn.prompt_itself(STOPPED);
    turn.say("I cannot")?;
    turn.finish("refusal");
    let model = turn.talk.model.clone();
    let (request, refused) = (turn.stage().ids.request(), turn.stage().ids.uuid());
    turn.system(
        "model_refusal_no_fallback",
        json!({
            "original_model": model,
            "request_id": request,
            "refused_user_message_uuid": refused,
            "api_refusal_category": null,
            "api_refusal_explanation": null,
            "content": "",
        }),
    );
    let text = "API Error: Opus 5.5's safeguards flagged this message. This sometimes happens with safe, normal conversations. Claude Code can't respond to this message with Opus 5.5.";
    let mut error = ApiError::new("invalid_request", text);
    error.stop_reason = "refusal";
    Ok(turn.api_error(&error))
}

/// The budget of the command line is used up.
pub(super) fn budget(turn: &mut Turn<'_>, _prompt: &str) -> Play<Ending> {
    turn.say("I will create the file.")?;
    turn.call(&Tool::bash("true", "Never runs"))?;
    turn.finish("tool_use");
    // The real program reports no usage for such a turn; it is only in the totals.
    turn.counted.usage = Tokens::default();
    let most = turn.talk.settings.max_budget.clone().unwrap_or_else(|| "0.001".into());
    Ok(Ending::Broken {
        subtype: "error_max_budget_usd",
        terminal_reason: "budget_exhausted",
        stop_reason: Some("tool_use"),
        errors: vec![format!("Reached maximum budget (${most})")],
    })
}

/// The turns that the command line allows are used up.
pub(super) fn max_turns(turn: &mut Turn<'_>, _prompt: &str) -> Play<Ending> {
    let path = turn.path("hello.txt");
    turn.say("I will create the file.")?;
    turn.perform(&Tool::Write { path: path.clone(), content: "hello\n".into() })?;
    turn.say("Now I read it.")?;
    turn.perform(&Tool::Read { path })?;
    turn.counted.num_turns += 1;
    let most = turn.talk.settings.max_turns.unwrap_or(2);
    Ok(Ending::Broken {
        subtype: "error_max_turns",
        terminal_reason: "max_turns",
        stop_reason: Some("tool_use"),
        errors: vec![format!("Reached maximum number of turns ({most})")],
    })
}

const CUT: &str = "This text is cut by a closed connection in the middle of a sentence. ";
const RESUME: &str = "Your response above was cut off mid-stream. Resume directly from where it stops \u{2014} no apology, no recap. If none of it survived, answer the request from the start.";

/// The connection closes in the middle of a text; the answer is repeated as another message.
pub(super) fn disconnect(turn: &mut Turn<'_>, _prompt: &str) -> Play<Ending> {
    turn.think("Some thought.")?;
    turn.say_and_break(&CUT.repeat(3))?;
    turn.abandon();
    turn.prompt_itself(RESUME);
    turn.think("Some thought.")?;
    turn.reply(&CUT.repeat(6))?;
    Ok(turn.answer())
}

/// The stream reports an error; the answer is repeated without streaming.
pub(super) fn sse_error(turn: &mut Turn<'_>, _prompt: &str) -> Play<Ending> {
    let text = "This text is cut by an error event. ";
    turn.say_and_break(&text.repeat(4))?;
    turn.abandon();
    turn.say_unstreamed(&text.repeat(10))?;
    Ok(turn.answer())
}
