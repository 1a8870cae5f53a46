//! CPU time, and what many measurements of it say.

/// CPU time of all threads of this process, in nanoseconds, from the scheduler's own count.
pub struct Cpu(u64);

impl Cpu {
    pub fn now() -> Self {
        let threads = std::fs::read_dir("/proc/self/task").expect("Linux");
        let spent = |thread: std::io::Result<std::fs::DirEntry>| {
            let path = thread.ok()?.path().join("schedstat");
            std::fs::read_to_string(path)
                .ok()?
                .split(' ')
                .next()?
                .parse::<u64>()
                .ok()
        };
        Self(threads.filter_map(spent).sum())
    }

    pub fn micros(&self) -> f64 {
        (Self::now().0.saturating_sub(self.0)) as f64 / 1_000.0
    }
}

/// The value below which `share` of them lie.
pub fn percentile(micros: &mut [f64], share: f64) -> f64 {
    micros.sort_by(f64::total_cmp);
    micros[((micros.len() - 1) as f64 * share) as usize]
}
