//! Sets an option that WebKitGTK needs before it starts: not to share buffers with the graphics card,
//! because some drivers then show a blank window. The option costs speed, so it is set only if it is
//! needed, and never against a person's own setting. Other systems do not need it.

#[cfg(target_os = "linux")]
const VARIABLE: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// Decides how the window is drawn. Must be called before any thread starts.
#[cfg(target_os = "linux")]
pub(crate) fn settle(safe: bool) {
    if std::env::var_os(VARIABLE).is_some() || !(safe || has_nvidia(std::path::Path::new("/"))) {
        return;
    }
    tracing::info!(safe, "draws without shared buffers");
    // SAFETY: the caller has started no other thread, so none reads the environment meanwhile.
    unsafe { std::env::set_var(VARIABLE, "1") };
}

/// Does nothing: only WebKitGTK needs the option.
#[cfg(not(target_os = "linux"))]
pub(crate) fn settle(_safe: bool) {}

/// Whether NVIDIA's own driver is loaded.
#[cfg(target_os = "linux")]
fn has_nvidia(root: &std::path::Path) -> bool {
    root.join("proc/driver/nvidia/version").exists() || root.join("sys/module/nvidia").exists()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_driver_is_seen_by_its_files() {
        let root = tempfile::tempdir().unwrap();
        assert!(!has_nvidia(root.path()));
        std::fs::create_dir_all(root.path().join("sys/module/nvidia")).unwrap();
        assert!(has_nvidia(root.path()));
    }
}
