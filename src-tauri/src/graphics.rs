//! Sets options that WebKitGTK needs before it starts. One has it share no buffers with the graphics card,
//! because some drivers then show a blank window. The other has it draw the page itself, where no card is: with
//! one, layers of the page are composed by OpenGL, which without a card is emulated, with 100 MB of memory
//! and more time for each frame. Each is set only if it is needed, and never against a person's own setting.
//! Other systems do not need them.

#[cfg(target_os = "linux")]
use std::{fs, path::Path};

#[cfg(target_os = "linux")]
const NO_SHARED_BUFFERS: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

#[cfg(target_os = "linux")]
const NO_COMPOSITING: &str = "WEBKIT_DISABLE_COMPOSITING_MODE";

/// A person's own setting for the opposite of [`NO_COMPOSITING`].
#[cfg(target_os = "linux")]
const COMPOSITING: &str = "WEBKIT_FORCE_COMPOSITING_MODE";

/// Decides how the window is drawn. Must be called before any thread starts.
#[cfg(target_os = "linux")]
pub(crate) fn settle(safe: bool) {
    let root = Path::new("/");
    let is_set = |name| std::env::var_os(name).is_some();
    let options = [
        (NO_SHARED_BUFFERS, safe || has_nvidia(root), is_set(NO_SHARED_BUFFERS)),
        (NO_COMPOSITING, safe || !has_card(root), is_set(NO_COMPOSITING) || is_set(COMPOSITING)),
    ];
    for (name, is_needed, is_decided) in options {
        if is_needed && !is_decided {
            tracing::info!(safe, name, "the window is drawn with an option");
            // SAFETY: the caller has started no other thread, so none reads the environment meanwhile.
            unsafe { std::env::set_var(name, "1") };
        }
    }
}

/// Does nothing: only WebKitGTK needs the options.
#[cfg(not(target_os = "linux"))]
pub(crate) fn settle(_safe: bool) {}

/// Whether NVIDIA's own driver is loaded.
#[cfg(target_os = "linux")]
fn has_nvidia(root: &Path) -> bool {
    root.join("proc/driver/nvidia/version").exists() || root.join("sys/module/nvidia").exists()
}

/// Whether a graphics card can draw: one that the kernel knows, NVIDIA's own driver, or the host's from
/// within WSL.
#[cfg(target_os = "linux")]
fn has_card(root: &Path) -> bool {
    let nodes = fs::read_dir(root.join("dev/dri")).into_iter().flatten().flatten();
    let mut names = nodes.map(|node| node.file_name());
    names.any(|name| name.as_encoded_bytes().starts_with(b"renderD"))
        || has_nvidia(root)
        || root.join("dev/dxg").exists()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_driver_is_seen_by_its_files() {
        let root = tempfile::tempdir().unwrap();
        assert!(!has_nvidia(root.path()) && !has_card(root.path()));
        fs::create_dir_all(root.path().join("sys/module/nvidia")).unwrap();
        assert!(has_nvidia(root.path()) && has_card(root.path()));
    }

    #[test]
    fn a_card_is_one_that_can_draw() {
        for (file, is_card) in [("dri/card0", false), ("dri/renderD128", true), ("dxg", true)] {
            let root = tempfile::tempdir().unwrap();
            let path = root.path().join("dev").join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
            assert_eq!(has_card(root.path()), is_card, "{file}");
        }
    }
}
