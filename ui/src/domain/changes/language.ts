// The language of a file, by its name: the name of its grammar. Pure.

import { nameOf } from "./tree";

/** The endings of each grammar's files, and whole names. */
const ENDINGS = {
  bash: ["sh", "bash", "zsh", "bashrc", "zshrc", "profile", "envrc"],
  c: ["c", "h"],
  cpp: ["cc", "cpp", "cxx", "hh", "hpp", "hxx", "ino"],
  csharp: ["cs"],
  css: ["css"],
  diff: ["diff", "patch"],
  dockerfile: ["dockerfile", "containerfile"],
  go: ["go"],
  graphql: ["graphql", "gql"],
  ini: ["ini", "cfg", "conf", "toml", "editorconfig", "properties"],
  java: ["java"],
  javascript: ["js", "mjs", "cjs", "jsx"],
  json: ["json", "jsonc", "json5", "webmanifest"],
  kotlin: ["kt", "kts"],
  less: ["less"],
  lua: ["lua"],
  makefile: ["makefile", "mk", "gnumakefile"],
  markdown: ["md", "markdown", "mdx"],
  objectivec: ["m", "mm"],
  perl: ["pl", "pm"],
  php: ["php"],
  python: ["py", "pyi", "pyw"],
  r: ["r"],
  ruby: ["rb", "rake", "gemspec", "gemfile", "rakefile"],
  rust: ["rs"],
  scala: ["scala", "sc"],
  scss: ["scss"],
  sql: ["sql"],
  swift: ["swift"],
  typescript: ["ts", "mts", "cts", "tsx"],
  xml: ["xml", "html", "htm", "svg", "xhtml", "vue", "svelte", "plist", "xsd"],
  yaml: ["yaml", "yml"],
} as const;

export type Language = keyof typeof ENDINGS;

const BY_ENDING: ReadonlyMap<string, Language> = new Map(
  (Object.entries(ENDINGS) as [Language, readonly string[]][]).flatMap(([language, endings]) =>
    endings.map((ending): [string, Language] => [ending, language]),
  ),
);

/** The language; null if the name does not say it. */
export function languageOf(path: string): Language | null {
  const name = nameOf(path).toLowerCase().replace(/"$/, "");
  return BY_ENDING.get(name.replace(/^\./, "")) ?? BY_ENDING.get(name.split(".").at(-1) ?? "") ?? null;
}
