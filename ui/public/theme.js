// Sets theme and density before the first paint; src/state/settings.svelte.ts takes over from there.
// A file of its own, because the page's policy allows no script inside the document.
(() => {
  const kept = localStorage.getItem("theme");
  const dark = kept === "dark" || (kept !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  document.documentElement.dataset.density =
    localStorage.getItem("density") === "compact" ? "compact" : "comfortable";
})();
