//! The messages that Rust shows: one line for each, with its key in the catalogue and its parameters. The
//! page's test `ui/eslint/usedKeys.test.ts` reads the keys here, and `tests/tidy/words.rs` finds messages
//! that no Rust source uses.

use crate::catalogue::{BUILT_IN, Value};

macro_rules! messages {
    ($($key:literal => $variant:ident $({ $($field:ident: $type:ty),+ })?,)+) => {
        /// A message with its parameters. Its text is [`Message::text`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Message<'a> {
            $(
                #[doc = concat!("The message `", $key, "`.")]
                $variant $({
                    $(
                        #[doc = concat!("What stands for `", stringify!($field), "`.")]
                        $field: $type,
                    )+
                })?,
            )+
        }

        impl Message<'_> {
            fn key(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $key,)+
                }
            }

            fn parameters(&self) -> Vec<(&'static str, Value<'_>)> {
                match *self {
                    $(
                        Self::$variant { $($($field),+)? } => {
                            vec![$($((stringify!($field), Value::from($field))),+)?]
                        }
                    )+
                }
            }
        }

        /// The keys, each with the names and types of its parameters.
        #[cfg(test)]
        const LISTED: &[(&str, &[(&str, &str)])] = &[
            $(($key, &[$($((stringify!($field), stringify!($type))),+)?]),)+
        ];
    };
}

