//! Locks of files that are released when they are dropped. Closing the file is not enough: a program that
//! another thread is just starting has all open files until it is a program of its own, and with them the
//! locks.

use std::fs::{File, TryLockError};
use std::io;
use std::ops::Deref;

/// A lock of a file.
#[derive(Debug)]
pub struct FileLock(File);

impl FileLock {
    /// Locks the file against every other lock, or returns it if there is one.
    ///
    /// # Errors
    /// If the system cannot lock it.
    pub fn exclusive(file: File) -> io::Result<Result<Self, File>> {
        let locked = file.try_lock();
        Self::of(file, locked)
    }

    /// Locks the file against exclusive locks, or returns it if there is one.
    ///
    /// # Errors
    /// If the system cannot lock it.
    pub fn shared(file: File) -> io::Result<Result<Self, File>> {
        let locked = file.try_lock_shared();
        Self::of(file, locked)
    }

    fn of(file: File, locked: Result<(), TryLockError>) -> io::Result<Result<Self, File>> {
        match locked {
            Ok(()) => Ok(Ok(Self(file))),
            Err(TryLockError::WouldBlock) => Ok(Err(file)),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

impl Deref for FileLock {
    type Target = File;

    fn deref(&self) -> &File {
        &self.0
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        // Closing the file releases it, too, a little later.
        let _ = self.0.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_released_lock_is_free_although_a_program_still_has_the_open_file() {
        let dir = tempfile::tempdir().unwrap();
        let open = || File::create(dir.path().join("lock")).unwrap();
        let lock = FileLock::exclusive(open()).unwrap().unwrap();
        assert!(FileLock::shared(open()).unwrap().is_err());
        let _inherited = lock.try_clone().unwrap();
        drop(lock);
        let shared = FileLock::shared(open()).unwrap().unwrap();
        assert!(FileLock::exclusive(open()).unwrap().is_err());
        let _inherited = shared.try_clone().unwrap();
        drop(shared);
        assert!(FileLock::exclusive(open()).unwrap().is_ok());
    }
}
