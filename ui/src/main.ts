// Starts the page: theme and fonts, then the host, then the contents of the window.

import "@fontsource-variable/inter/opsz.css";
import "@fontsource-variable/jetbrains-mono/wght.css";
import "./styles/tokens.css";
import "./styles/base.css";
import { mount } from "svelte";
import App from "./App.svelte";
import type { Backend } from "./ipc/backend";

async function host(): Promise<Backend> {
  if ("__TAURI_INTERNALS__" in window) return (await import("./ipc/tauri")).tauri;
  return (await import("./ipc/fake")).fakeFromAddress(location.search);
}

mount(App, { target: document.body, props: { backend: await host() } });
