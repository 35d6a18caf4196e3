// What can be set in config.json, as the engine lists it, with the words for each field. Pure.

import { CONFIG_FIELDS } from "../ipc/protocol";
import { m } from "../paraglide/messages";

/** A section of config.json. */
export type ConfigSection = keyof typeof CONFIG_FIELDS;

/** A field of a section: its name, its control, and the range of a number. */
export type ConfigField = {
  readonly name: string;
  readonly control: (typeof CONFIG_FIELDS)[ConfigSection][number]["control"];
  readonly least?: number;
  readonly most?: number;
};

/** The messages that name the fields: `config_limits_stagger_seconds`. */
type NameOf<S extends ConfigSection> = S extends ConfigSection
  ? `config_${S}_${(typeof CONFIG_FIELDS)[S][number]["name"]}`
  : never;

// A field without a message is an error of the compiler here. Each is named: if the messages were taken as a whole, all of them would be in
// the file of the first view.
const NAMES: Readonly<Record<NameOf<ConfigSection>, () => string>> = {
  config_agents_model: m.config_agents_model,
  config_agents_permission: m.config_agents_permission,
  config_agents_arguments: m.config_agents_arguments,
  config_agents_environment: m.config_agents_environment,
  config_projects_gates: m.config_projects_gates,
  config_projects_set_up: m.config_projects_set_up,
  config_projects_copy: m.config_projects_copy,
  config_projects_fetch: m.config_projects_fetch,
  config_worktrees_place: m.config_worktrees_place,
  config_worktrees_branch: m.config_worktrees_branch,
  config_limits_first_guess_minutes: m.config_limits_first_guess_minutes,
  config_limits_longest_guess_minutes: m.config_limits_longest_guess_minutes,
  config_limits_stagger_seconds: m.config_limits_stagger_seconds,
  config_checkpoints_keep_days: m.config_checkpoints_keep_days,
  config_checkpoints_keep_count: m.config_checkpoints_keep_count,
  config_checkpoints_ignored: m.config_checkpoints_ignored,
};

/** The fields of a section, in their order. */
export function fieldsOf(section: ConfigSection): readonly ConfigField[] {
  return CONFIG_FIELDS[section];
}

/** What a field is called on screen. */
export function fieldName(section: ConfigSection, field: ConfigField): string {
  return NAMES[`config_${section}_${field.name}` as NameOf<ConfigSection>]();
}
