// Sets theme and density before the first paint; later src/state/settings.svelte.ts does so. This is a separate file because the page's
// content security policy forbids inline scripts.
(() => {
  const kept = localStorage.getItem("theme");
  const dark = kept === "dark" || (kept !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  document.documentElement.dataset.density =
    localStorage.getItem("density") === "compact" ? "compact" : "comfortable";
})();
