// The keys of a review: lines are selected, commented on, comments gone through and sent, files reviewed.

import type { Binding } from "../../../state/keys.svelte";
import type { ChangesScreen } from "./changesScreen.svelte";
import { m } from "../../../paraglide/messages";

/** What the keys do beyond the state of the screen. */
type Acts = {
  readonly comment: (isOnFile: boolean) => void;
  readonly stepLine: (by: 1 | -1, extend: boolean) => void;
  readonly stepComment: (by: 1 | -1) => void;
  readonly toggleList: () => void;
  readonly markAndNext: () => void;
};

export function reviewKeys(screen: ChangesScreen, acts: Acts): readonly Binding[] {
  const { kept, review } = screen;
  const hasRows = () => (screen.rows.length > 0 && !kept.isListed ? null : m.changes_not_without_files());
  const hasComments = () => (screen.commented.length > 0 ? null : m.review_not_without_comments());
  const move = (keys: string, label: string, run: () => void, more: Partial<Binding> = {}): Binding => ({
    keys,
    label,
    run,
    quiet: true,
    repeats: true,
    when: () => hasRows() === null,
    ...more,
  });
  return [
    move("Down", m.review_line_down(), () => {
      acts.stepLine(1, false);
    }),
    move("Up", m.review_line_up(), () => {
      acts.stepLine(-1, false);
    }),
    move("Shift Down", m.review_select_down(), () => {
      acts.stepLine(1, true);
    }),
    move("Shift Up", m.review_select_up(), () => {
      acts.stepLine(-1, true);
    }),
    {
      keys: "Esc",
      label: m.review_select_none(),
      quiet: true,
      unlisted: true,
      run: () => {
        screen.cursor.clear();
      },
      when: () => screen.cursor.selected !== null && !kept.isFinding,
    },
    {
      keys: "Esc",
      label: m.changes_hide_files(),
      quiet: true,
      unlisted: true,
      run: acts.toggleList,
      when: () => kept.isListed,
    },
    {
      keys: "C",
      label: m.review_comment(),
      run: () => {
        acts.comment(false);
      },
      whyNot: hasRows,
    },
    {
      keys: "Shift C",
      label: m.review_comment_file(),
      quiet: true,
      run: () => {
        acts.comment(true);
      },
      whyNot: hasRows,
    },
    {
      ...move("M", m.review_next_comment(), () => {
        acts.stepComment(1);
      }),
      quiet: (review.comments ?? []).length === 0,
      whyNot: hasComments,
    },
    {
      ...move("Shift M", m.review_comment_before(), () => {
        acts.stepComment(-1);
      }),
      whyNot: hasComments,
    },
    {
      keys: "L",
      label: m.review_list(),
      quiet: true,
      run: acts.toggleList,
      whyNot: () =>
        (review.comments ?? []).length > 0 || kept.isListed ? null : m.review_not_without_comments(),
    },
    { keys: "Ctrl Shift E", label: m.review_mark_next(), run: acts.markAndNext, whyNot: hasRows },
    {
      keys: "Ctrl Shift S",
      label: m.review_send(),
      quiet: true,
      run: () => void review.send(),
      whyNot: () => (review.open > 0 ? null : m.review_not_without_open()),
    },
  ];
}
