import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import ts from "typescript-eslint";
import { inCatalogue } from "./eslint/catalogue.js";
import svelteConfig from "./svelte.config.js";

const markup = "Make elements from data; text of agents is hostile.";
const door = {
  group: ["@tauri-apps/*"],
  message: "Only src/ipc/tauri.ts knows Tauri; add it to the interface in src/ipc/backend.ts.",
};
// The shell freezes the built-in prototypes. Modules that import d3-color cannot be loaded then.
const bandsOnly = {
  name: "d3-scale",
  allowImportNames: ["scaleBand", "scalePoint", "scaleOrdinal"],
  message:
    "It brings d3-color along, which fails where built-in prototypes are frozen. See domain/chart/valueAxis.ts.",
};
const restricted = ["innerHTML", "outerHTML", "insertAdjacentHTML", "createContextualFragment"];

export default ts.config(
  { ignores: ["dist/", "node_modules/", "src/ipc/protocol.ts", "src/paraglide/"] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...ts.configs.stylistic,
  ...svelte.configs.recommended,
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  {
    // Rules that need type information.
    files: ["src/**/*.ts", "src/**/*.svelte", "eslint/**/*.ts"],
    languageOptions: {
      parserOptions: {
        projectService: true,
        extraFileExtensions: [".svelte"],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      // A switch over a union must handle all of its members.
      "@typescript-eslint/switch-exhaustiveness-check": "error",
    },
  },
  {
    files: ["src/**"],
    rules: {
      // The TypeScript compiler checks all names, including those of the browser.
      "no-undef": "off",
      "no-restricted-imports": ["error", { paths: [bandsOnly], patterns: [door] }],
      "no-restricted-properties": ["error", ...restricted.map((property) => ({ property, message: markup }))],
      "no-console": "error",
      eqeqeq: "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/ban-ts-comment": "error",
      "@typescript-eslint/consistent-type-definitions": ["error", "type"],
      "@typescript-eslint/consistent-type-imports": "error",
      // Maps and sets are replaced and never modified, so they need not be reactive.
      "svelte/prefer-svelte-reactivity": "off",
      "svelte/no-at-html-tags": "error",
      "svelte/require-each-key": "error",
      "svelte/button-has-type": "error",
      "svelte/no-target-blank": "error",
      "svelte/block-lang": ["error", { script: "ts" }],
    },
  },
  {
    // Everything that is shown. The fake host has texts in place of the engine, and tests contain expected texts.
    files: ["src/**"],
    ignores: [
      "src/**/*.test.ts",
      "src/ipc/**",
      "src/domain/timeline/{recorder,shortRows}.ts",
      "src/parts/markdown/hostile.ts",
      "src/views/board/boardStage.ts",
      "src/views/story/storyStage.ts",
    ],
    plugins: { words: { rules: { "in-catalogue": inCatalogue } } },
    rules: { "words/in-catalogue": "error" },
  },
  {
    files: ["src/ipc/backend.ts"],
    rules: { "@typescript-eslint/consistent-type-definitions": ["error", "interface"] },
  },
  { files: ["src/ipc/**"], rules: { "no-restricted-imports": "off" } },
  {
    files: ["public/**"],
    languageOptions: {
      sourceType: "script",
      globals: { document: "readonly", localStorage: "readonly", matchMedia: "readonly" },
    },
  },
);
