// The board's key bindings. Those of the selected story are first in the key line; a key that changes a story acts only while its row is in
// sight.

import type { NeedAction } from "../../domain/needs";
import { whyNotStop } from "../../domain/may";
import { needsPerson } from "../../domain/states";
import { keyText } from "../../parts/keyNames";
import type { Binding } from "../../state/keys.svelte";
import { ofStory } from "../actsElsewhere";
import { moves, storyKeys } from "../storyKeys";
import type { BoardState } from "./boardState.svelte";
import { m } from "../../paraglide/messages";

export function boardKeys(board: BoardState): readonly Binding[] {
  return [
    ...answers(board),
    ...onSelected(board),
    ...moving(board),
    ...finding(board),
    ...numbers(board),
    ...ofStory(),
  ];
}

/** The buttons of the selected story in "Needs you", apart from those that have a binding anyway. */
function answers(board: BoardState): Binding[] {
  const need = board.selected && board.needOfSelected();
  return (need?.buttons ?? [])
    .filter((button) => button.action !== "open" && button.action !== "stop")
    .map((button): Binding => {
      const isAnswer = button.action === "allow" || button.action === "deny";
      return {
        keys: button.key,
        label: button.text,
        about: board.selected?.story.title ?? "",
        run: () => {
          answerByKey(board, button.action, button.key);
        },
        when: () => board.selected !== undefined,
        // A row that has just appeared or moved, or was just selected, accepts no answer.
        whyNot: () =>
          isAnswer && board.selected && !board.takesAnswer(board.selected.story.id)
            ? m.not_answer_yet()
            : null,
        // The palette covers the question, so it must not answer it.
        unlisted: isAnswer,
      };
    });
}

/** Answers the selected story by a key, if its row is unchanged and in sight. */
function answerByKey(board: BoardState, action: NeedAction, key: string): void {
  const view = board.selected;
  if (!view || !board.takesAnswer(view.story.id)) return;
  board.inSight(view, keyText(key), () => {
    board.act(view, action);
  });
}

function onSelected(board: BoardState): Binding[] {
  const about = board.selected?.story.title ?? "";
  const isSelected = () => board.selected !== undefined;
  const stop = () => {
    const view = board.selected;
    if (!view) return;
    board.inSight(view, keyText("Ctrl ."), () => {
      board.act(view, "stop");
    });
  };
  return [
    {
      keys: "Enter",
      label: m.action_open(),
      about,
      run: () => {
        if (board.selected) board.app.open(board.selected.story.id);
      },
      when: isSelected,
    },
    {
      keys: "Space",
      label: m.action_peek(),
      about,
      run: () => {
        board.kept.isPeeking = !board.kept.isPeeking;
      },
      when: isSelected,
    },
    {
      keys: "Ctrl .",
      label: m.action_stop(),
      about,
      run: stop,
      whyNot: () =>
        board.selected ? whyNotStop(board.selected, board.app.clock.now) : m.not_without_story(),
      destructive: true,
    },
    ...storyKeys(board.app, () => board.selected, {
      isNamed: true,
      inSight: (view, keys, run) => {
        board.inSight(view, keyText(keys), run);
      },
    }),
  ];
}

function moving(board: BoardState): Binding[] {
  const next = () => {
    board.move(1);
  };
  const before = () => {
    board.move(-1);
  };
  const further = () => {
    board.read(1);
  };
  const back = () => {
    board.read(-1);
  };
  const other = { quiet: true, unlisted: true };
  return [
    moves("J", m.action_next_story(), next),
    moves("K", m.action_story_before(), before),
    { ...moves("Down", m.action_next_story(), next), ...other },
    { ...moves("Up", m.action_story_before(), before), ...other },
    { ...moves("Right", m.action_read_strip(), further), ...other },
    { ...moves("Left", m.action_read_strip(), back), ...other },
    {
      keys: "N",
      label: m.action_next_need(),
      run: () => {
        board.goToNeed();
      },
      whyNot: () =>
        board.app.feed.stories.some((view) => needsPerson(view.story)) ? null : m.not_without_need(),
    },
    {
      keys: "F",
      label: m.action_fold_group(),
      about: board.foldable?.name ?? "",
      run: () => {
        if (board.foldable) board.toggle(board.foldable.id);
      },
      when: () => board.foldable !== undefined,
      quiet: true,
    },
  ];
}

function finding(board: BoardState): Binding[] {
  return [
    {
      keys: "/",
      label: m.action_filter(),
      run: () => {
        board.isFiltering = true;
        board.focusFilter?.();
      },
    },
    {
      keys: "Esc",
      label: m.action_back(),
      run: () => {
        board.back();
      },
      quiet: true,
      unlisted: true,
      inFields: true,
    },
  ];
}

function numbers(board: BoardState): Binding[] {
  return Array.from({ length: 9 }, (_, n) => ({
    keys: String(n + 1),
    label: m.action_select_nth(),
    run: () => {
      board.select(board.rows.stories[n]);
    },
    quiet: true,
    unlisted: true,
  }));
}
