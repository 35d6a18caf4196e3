import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";
import { ascii } from "./ascii.js";
import { words } from "./words.js";

const PURE = ["src/domain/**/*.test.ts", "src/feed/**/*.test.ts", "eslint/**/*.test.ts", "*.test.ts"];

export default defineConfig(({ mode }) => ({
  // Tests use the files that `npm run words` wrote before: several test processes would write the same files at once.
  plugins: [...(mode === "test" ? [] : [words()]), svelte(), ascii()],
  // The window opens dist/index.html without a server, so addresses are relative.
  base: "./",
  build: {
    target: "safari16.4",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 800,
    // What the first view needs is one file: each file of the page is asked of the program, one after the other.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "page", tags: ["$initial"] }] } } },
  },
  server: { port: 1420, strictPort: true },
  preview: { port: 4173, strictPort: false },
  // Components are tested with the browser build, not the server build.
  ...(mode === "test" ? { resolve: { conditions: ["browser"] } } : {}),
  // A test imports a compressed fixture as a file.
  assetsInclude: ["**/*.jsonl.gz"],
  test: {
    // A time limit for busy machines; the tests themselves take at most a second.
    testTimeout: 30_000,
    projects: [
      // Tests of pure code need no document, and start ten times as fast without one.
      { extends: true, test: { name: "pure", environment: "node", include: PURE, restoreMocks: true } },
      {
        extends: true,
        test: {
          name: "page",
          environment: "jsdom",
          setupFiles: ["./vitest.setup.ts"],
          include: ["src/**/*.test.ts"],
          exclude: PURE,
          restoreMocks: true,
        },
      },
    ],
  },
}));
