//! Whether a story is two: look-alike events, such as two earthquakes in one region, share enough
//! words to be joined one by one, but once some reports of each are there, both are far denser in
//! themselves than the bond between them.

use std::ops::RangeInclusive;

/// Articles that each part must have.
const PART_ARTICLES_MIN: usize = 6;
/// Sizes of stories that are looked at; the work grows with the square to cube of the size.
pub const SIZES: RangeInclusive<usize> = 2 * PART_ARTICLES_MIN..=64;
/// Two parts stay apart while the mean similarity across is below this share of the (geometric)
/// mean similarity within them.
const ACROSS_SHARE_MAX: f64 = 0.55;

/// Similarities of all pairs among the articles of a story, and later among parts of it: sums.
pub struct Masses {
    size: usize,
    across: Vec<u64>,
}

impl Masses {
    pub fn new(size: usize) -> Self {
        Self {
            size,
            across: vec![0; size * size],
        }
    }

    /// The similarity of two articles, both ways.
    pub fn set(&mut self, a: usize, b: usize, similarity: u16) {
        self.across[a * self.size + b] = u64::from(similarity);
        self.across[b * self.size + a] = u64::from(similarity);
    }

    fn across(&self, a: usize, b: usize) -> u64 {
        self.across[a * self.size + b]
    }

    /// Adds the sums of one part to those of another.
    fn fold(&mut self, from: usize, into: usize) {
        for other in 0..self.size {
            let sum = self.across(into, other) + self.across(from, other);
            self.across[into * self.size + other] = sum;
            self.across[other * self.size + into] = sum;
        }
    }
}

/// Some of the articles, while parts are being built up.
struct Part {
    /// Where its sums stand.
    place: usize,
    articles: Vec<usize>,
    /// Sum of the similarities within.
    within: u64,
}

/// The articles that belong with one of them: all of them, unless the story is two or more.
/// Average-link clustering, in which two parts of some size are not joined where the bond between
/// them is weak beside that within each.
pub fn part_of(mut masses: Masses, article: usize) -> Vec<usize> {
    let mut parts: Vec<Part> = (0..masses.size)
        .map(|place| Part {
            place,
            articles: vec![place],
            within: 0,
        })
        .collect();
    while let Some((a, b)) = nearest(&parts, &masses) {
        // The later part goes into the earlier one.
        let gone = parts.remove(b);
        let part = &mut parts[a];
        part.within += gone.within + masses.across(part.place, gone.place);
        part.articles.extend(gone.articles);
        masses.fold(gone.place, part.place);
    }
    let own = parts
        .into_iter()
        .find(|part| part.articles.contains(&article));
    own.map(|part| part.articles).unwrap_or_default()
}

/// The two parts with the highest mean similarity across, among those that may be joined.
fn nearest(parts: &[Part], masses: &Masses) -> Option<(usize, usize)> {
    let mut best: Option<(f64, (usize, usize))> = None;
    for (at, a) in parts.iter().enumerate() {
        for (beyond, b) in parts[at + 1..].iter().enumerate() {
            let across = masses.across(a.place, b.place);
            let mean = across as f64 / (a.articles.len() * b.articles.len()) as f64;
            let [one, other] = [a, b].map(|part| (part.articles.len(), part.within));
            if best.is_none_or(|(most, _)| mean > most) && !stay_apart(one, other, across) {
                best = Some((mean, (at, at + 1 + beyond)));
            }
        }
    }
    best.map(|(_, pair)| pair)
}

/// Whether two parts are two stories; of each its number of articles and the sum of the
/// similarities within, and the sum of those across.
pub fn stay_apart(a: (usize, u64), b: (usize, u64), across: u64) -> bool {
    if a.0.min(b.0) < PART_ARTICLES_MIN {
        return false;
    }
    let within = |(size, sum): (usize, u64)| sum as f64 / (size * (size - 1) / 2) as f64;
    let across = across as f64 / (a.0 * b.0) as f64;
    across < ACROSS_SHARE_MAX * (within(a) * within(b)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two groups of the given sizes, alternating while both last.
    fn groups(sizes: [usize; 2], within: u16, across: u16) -> (Masses, Vec<usize>) {
        let shorter = sizes[0].min(sizes[1]);
        let size = sizes[0] + sizes[1];
        let group = |n: usize| match n {
            n if n < 2 * shorter => n % 2,
            _ => usize::from(sizes[1] > sizes[0]),
        };
        let mut masses = Masses::new(size);
        for a in 0..size {
            for b in 0..a {
                let same = group(a) == group(b);
                masses.set(a, b, if same { within } else { across });
            }
        }
        (masses, (0..size).map(group).collect())
    }

    fn part(sizes: [usize; 2], within: u16, across: u16, article: usize) -> usize {
        let (masses, group) = groups(sizes, within, across);
        let part = part_of(masses, article);
        let all = part.len() == group.len();
        assert!(all || part.iter().all(|other| group[*other] == group[article]));
        part.len()
    }

    #[test]
    fn two_dense_groups_with_a_weak_bond_are_two() {
        assert_eq!(part([6, 6], 10_000, 5_000, 1), 6);
        assert_eq!(part([7, 20], 10_000, 5_000, 1), 20);
        assert_eq!(part([7, 20], 10_000, 5_000, 0), 7);
    }

    #[test]
    fn an_even_story_is_one_and_so_is_a_large_one_with_a_few_strays() {
        assert_eq!(part([6, 6], 10_000, 7_000, 1), 12);
        assert_eq!(part([5, 30], 10_000, 1_000, 0), 35);
        assert_eq!(part([6, 6], 0, 0, 0), 12);
        assert_eq!(part([1, 0], 0, 0, 0), 1);
    }
}
