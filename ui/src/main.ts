// Starts the page: theme and fonts, then the host, then the contents of the window.

import "@fontsource-variable/inter/opsz.css";
import "@fontsource-variable/jetbrains-mono/wght.css";
import "./styles/tokens.css";
import "./styles/base.css";
import { mount } from "svelte";
import App from "./App.svelte";
import type { Backend } from "./ipc/backend";
import { tauri } from "./ipc/tauri";

async function host(): Promise<Backend> {
  if ("__TAURI_INTERNALS__" in window) return tauri;
  return (await import("./ipc/fake")).fakeFromAddress(location.search);
}

/** Loads the two fonts, which `index.html` asks for before this file is read. Text that is drawn without them is laid out twice, and
    each size of it searches the fonts of the system: a tenth of a second on Linux. */
async function fonts(): Promise<void> {
  const style = getComputedStyle(document.documentElement);
  const families = ["--font-text", "--font-code"].map((name) => style.getPropertyValue(name));
  await Promise.allSettled(families.map((family) => document.fonts.load(`1em ${family}`)));
}

async function start(): Promise<void> {
  const [backend] = await Promise.all([host(), fonts()]);
  mount(App, { target: document.body, props: { backend } });
}

// Not awaited: files that are loaded later import this one, and would wait for it.
void start();
