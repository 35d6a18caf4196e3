// Compiles the messages in messages/en.json to functions in src/paraglide. `npm run words` does it for checks and tests, the
// plugin below for the bundler.

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { pathToFileURL } from "node:url";

const CATALOGUE = `${import.meta.dirname}/messages/en.json`;

/**
 * Folders whose code is loaded later and has many messages. They get the messages from modules of their own, of which the bundler keeps
 * what they use, so that their messages are not in the file of the first view.
 */
const LATER = [
  "/src/views/story/changes/",
  "/src/domain/changes/",
  "/src/views/story/claims/",
  "/src/domain/claims/",
  "/src/views/story/finish/",
  "/src/domain/finish/",
  "/src/views/forecast/",
  "/src/domain/forecast/",
];
const AGAIN = "?again";

/**
 * Whether an import of messages is one of code that is loaded later, or one within its own modules.
 *
 * @param {string} source
 * @param {string} importer
 */
function isLater(source, importer) {
  const ofLater = LATER.some((folder) => importer.includes(folder)) && source.endsWith("/paraglide/messages");
  return ofLater || importer.endsWith(AGAIN);
}

/**
 * A plugin that compiles the messages before the build, and again when messages/en.json changes. It runs the same script
 * as `npm run words`, so that a message that was not compiled fails the build.
 *
 * @returns {import("vite").Plugin}
 */
export function words() {
  let isBuild = false;
  const compile = () => {
    execFileSync(process.execPath, [import.meta.filename], { cwd: import.meta.dirname, stdio: "inherit" });
  };
  return {
    name: "words",
    configResolved({ command }) {
      isBuild = command === "build";
    },
    buildStart: compile,
    resolveId: {
      order: "pre",
      async handler(source, importer, options) {
        if (!isBuild || importer === undefined || !isLater(source, importer)) return null;
        const found = await this.resolve(source, importer, { ...options, skipSelf: true });
        return found?.id.includes("/src/paraglide/messages") ? found.id + AGAIN : null;
      },
    },
    load(id) {
      return id.endsWith(AGAIN) ? readFileSync(id.slice(0, -AGAIN.length), "utf8") : null;
    },
    configureServer({ watcher }) {
      watcher.add(CATALOGUE);
      watcher.on("change", (path) => {
        if (path === CATALOGUE) compile();
      });
    },
  };
}

/**
 * Changes the compiled code to reuse Intl objects. It would create one at each call of a message with a plural, which
 * takes a thousand times as long as the rest of the call. One object is kept for each kind, locale and options.
 *
 * @param {string} path
 */
function keepIntl(path) {
  const written = readFileSync(path, "utf8");
  const kept = written.replaceAll(/new Intl\.(\w+)\((\w+), (\w+)\)/g, 'kept("$1", $2, $3)');
  if (kept === written) throw new Error(`${path} makes no Intl objects any more`);
  writeFileSync(path, kept + KEPT);
}

const KEPT = `
const objects = new Map();
function kept(kind, locale, options) {
  const key = JSON.stringify([kind, locale, options]);
  let object = objects.get(key);
  if (object === undefined) objects.set(key, (object = new Intl[kind](locale, options)));
  return object;
}
`;

if (process.argv[1] === import.meta.filename) {
  const keys = Object.keys(JSON.parse(readFileSync(CATALOGUE, "utf8")));
  const { compile } = await import("@inlang/paraglide-js");
  // Nothing is fetched: project.inlang/settings.json names the compiler's plugin as a file.
  await compile({
    project: "./project.inlang",
    outdir: "./src/paraglide",
    strategy: ["baseLocale"],
    // There is only one language, so a call need not determine it.
    experimentalStaticLocale: '"en"',
    // One module for each language: a module for each message would be more than a thousand files.
    outputStructure: "locale-modules",
    emitReadme: false,
    emitGitIgnore: false,
    emitPrettierIgnore: false,
  });
  keepIntl(`${import.meta.dirname}/src/paraglide/registry.js`);
  // If the compiler cannot load its plugin, it only prints a warning and compiles nothing.
  // By a value: a literal would be resolved when vite reads its configuration, before the file is there.
  const made = pathToFileURL(`${import.meta.dirname}/src/paraglide/messages.js`);
  const { m } = await import(made.href);
  const lacking = keys.filter((key) => !(key in m));
  if (lacking.length > 0) throw new Error(`no function was made of ${lacking.join(", ")}`);
}
