// Keys that do nothing here because they act in another place: pressed here, they say where.

import type { Binding } from "../state/keys.svelte";
import { m } from "../paraglide/messages";

/** A key, and what it does in the place where it acts. */
type Elsewhere = readonly [keys: string, label: string];

const says = (where: string, keys: readonly Elsewhere[]): readonly Binding[] =>
  keys.map(([each, label]) => ({
    keys: each,
    label,
    quiet: true,
    unlisted: true,
    run: () => undefined,
    whyNot: () => where,
  }));

/** The keys of a story, for the board. */
export const ofStory = (): readonly Binding[] =>
  says(m.not_outside_story(), [
    ["D", m.action_changes()],
    ["W", m.action_why()],
    ["C", m.action_write()],
    ["R", m.action_resume()],
  ]);

/** The keys of *Changes*, for a story that shows something else. */
export const ofChanges = (): readonly Binding[] =>
  says(m.not_outside_changes(), [
    ["Ctrl Shift S", m.review_send()],
    ["Ctrl Shift M", m.changes_looked()],
    ["Ctrl Shift E", m.review_mark_next()],
    ["V", m.changes_key_split()],
    ["X", m.changes_open_around()],
  ]);

/** The keys of *Finish*, for a story that shows something else. */
export const ofFinish = (): readonly Binding[] =>
  says(m.not_outside_finish(), [
    ["Ctrl Shift K", m.finish_commit()],
    ["Ctrl Shift U", m.finish_update_by_merge()],
    ["Ctrl Shift B", m.finish_update_by_rebase()],
    ["Ctrl Shift Y", m.finish_push()],
    ["Ctrl Shift H", m.host_begin()],
  ]);
