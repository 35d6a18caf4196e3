// What can be set in config.json, as the engine lists it, with the words for each field. A new field needs its
// message and nothing else here. Pure.

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

// A field without a message is an error of the compiler here.
const NAMES: Readonly<Record<NameOf<ConfigSection>, () => string>> = m;

/** The fields of a section, in their order. */
export function fieldsOf(section: ConfigSection): readonly ConfigField[] {
  return CONFIG_FIELDS[section];
}

/** What a field is called on screen. */
export function fieldName(section: ConfigSection, field: ConfigField): string {
  return NAMES[`config_${section}_${field.name}` as NameOf<ConfigSection>]();
}
