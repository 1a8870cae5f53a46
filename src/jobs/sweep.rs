//! Keeps house: retention in small steps, once an hour, so that no answer waits for it.

use crate::clock::{HOUR, Millis};
use crate::store::Store;
use std::sync::atomic::{AtomicI64, Ordering};

/// Time between sweeps.
pub const SWEEP_MS: Millis = HOUR;
/// Steps of one sweep; what is left then waits for the next.
pub const SWEEP_STEPS_MAX: u32 = 1_000;

/// The hourly sweep.
pub struct Sweep {
    store: Store,
    text_days: u32,
    next_at: AtomicI64,
}

impl Sweep {
    pub fn new(store: Store, text_days: u32) -> Self {
        Self {
            store,
            text_days,
            next_at: AtomicI64::new(0),
        }
    }

    /// Sweeps if an hour has passed since the last time, and says when the next sweep is due.
    pub async fn tick(&self, now: Millis) -> anyhow::Result<Millis> {
        if now < self.next_at.load(Ordering::SeqCst) {
            return Ok(self.next_at.load(Ordering::SeqCst));
        }
        for _ in 0..SWEEP_STEPS_MAX {
            if !self.store.sweep(now, self.text_days).await? {
                break;
            }
            tokio::task::yield_now().await;
        }
        self.next_at.store(now + SWEEP_MS, Ordering::SeqCst);
        Ok(now + SWEEP_MS)
    }
}
