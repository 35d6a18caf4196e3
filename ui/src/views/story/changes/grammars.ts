// The grammars of languages, each a file of its own that is loaded when a file in that language is shown.

import type { LanguageFn } from "highlight.js";
import { createLowlight } from "lowlight";
import type { Language } from "../../../domain/changes/language";

type Load = () => Promise<{ default: LanguageFn }>;

const GRAMMARS: Record<Language, Load> = {
  bash: () => import("highlight.js/lib/languages/bash"),
  c: () => import("highlight.js/lib/languages/c"),
  cpp: () => import("highlight.js/lib/languages/cpp"),
  csharp: () => import("highlight.js/lib/languages/csharp"),
  css: () => import("highlight.js/lib/languages/css"),
  diff: () => import("highlight.js/lib/languages/diff"),
  dockerfile: () => import("highlight.js/lib/languages/dockerfile"),
  go: () => import("highlight.js/lib/languages/go"),
  graphql: () => import("highlight.js/lib/languages/graphql"),
  ini: () => import("highlight.js/lib/languages/ini"),
  java: () => import("highlight.js/lib/languages/java"),
  javascript: () => import("highlight.js/lib/languages/javascript"),
  json: () => import("highlight.js/lib/languages/json"),
  kotlin: () => import("highlight.js/lib/languages/kotlin"),
  less: () => import("highlight.js/lib/languages/less"),
  lua: () => import("highlight.js/lib/languages/lua"),
  makefile: () => import("highlight.js/lib/languages/makefile"),
  markdown: () => import("highlight.js/lib/languages/markdown"),
  objectivec: () => import("highlight.js/lib/languages/objectivec"),
  perl: () => import("highlight.js/lib/languages/perl"),
  php: () => import("highlight.js/lib/languages/php"),
  python: () => import("highlight.js/lib/languages/python"),
  r: () => import("highlight.js/lib/languages/r"),
  ruby: () => import("highlight.js/lib/languages/ruby"),
  rust: () => import("highlight.js/lib/languages/rust"),
  scala: () => import("highlight.js/lib/languages/scala"),
  scss: () => import("highlight.js/lib/languages/scss"),
  sql: () => import("highlight.js/lib/languages/sql"),
  swift: () => import("highlight.js/lib/languages/swift"),
  typescript: () => import("highlight.js/lib/languages/typescript"),
  xml: () => import("highlight.js/lib/languages/xml"),
  yaml: () => import("highlight.js/lib/languages/yaml"),
};

/** Languages that stand within another one, as far as a diff has much of them. */
const WITHIN: Partial<Record<Language, readonly Language[]>> = {
  javascript: ["xml"],
  typescript: ["xml"],
  xml: ["css", "javascript"],
};

type Root = ReturnType<Lowlight["highlight"]>;
type Lowlight = ReturnType<typeof createLowlight>;

const low: Lowlight = createLowlight();

/** The tree of a text in a language. */
export async function treeOf(language: Language, text: string): Promise<Root> {
  for (const each of [language, ...(WITHIN[language] ?? [])])
    if (!low.registered(each)) low.register(each, (await GRAMMARS[each]()).default);
  return low.highlight(language, text);
}
