//! Tells whether this desktop has a tray now. On Linux a tray is a program on the session bus that comes
//! and goes: it may start after Musher, and it may be restarted. Other systems always have one.

#[cfg(not(target_os = "linux"))]
pub(super) use fixed::Host;
#[cfg(target_os = "linux")]
pub(super) use linux::Host;

#[cfg(target_os = "linux")]
mod linux {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;
    use zbus::blocking::Proxy;
    use zbus::blocking::connection::{Builder, Connection};

    const NAME: &str = "org.kde.StatusNotifierWatcher";
    const PATH: &str = "/StatusNotifierWatcher";

    /// How long the tray may take to answer. Without a limit a tray that hangs would block the window.
    const TIMEOUT: Duration = Duration::from_secs(3);

    /// Watches which program is the tray.
    pub(in crate::tray) struct Host {
        is_there: Arc<AtomicBool>,
        proxy: Option<Proxy<'static>>,
    }

    impl Host {
        /// Begins to watch, on a separate thread. Without a session bus there is never a tray.
        pub(in crate::tray) fn watch() -> Self {
            let is_there = Arc::new(AtomicBool::new(false));
            match follow(&is_there) {
                Ok(proxy) => Self { is_there, proxy: Some(proxy) },
                Err(error) => {
                    tracing::info!(%error, "no tray: the session bus cannot be asked");
                    Self { is_there, proxy: None }
                }
            }
        }

        /// Whether a program owns the tray's name.
        pub(in crate::tray) fn is_there(&self) -> bool {
            self.is_there.load(Ordering::Relaxed)
        }

        /// Asks the tray whether it shows icons; false if it does not answer.
        pub(in crate::tray) fn answers(&self) -> bool {
            let Some(proxy) = &self.proxy else { return false };
            proxy.get_property::<bool>("IsStatusNotifierHostRegistered").unwrap_or(false)
        }
    }

    fn follow(is_there: &Arc<AtomicBool>) -> zbus::Result<Proxy<'static>> {
        let bus: Connection = Builder::session()?.method_timeout(TIMEOUT).build()?;
        let cached = zbus::proxy::CacheProperties::No;
        let proxy: Proxy<'static> = zbus::blocking::proxy::Builder::new(&bus)
            .destination(NAME)?
            .path(PATH)?
            .interface(NAME)?
            .cache_properties(cached)
            .build()?;
        // Subscribes before the query, so that no change in between is missed.
        let owners = proxy.receive_owner_changed()?;
        let owned = zbus::blocking::fdo::DBusProxy::new(&bus)?.name_has_owner(NAME.try_into()?)?;
        is_there.store(owned, Ordering::Relaxed);
        let seen = Arc::clone(is_there);
        let hear = move || {
            for owner in owners {
                seen.store(owner.is_some(), Ordering::Relaxed);
            }
            // The bus is gone, and every tray with it.
            seen.store(false, Ordering::Relaxed);
        };
        std::thread::Builder::new()
            .name("tray-host".to_owned())
            .spawn(hear)
            .map_err(|error| zbus::Error::InputOutput(Arc::new(error)))?;
        Ok(proxy)
    }
}

#[cfg(not(target_os = "linux"))]
mod fixed {
    /// The tray that is part of the desktop.
    pub(in crate::tray) struct Host;

    impl Host {
        /// Makes it; there is nothing to watch.
        pub(in crate::tray) fn watch() -> Self {
            Self
        }

        /// Returns true: the tray is always there.
        pub(in crate::tray) fn is_there(&self) -> bool {
            true
        }

        /// Returns true: the tray always shows icons.
        pub(in crate::tray) fn answers(&self) -> bool {
            true
        }
    }
}
