// The keys of settings in requests and errors: the names of the fields with dots; a name with other characters than letters, digits, `-`
// and `_` is in quotes. Pure. The engine parses the same form.

/** The key of a setting, such as `agents.claude.model`. */
export function configKey(...fields: readonly string[]): string {
  return fields.map((field) => (/^[\w-]+$/.test(field) ? field : JSON.stringify(field))).join(".");
}
