//! The run lock: one `lede run` a file. It is a lock of the operating system on `PATH.lock`, so it
//! ends with the process, however that ends.

use super::{Result, StoreError};
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

/// Looking whether the lock is held takes it for a moment; who wants it tries so many times.
const TRIES_MAX: u32 = 3;
const TRY_AGAIN_AFTER: Duration = Duration::from_millis(5);

pub(super) fn lock_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}

/// Takes the lock beside the file at `path` and holds it in `held`; false when another has it.
pub(super) fn try_take(path: &Path, held: &Mutex<Option<File>>) -> Result<bool> {
    let mut held = held.lock().expect("no panic while held");
    if held.is_some() {
        return Ok(true);
    }
    let file = open(&lock_path(path))?;
    for _ in 0..TRIES_MAX {
        if try_lock(&file)? {
            *held = Some(file);
            return Ok(true);
        }
        std::thread::sleep(TRY_AGAIN_AFTER);
    }
    Ok(false)
}

pub(super) fn give_back(held: &Mutex<Option<File>>) {
    // Closing the file gives the lock back.
    *held.lock().expect("no panic while held") = None;
}

pub(super) fn is_held(path: &Path, held: &Mutex<Option<File>>) -> Result<bool> {
    if held.lock().expect("no panic while held").is_some() {
        return Ok(true);
    }
    let path = lock_path(path);
    if !path.exists() {
        return Ok(false);
    }
    // Closing the file gives the lock back.
    Ok(!try_lock(&open(&path)?)?)
}

fn open(path: &Path) -> Result<File> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(|error| {
            StoreError::Unusable(format!(
                "The lock file {} cannot be opened: {error}.",
                path.display()
            ))
        })
}

fn try_lock(file: &File) -> Result<bool> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(StoreError::Failed(format!("run lock: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::test::TestFile;

    #[tokio::test]
    async fn only_one_handle_holds_the_run_lock() {
        let file = TestFile::new();
        let (first, second) = (file.open().await, file.open().await);
        assert!(!second.run_locked().unwrap());
        assert!(first.try_run_lock().unwrap());
        assert!(first.try_run_lock().unwrap(), "it has it already");
        assert!(first.run_locked().unwrap());
        first.give_back_run_lock();
        assert!(!second.run_locked().unwrap(), "it was given back");
        assert!(first.try_run_lock().unwrap());
        assert!(second.run_locked().unwrap());
        assert!(!second.try_run_lock().unwrap());
        drop(first);
        assert!(!second.run_locked().unwrap());
        assert!(second.try_run_lock().unwrap());
    }
}
