// The keys that have a story go on that rests: resume it, send what waits, try a limit, start without a set-up. Where the keys of answers
// do not apply, they say why.

import { whyNotResume } from "../../domain/may";
import { canSkipSetUp, goOnPrompt, resumeWord } from "../../domain/needs";
import type { StoryView } from "../../ipc/protocol";
import type { Binding } from "../../state/keys.svelte";
import type { Screen } from "./screen.svelte";
import { m } from "../../paraglide/messages";

/** What the keys do, and what is open in the story. */
type Acts = {
  readonly view: () => StoryView | undefined;
  /** Whether a question is open, whose card has these keys. */
  readonly isAsked: () => boolean;
  readonly isOver: () => boolean;
  readonly isLimited: () => boolean;
  readonly write: (words: string) => void;
  readonly resume: () => void;
  readonly skipSetUp: () => void;
};

export function goOnKeys(here: Screen, acts: Acts): readonly Binding[] {
  const view = acts.view();
  const hasQueued = (view?.story.queued_prompts ?? 0) > 0;
  const isFree = () => !acts.isAsked() && !here.hasWords;
  const quiet = { quiet: true };
  return [
    // The text can still be changed before it is sent; waiting prompts are sent at once.
    {
      keys: "R",
      label: view === undefined || hasQueued ? m.action_resume() : resumeWord(view.story),
      ...quiet,
      run: () => {
        if (view) acts.write(goOnPrompt(view));
      },
      whyNot: () => (view ? whyNotResume(view, here.app.clock.now) : m.story_not_here()),
    },
    {
      keys: "Ctrl Enter",
      label: view === undefined ? m.action_resume() : resumeWord(view.story),
      ...quiet,
      run: acts.resume,
      when: () => acts.isOver() && hasQueued && isFree(),
    },
    {
      keys: "Ctrl Enter",
      label: m.action_try_now(),
      ...quiet,
      run: acts.resume,
      when: () => acts.isLimited() && isFree(),
    },
    {
      keys: "Ctrl Shift Enter",
      label: m.action_skip_set_up(),
      ...quiet,
      run: acts.skipSetUp,
      when: () => !here.hasWords,
      whyNot: () => (view !== undefined && canSkipSetUp(view.story) ? null : m.not_without_set_up()),
    },
    ...["Ctrl Enter", "Ctrl Backspace"].map((keys): Binding => ({
      keys,
      label: m.action_answer_or_send(),
      ...quiet,
      unlisted: true,
      run: () => undefined,
      when: isFree,
      whyNot: () => m.not_without_question(),
    })),
  ];
}
