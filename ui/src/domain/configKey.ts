// How settings are named in requests and errors: by the names of their fields, those that are no plain words in
// quotes. Pure; the engine reads the same.

/** The key of one setting, such as `agents.claude.model`. */
export function configKey(...fields: readonly string[]): string {
  return fields.map((field) => (/^[\w-]+$/.test(field) ? field : JSON.stringify(field))).join(".");
}
