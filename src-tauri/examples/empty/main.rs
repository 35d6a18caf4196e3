//! A window with one static page and nothing else: the same Tauri and the same web view as Musher's. The
//! benchmark `window` compares Musher's first paint and memory with it.

fn main() -> tauri::Result<()> {
    tauri::Builder::default().run(tauri::generate_context!("examples/empty/tauri.conf.json"))
}
