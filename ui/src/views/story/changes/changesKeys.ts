// The keys of a story's changes.

import type { Layout } from "../../../domain/changes/rows";
import type { Binding } from "../../../state/keys.svelte";
import type { ChangesScreen } from "./changesScreen.svelte";
import { m } from "../../../paraglide/messages";

/** What the keys do beyond the state of the screen. */
type Acts = {
  readonly step: (by: 1 | -1) => void;
  readonly stepFile: (by: 1 | -1) => void;
  readonly setLayout: (layout: Layout) => void;
  readonly openFind: () => void;
  readonly closeFind: () => void;
  readonly leave: () => void;
  /** What Esc does. */
  readonly escape: () => void;
  readonly toHit: (by: 1 | -1) => void;
};

export function changesKeys(screen: ChangesScreen, acts: Acts): readonly Binding[] {
  const { kept } = screen;
  const hasRows = () => (screen.rows.length > 0 ? null : m.changes_not_without_files());
  const move = (keys: string, label: string, run: () => void): Binding => ({
    keys,
    label,
    run,
    whyNot: hasRows,
    repeats: true,
  });
  const currentFile = () => screen.files[screen.rows[screen.at >= 0 ? screen.at : screen.top]?.file ?? -1];
  const outside = (keys: string, label: string, how: "editFile" | "showFile" | "openTerminal"): Binding => ({
    keys,
    label,
    quiet: true,
    run: () => {
      const file = currentFile();
      if (file) void screen.openElsewhere(file, how);
    },
    whyNot: hasRows,
  });
  return [
    {
      keys: "Esc",
      label: m.changes_close_find(),
      quiet: true,
      unlisted: true,
      run: acts.closeFind,
      when: () => kept.isFinding,
    },
    { keys: "Esc", label: m.action_leave_changes(), run: acts.escape },
    { keys: "D", label: m.action_leave_changes(), run: acts.leave, quiet: true },
    move("J", m.changes_next(), () => {
      acts.step(1);
    }),
    move("K", m.changes_before(), () => {
      acts.step(-1);
    }),
    move("Shift J", m.changes_next_file(), () => {
      acts.stepFile(1);
    }),
    move("Shift K", m.changes_file_before(), () => {
      acts.stepFile(-1);
    }),
    {
      keys: "Enter",
      label: m.changes_fold(),
      run: () => {
        const file = currentFile();
        if (file) screen.fold(file);
      },
      whyNot: hasRows,
    },
    {
      keys: "V",
      label: screen.layout === "split" ? m.changes_key_unified() : m.changes_key_split(),
      run: () => {
        acts.setLayout(screen.layout === "split" ? "unified" : "split");
      },
      whyNot: () => (screen.hasRoom ? hasRows() : m.changes_no_room()),
    },
    {
      keys: "I",
      label: kept.whiteSpace ? m.changes_ignore_white_space() : m.changes_show_white_space(),
      quiet: true,
      run: () => {
        screen.setWhiteSpace(!kept.whiteSpace);
      },
      whyNot: hasRows,
    },
    {
      keys: "X",
      label: m.changes_open_around(),
      run: () => {
        screen.openAround();
      },
      whyNot: () => (screen.hasGaps ? null : m.changes_not_without_gap()),
    },
    { keys: "/", label: m.changes_find(), run: acts.openFind, whyNot: hasRows },
    {
      keys: "Ctrl F",
      label: m.changes_find(),
      run: acts.openFind,
      quiet: true,
      unlisted: true,
      inFields: true,
    },
    {
      keys: "F3",
      label: m.changes_find_next(),
      quiet: true,
      inFields: true,
      repeats: true,
      run: () => {
        acts.toHit(1);
      },
      when: () => kept.isFinding,
    },
    {
      keys: "Shift F3",
      label: m.changes_find_before(),
      quiet: true,
      inFields: true,
      repeats: true,
      run: () => {
        acts.toHit(-1);
      },
      when: () => kept.isFinding,
    },
    { keys: "Ctrl Shift M", label: m.changes_looked(), quiet: true, run: () => void screen.look() },
    outside("Ctrl O", m.changes_edit(), "editFile"),
    outside("Ctrl Shift F", m.changes_show_in_folder(), "showFile"),
    outside("Ctrl Shift T", m.changes_open_terminal(), "openTerminal"),
    {
      keys: "Ctrl Shift P",
      label: m.changes_copy_path(),
      quiet: true,
      run: () => {
        const file = currentFile();
        if (file) screen.copyPath(file);
      },
      whyNot: hasRows,
    },
  ];
}
