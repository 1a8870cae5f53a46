//! Hashing of numbers: for tables whose keys are hashes or ids already, which the standard hasher
//! would take ten times as long to spread. Seeded anew in each process, so that nobody can choose
//! words that share a place.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::LazyLock;

/// Odd, of no pattern: the fractional part of the golden ratio.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// Odd too (from the finaliser of SplittableRandom by Steele, Lea and Flood).
const OTHER_FACTOR: u64 = 0xbf58_476d_1ce4_e5b9;

static SEED: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(FACTOR));

/// Makes hashers of numbers.
#[derive(Clone, Copy, Debug)]
pub struct Spread(u64);

impl Default for Spread {
    fn default() -> Self {
        Self(*SEED)
    }
}

impl BuildHasher for Spread {
    type Hasher = Spreading;

    fn build_hasher(&self) -> Spreading {
        Spreading(self.0)
    }
}

/// A hasher of numbers.
#[derive(Clone, Copy, Debug)]
pub struct Spreading(u64);

impl Hasher for Spreading {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes
            .iter()
            .for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_i64(&mut self, number: i64) {
        self.write_u64(number as u64);
    }

    /// Twice, as one product alone leaves numbers in a row close together under some seeds.
    fn write_u64(&mut self, number: u64) {
        self.0 = folded(folded(self.0 ^ number, FACTOR), OTHER_FACTOR);
    }
}

/// Both halves of the product, so that every bit of the number counts in every bit of the hash.
fn folded(number: u64, factor: u64) -> u64 {
    let product = u128::from(number) * u128::from(factor);
    product as u64 ^ (product >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn numbers_in_a_row_are_spread_under_every_seed() {
        let seeds = (0..500).map(|n| folded(FACTOR ^ n, OTHER_FACTOR));
        for seed in seeds.chain([0, 1, u64::MAX, FACTOR, *SEED]) {
            let spread = Spread(seed);
            let hashes: Vec<u64> = (0u32..4_096)
                .map(|number| spread.hash_one(number))
                .collect();
            let low: HashSet<u64> = hashes.iter().map(|hash| hash & 0xfff).collect();
            let high: HashSet<u64> = hashes.iter().map(|hash| hash >> 52).collect();
            // By chance alone 63 % of the places are taken.
            assert!(low.len() > 2_300, "{seed}: {}", low.len());
            assert!(high.len() > 2_300, "{seed}: {}", high.len());
        }
    }

    #[test]
    fn a_number_has_one_hash() {
        let of = |id: i64| Spread::default().hash_one(id);
        assert_eq!(of(-17), of(-17));
        assert_ne!(of(-17), of(17));
    }
}
