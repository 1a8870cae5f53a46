//! Seeded days of news for several channels, with edits, duplicates, late outlets, merges, corrections by moderators, quiet
//! hours, caps, a lost channel, limits, broken answers, answers lost after the message was made, and
//! crashes at every step between deciding and recording. Then the faults stop, and what the channels
//! hold is checked from outside: nothing lost, nothing doubled, order kept, nothing in quiet hours.
//!
//! `SIMULATION_SEEDS=1000 cargo test --test it -- simulation --nocapture` runs more seeds than the
//! fifty of every test run; `SIMULATION_SEED=17` runs that one and says what happened.

mod channels;
mod days;
mod judge;
mod moderators;

use channels::Verdict;
use days::Days;
use lede::jobs::push::Broken;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

const SEEDS: u64 = 50;
/// Seeds that once found something.
const ONCE_WRONG: [u64; 5] = [53, 70, 83, 97, 165];
/// Seeds within which each broken protocol has to be caught.
const SEEDS_TO_CATCH: u64 = 50;

fn number(name: &str) -> Option<u64> {
    // Only tests read this, so the settings do not know it.
    std::env::var(name).ok()?.parse().ok()
}

/// One seed on a thread of its own runtime.
fn run(seed: u64, broken: Broken) -> Verdict {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async { Days::new(seed, broken).await.run().await })
}

/// Runs seeds on two threads until `stop` says that it has seen enough.
fn run_all(seeds: u64, broken: Broken, stop: fn(&Verdict) -> bool) -> Vec<(u64, Verdict)> {
    let next = Arc::new(AtomicUsize::new(0));
    let found = Arc::new(Mutex::new(Vec::new()));
    let threads: Vec<_> = (0..2)
        .map(|_| {
            let (next, found) = (Arc::clone(&next), Arc::clone(&found));
            std::thread::spawn(move || {
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst) as u64;
                    if seed >= seeds {
                        return;
                    }
                    let verdict = run(seed, broken);
                    if stop(&verdict) {
                        next.store(usize::MAX / 2, Ordering::SeqCst);
                    }
                    found.lock().expect("no panic").push((seed, verdict));
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("a seed ends without a panic");
    }
    let mut found = std::mem::take(&mut *found.lock().expect("no panic"));
    found.sort_by_key(|(seed, _)| *seed);
    found
}

#[test]
fn nothing_is_lost_doubled_or_out_of_order() {
    if let Some(seed) = number("SIMULATION_SEED") {
        let verdict = run(seed, Broken::Nowhere);
        println!("seed {seed}: {verdict:#?}");
        assert!(
            verdict.wrong.is_empty(),
            "seed {seed}: {:#?}",
            verdict.wrong
        );
        return;
    }
    let seeds = number("SIMULATION_SEEDS").unwrap_or(SEEDS);
    let mut all = run_all(seeds, Broken::Nowhere, |_| false);
    let known = ONCE_WRONG.iter().filter(|seed| **seed >= seeds);
    all.extend(known.map(|seed| (*seed, run(*seed, Broken::Nowhere))));
    let failed: Vec<_> = (all.iter())
        .filter(|(_, verdict)| !verdict.wrong.is_empty())
        .map(|(seed, verdict)| format!("seed {seed}: {:?}", verdict.wrong))
        .collect();
    let sum = |count: fn(&Verdict) -> usize| all.iter().map(|(_, one)| count(one)).sum::<usize>();
    println!(
        "{} seeds: {} messages that tell {} stories, {} changed, {} with new facts, {} published ({} given up), {} corrections ({} of topics, {} taken back), {} crashes, {} faults, {} unknown; wrong: {}",
        all.len(),
        sum(|one| one.messages),
        sum(|one| one.told),
        sum(|one| one.edited),
        sum(|one| one.updates),
        sum(|one| one.published),
        sum(|one| one.unpublished),
        sum(|one| one.fixed),
        sum(|one| one.off_topic),
        sum(|one| one.unfixed),
        sum(|one| one.crashes),
        sum(|one| one.faults),
        sum(|one| one.unknown),
        failed.len()
    );
    // A simulation in which nothing happens proves nothing.
    assert!(sum(|one| one.told) > all.len() * 10 && sum(|one| one.crashes) > all.len());
    assert!(sum(|one| one.off_topic) > all.len() / 2);
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// Each protocol that is broken on purpose is noticed, or the simulation would be worth nothing.
#[test]
fn broken_protocols_are_caught() {
    for broken in [
        Broken::NoLook,
        Broken::MarkBeforeSend,
        Broken::NewNonce,
        Broken::NoOrder,
        Broken::ToldAfterSend,
    ] {
        let all = run_all(SEEDS_TO_CATCH, broken, |one| !one.wrong.is_empty());
        let caught = all.iter().find(|(_, verdict)| !verdict.wrong.is_empty());
        let (seed, verdict) =
            caught.unwrap_or_else(|| panic!("{broken:?} was not caught in {SEEDS_TO_CATCH} seeds"));
        println!("{broken:?}: caught by seed {seed}: {}", verdict.wrong[0]);
    }
}
