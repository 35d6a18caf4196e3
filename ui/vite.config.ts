import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";
import { words } from "./words.js";

const PURE = ["src/domain/**/*.test.ts", "src/feed/**/*.test.ts", "eslint/**/*.test.ts"];

export default defineConfig(({ mode }) => ({
  // Tests read what `npm run words` made before them: several of them at once would write the same files.
  plugins: [...(mode === "test" ? [] : [words()]), svelte()],
  // The window opens dist/index.html without a server, so addresses are relative.
  base: "./",
  build: { target: "safari16.4", assetsInlineLimit: 0, chunkSizeWarningLimit: 600 },
  server: { port: 1420, strictPort: true },
  preview: { port: 4173, strictPort: false },
  // Components are tested as in a browser, not as rendered on a server.
  ...(mode === "test" ? { resolve: { conditions: ["browser"] } } : {}),
  // A test imports a packed fixture as a file.
  assetsInclude: ["**/*.jsonl.gz"],
  test: {
    // A deadline for busy machines; the tests themselves take a second at most.
    testTimeout: 30_000,
    projects: [
      // What is pure needs no document, and starts ten times as fast without one.
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
