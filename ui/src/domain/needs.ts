// The board's texts and buttons for a story that needs a person. Pure: this module names the actions, the view carries them out.

import {
  GO_ON,
  type AgentName,
  type Question,
  type Reason,
  type Story,
  type StoryView,
} from "../ipc/protocol";
import { setUpDetail } from "./actors";
import { agentName } from "./agents";
import { askOf, type Ask } from "./asks";
import { takes } from "./timeline/ask";
import { hides } from "./visible";
import { gateOf, needsText } from "./states";
import { waitOf } from "./waits";
import { m } from "../paraglide/messages";

export type NeedAction =
  "allow" | "deny" | "resume" | "skip_set_up" | "send_back" | "run_gates" | "stop" | "open";

export type NeedButton = { readonly action: NeedAction; readonly text: string; readonly key: string };

/** The keys of buttons that answer or start something. Never a single letter, so that ordinary typing cannot trigger them. */
const YES = "Ctrl Enter";
const NO = "Ctrl Backspace";

export type Need = Ask & {
  readonly buttons: readonly NeedButton[];
  /** The first button answers the question; other buttons only lead to it. */
  readonly hasAnswer: boolean;
};

const STOP: NeedButton = { action: "stop", text: m.action_stop(), key: "Ctrl ." };
const OPEN: NeedButton = { action: "open", text: m.action_open(), key: "Enter" };
const SEE_END: NeedButton = { action: "open", text: m.need_see_end(), key: "Enter" };

/** Reasons for which resuming the conversation fails until a person fixed something elsewhere. */
const NOT_RESUMABLE: readonly (Reason | null)[] = [
  "start_failed",
  "setup_failed",
  "billing",
  "model",
  "prompt_too_long",
];

/** What resuming a story does, in a word: prompts that wait are sent, also the first one where no agent could be
    started, a limit is tried, and a gate that failed is sent back to the agent. */
export function resumeWord({ state, reason, queued_prompts: count }: Story): string {
  if (state === "limited") return m.action_try_now();
  if (reason === "limit_over") return m.action_start_again();
  if (count === 0) return reason === "gate_failed" ? m.need_send_back() : m.action_resume();
  if (reason === "setup_failed") return m.action_run_set_up();
  return reason === "start_failed" ? m.action_start_again() : m.action_send_waiting({ count });
}

/** Whether its agent can be started although the set-up of its worktree did not pass. */
export function canSkipSetUp({ state, reason }: Story): boolean {
  return state === "needs_you" && reason === "setup_failed";
}

/** The prompt with which a story goes on, if a person has no other words: after a failed gate what the gate said. */
export function goOnPrompt(view: StoryView): string {
  return view.story.reason === "gate_failed" ? sendBackPrompt(view) : GO_ON;
}

/** The prompt that is sent when a person sends a failed gate back to the agent. */
export function sendBackPrompt(view: StoryView): string {
  const { command } = gateOf(view);
  return [m.prompt_gate_failed({ command }), needsText(view.story), m.prompt_fix_gate()]
    .filter(Boolean)
    .join("\n\n");
}

/**
 * What a story needs, with its buttons. `isWhole` is whether its line shows the whole text of the question: if not, it cannot be allowed
 * there. With `hasWords` a person has begun to answer in words on the story's card, so it is answered only there.
 */
export function needOf(
  view: StoryView,
  question: Question | undefined,
  agents: readonly AgentName[],
  now: number,
  { isWhole = true, hasWords = false } = {},
): Need {
  const { story } = view;
  if (story.state === "waiting")
    return question
      ? asked(question, story, agentName(agents, story.agent), { isWhole, hasWords })
      : silent();
  const need = story.reason === "gate_failed" ? gateFailed(view) : ended(story);
  const wait = waitOf(view, now);
  if (wait === null) return need;
  // The row's state already tells what it waits for. A story that continues by itself has no button to resume it.
  const buttons =
    wait.instead === null ? need.buttons : wait.instead.glyph === "starting" ? [STOP, OPEN] : [OPEN];
  return { who: "", what: "", rest: "", isPart: false, buttons, hasAnswer: false };
}

function asked(
  question: Question,
  story: Story,
  agent: string,
  { isWhole, hasWords }: { isWhole: boolean; hasWords: boolean },
): Need {
  const ask = askOf(question, agent, story.dir);
  if (hasWords) {
    const finish = { action: "open", text: m.need_finish_answer(), key: "Enter" } as const;
    return { ...ask, buttons: [finish], hasAnswer: false };
  }
  if (question.kind === "permission") {
    const allow = { action: "allow", text: m.answer_allow_once(), key: YES } as const;
    const deny = { action: "deny", text: m.answer_deny(), key: NO } as const;
    const read = { action: "open", text: m.need_read_all(), key: "Enter" } as const;
    // A person can only allow here what is visible completely.
    const isSeen = isWhole && !ask.isPart && !ask.what.includes("\n") && !hides(ask.what);
    const [hasYes, hasNo] = [
      takes(question.options ?? [], "allow_once"),
      takes(question.options ?? [], "deny"),
    ];
    return {
      ...ask,
      buttons: [isSeen && hasYes ? allow : read, ...(hasNo ? [deny] : [])],
      hasAnswer: isSeen && hasYes,
    };
  }
  const text = question.kind === "plan" ? m.need_read_plan() : m.answer_answer();
  return { ...ask, buttons: [{ action: "open", text, key: "Enter" }], hasAnswer: false };
}

function silent(): Need {
  const write = { action: "open", text: m.need_write(), key: "Enter" } as const;
  return {
    who: m.need_turn_ended(),
    what: "",
    rest: m.say_what_comes_next(),
    isPart: false,
    buttons: [write],
    hasAnswer: false,
  };
}

function gateFailed(view: StoryView): Need {
  const buttons: NeedButton[] = [
    { action: "send_back", text: m.need_send_back(), key: YES },
    { action: "run_gates", text: m.action_run_gates(), key: "Ctrl Shift G" },
    { action: "open", text: m.need_see_failure(), key: "Enter" },
  ];
  return {
    who: m.need_gate(),
    what: gateOf(view).command,
    rest: needsText(view.story) ?? "",
    isPart: false,
    buttons,
    hasAnswer: false,
  };
}

function ended(story: Story): Need {
  const resume: NeedButton = { action: "resume", text: resumeWord(story), key: YES };
  const skip: NeedButton[] = canSkipSetUp(story)
    ? [{ action: "skip_set_up", text: m.action_skip_set_up(), key: "Ctrl Shift Enter" }]
    : [];
  const canResume =
    story.queued_prompts > 0 || (story.session !== null && !NOT_RESUMABLE.includes(story.reason));
  const setUp = setUpDetail(story.about);
  return {
    who: setUp === null ? "" : m.setup(),
    what: setUp?.command ?? "",
    rest: setUp?.words ?? story.detail ?? "",
    isPart: false,
    buttons: canResume ? [resume, ...skip, SEE_END] : [...skip, SEE_END],
    hasAnswer: false,
  };
}