messages! {
    "action_open" => ActionOpen,
    "actor_system" => ActorSystem,
    "claims_kind_build" => ClaimsKindBuild,
    "claims_kind_committed" => ClaimsKindCommitted,
    "claims_kind_file" => ClaimsKindFile,
    "claims_kind_lint" => ClaimsKindLint,
    "claims_kind_pushed" => ClaimsKindPushed,
    "claims_kind_tests" => ClaimsKindTests,
    "claims_verdict_before_edit" => ClaimsVerdictBeforeEdit,
    "claims_verdict_failed" => ClaimsVerdictFailed,
    "claims_verdict_not_everything" => ClaimsVerdictNotEverything,
    "claims_verdict_not_found" => ClaimsVerdictNotFound,
    "claims_verdict_not_run" => ClaimsVerdictNotRun,
    "claims_verdict_proved" => ClaimsVerdictProved,
    "claims_verdict_result_unknown" => ClaimsVerdictResultUnknown,
    "claims_verdict_unknown" => ClaimsVerdictUnknown,
    "limit_extra_usage" => LimitExtraUsage,
    "limit_no_extra_usage" => LimitNoExtraUsage,
    "limit_no_longer_held" => LimitNoLongerHeld,
    "limit_reset_not_known" => LimitResetNotKnown,
    "limit_reset_passed" => LimitResetPassed,
    "limit_resets" => LimitResets { time: &'a str },
    "limit_seen" => LimitSeen { time: &'a str },
    "limit_use_not_known" => LimitUseNotKnown,
    "limits" => Limits,
    "notification_agent_place" => NotificationAgentPlace { agent: &'a str, place: &'a str },
    "notification_checked" => NotificationChecked { agent: &'a str, place: &'a str },
    "notification_claim" => NotificationClaim { claim: &'a str, verdict: &'a str },
    "notification_detail" => NotificationDetail { agent: &'a str, detail: &'a str, place: &'a str },
    "notification_done" => NotificationDone { story: &'a str },
    "notification_failed" => NotificationFailed { state: &'a str, story: &'a str },
    "notification_held_asked" => NotificationHeldAsked { stories: &'a str },
    "notification_held_back" => NotificationHeldBack { count: u64 },
    "notification_held_done" => NotificationHeldDone { stories: &'a str },
    "notification_held_failed" => NotificationHeldFailed { stories: &'a str },
    "notification_held_limited" => NotificationHeldLimited { stories: &'a str },
    "notification_limited" => NotificationLimited { agent: &'a str },
    "notification_limited_guessed" => NotificationLimitedGuessed { agent: &'a str, time: &'a str },
    "notification_limited_until" => NotificationLimitedUntil { agent: &'a str, time: &'a str },
    "notification_place" => NotificationPlace { story: &'a str, place: &'a str },
    "notification_recovered" => NotificationRecovered { agent: &'a str, place: &'a str },
    "notification_test" => NotificationTest,
    "notification_test_arrived" => NotificationTestArrived,
    "notification_too_fast" => NotificationTooFast { notifications: &'a str },
    "notification_unchecked" => NotificationUnchecked { agent: &'a str, place: &'a str },
    "notification_while_paused" => NotificationWhilePaused { what: &'a str },
    "notify_for_an_hour" => NotifyForAnHour,
    "notify_until" => NotifyUntil { time: &'a str },
    "question_choice" => QuestionChoice { agent: &'a str },
    "question_choice_of" => QuestionChoiceOf { agent: &'a str, question: &'a str },
    "question_form" => QuestionForm { agent: &'a str, tool: &'a str },
    "question_form_of" => QuestionFormOf { agent: &'a str, tool: &'a str, question: &'a str },
    "question_open" => QuestionOpen { agent: &'a str, subject: &'a str },
    "question_plan" => QuestionPlan { agent: &'a str },
    "question_plan_of" => QuestionPlanOf { agent: &'a str, plan: &'a str },
    "question_read" => QuestionRead { agent: &'a str, subject: &'a str },
    "question_run" => QuestionRun { agent: &'a str, subject: &'a str },
    "question_search" => QuestionSearch { agent: &'a str, subject: &'a str },
    "question_search_web" => QuestionSearchWeb { agent: &'a str, subject: &'a str },
    "question_use" => QuestionUse { agent: &'a str, tool: &'a str },
    "question_use_of" => QuestionUseOf { agent: &'a str, tool: &'a str, subject: &'a str },
    "question_write" => QuestionWrite { agent: &'a str, subject: &'a str },
    "state_needs_api" => StateNeedsApi,
    "state_needs_billing" => StateNeedsBilling,
    "state_needs_budget" => StateNeedsBudget,
    "state_needs_crashed" => StateNeedsCrashed,
    "state_needs_gate" => StateNeedsGate,
    "state_needs_limit_over" => StateNeedsLimitOver,
    "state_needs_login" => StateNeedsLogin,
    "state_needs_lost" => StateNeedsLost,
    "state_needs_max_output" => StateNeedsMaxOutput,
    "state_needs_max_turns" => StateNeedsMaxTurns,
    "state_needs_model" => StateNeedsModel,
    "state_needs_network" => StateNeedsNetwork,
    "state_needs_no_result" => StateNeedsNoResult,
    "state_needs_other" => StateNeedsOther,
    "state_needs_overloaded" => StateNeedsOverloaded,
    "state_needs_prompt_too_long" => StateNeedsPromptTooLong,
    "state_needs_question_lost" => StateNeedsQuestionLost,
    "state_needs_refusal" => StateNeedsRefusal,
    "state_needs_setup" => StateNeedsSetup,
    "state_needs_start" => StateNeedsStart,
    "state_needs_timed_out" => StateNeedsTimedOut,
    "state_silent" => StateSilent { time: &'a str },
    "state_turn_over" => StateTurnOver { count: u64 },
    "time_in" => TimeIn { time: &'a str },
    "time_now" => TimeNow,
    "time_tomorrow" => TimeTomorrow { time: &'a str },
    "title_agent_limited" => TitleAgentLimited { agent: &'a str },
    "title_agent_resets" => TitleAgentResets { agent: &'a str, time: &'a str },
    "title_agents_limited" => TitleAgentsLimited { agents: &'a str },
    "title_agents_reset" => TitleAgentsReset { agents: &'a str, time: &'a str },
    "title_needs_you" => TitleNeedsYou { count: u64 },
    "title_reset_passed" => TitleResetPassed { agent: &'a str },
    "title_working" => TitleWorking { stories: &'a str },
    "tray_gate" => TrayGate,
    "tray_held" => TrayHeld { stories: &'a str },
    "tray_just_started" => TrayJustStarted,
    "tray_limit_held" => TrayLimitHeld,
    "tray_limit_resets" => TrayLimitResets { time: &'a str },
    "tray_more" => TrayMore { stories: &'a str },
    "tray_needs_you" => TrayNeedsYou { stories: &'a str },
    "tray_new_story" => TrayNewStory,
    "tray_next_reset" => TrayNextReset { time: &'a str },
    "tray_open" => TrayOpen,
    "tray_pause" => TrayPause,
    "tray_paused_until" => TrayPausedUntil { time: &'a str },
    "tray_quit" => TrayQuit,
    "tray_resumes" => TrayResumes { time: &'a str },
    "tray_running" => TrayRunning { stories: &'a str },
    "tray_starting" => TrayStarting,
    "tray_sum_held" => TraySumHeld { stories: &'a str },
    "tray_sum_waits" => TraySumWaits { count: u64 },
    "tray_sum_works" => TraySumWorks { count: u64 },
    "tray_waits_for_words" => TrayWaitsForWords { agent: &'a str },
}

impl Message<'_> {
    /// Makes the text on screen. A test ensures that the catalogue has every message with exactly its
    /// parameters; if a message cannot be read all the same, its key is the text.
    pub fn text(&self) -> String {
        let text = match BUILT_IN.as_ref() {
            Ok(catalogue) => catalogue.text(self.key(), &self.parameters()).ok(),
            Err(_) => None,
        };
        text.unwrap_or_else(|| self.key().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_message_is_in_the_catalogue_with_its_parameters() {
        let catalogue = BUILT_IN.as_ref().unwrap();
        for (key, listed) in LISTED {
            let text = catalogue.find(key).unwrap();
            let names: BTreeSet<&str> = listed.iter().map(|(name, _)| *name).collect();
            assert_eq!(text.parameters(), names, "{key}");
            let counts = listed.iter().filter(|(_, kind)| *kind == "u64").map(|(name, _)| *name);
            assert!(counts.eq(text.counted()), "{key} counts something else");
        }
    }

    #[test]
    fn messages_are_listed_once_in_the_order_of_their_keys() {
        let keys: Vec<&str> = LISTED.iter().map(|(key, _)| *key).collect();
        assert!(keys.is_sorted_by(|before, next| before < next));
    }

    #[test]
    fn a_message_is_said_with_its_parameters() {
        let story = "Fix {agent} \\ it";
        assert_eq!(
            Message::NotificationDone { story }.text(),
            "Done: Fix {agent} \\ it",
            "what a parameter holds is no pattern"
        );
        assert_eq!(Message::TitleNeedsYou { count: 1 }.text(), "1 needs you");
        assert_eq!(Message::TitleNeedsYou { count: 1_234 }.text(), "1,234 need you");
    }
}
