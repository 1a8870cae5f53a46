//! What is measured of a phrase, and the weights with which it makes the score.

use super::{Outline, Seen};

/// What is measured of a phrase.
pub const MEASURES: usize = 54;
pub type Measures = [f32; MEASURES];

impl Outline<'_> {
    pub(super) fn measures(
        &self,
        stems: &[u32],
        seen: &Seen,
        rarities: &[f32],
        sentences: f32,
    ) -> Measures {
        let run = &self.tokens[seen.first..seen.first + stems.len()];
        let (begin, end) = (&run[0], &run[run.len() - 1]);
        let count = seen.count as f32;
        let tokens = self.tokens.len() as f32;
        let first = seen.first as f32;
        let place = first / tokens;
        let share = |part: usize| part as f32 / count;
        let is = |yes: bool| f32::from(u8::from(yes));
        let several = is(run.len() > 1);
        let capital = share(seen.capitals);
        let (left, right) = (share(seen.left), share(seen.right));
        let content = || run.iter().filter(|token| !token.stop);
        let rare = Spread::over(content().map(|token| rarities[token.stem as usize]));
        let often = Spread::over(content().map(|token| (1.0 + self.count(token)).ln()));
        let both = Spread::over(
            content().map(|token| (1.0 + self.count(token)).ln() * rarities[token.stem as usize]),
        );
        let letters = Spread::over(
            run.iter()
                .map(|token| token.written.chars().count() as f32 / 10.0),
        );
        let size = tokens.ln() - 6.0;
        let word = |token: &super::Token| self.beside[token.stem as usize];
        let (of_first, of_last) = (word(begin), word(end));
        let min_count = content()
            .map(|token| self.count(token))
            .fold(f32::MAX, f32::min);
        let max_count = content().map(|token| self.count(token)).fold(1.0, f32::max);
        let capitals = run
            .iter()
            .filter(|token| token.capital && !token.opens)
            .count();
        [
            is(run.len() == 1),
            is(run.len() == 2),
            is(run.len() == 3),
            is(run.len() == 4),
            count.ln(),
            (1.0 + first).ln(),
            place,
            (-5.0 * place).exp(),
            run.iter().filter(|token| token.stop).count() as f32,
            capital,
            capital * several,
            is(seen.acronym),
            rare.mean,
            rare.min,
            rare.max,
            often.mean,
            often.min,
            often.max,
            left,
            right,
            left * right,
            seen.sentences as f32 / sentences,
            count.ln() * rare.mean,
            is(run
                .iter()
                .any(|token| token.written.starts_with(|c: char| c.is_ascii_digit()))),
            letters.mean,
            several * (count + 1.0).ln(),
            both.mean,
            // New.
            size * several,
            size * run.len() as f32,
            size * capital,
            size * left * right,
            size * count.ln(),
            count / min_count,
            count / max_count,
            share(seen.alone),
            share(seen.alone) * capital,
            is(begin.sentence == self.tokens[0].sentence),
            seen.last as f32 / tokens,
            (seen.last - seen.first) as f32 / tokens,
            of_first[0],
            of_last[1],
            of_first[2],
            of_last[2],
            share(seen.articles),
            share(seen.ends),
            is(seen.count == 1),
            is(seen.count == 1) * several,
            several * is(capitals > 0 && capitals < run.len()),
            (1.0 + first).ln() * several,
            letters.min,
            letters.max,
            end.written.chars().count() as f32 / 10.0,
            rare.min * several,
            rare.mean * capital,
        ]
    }
}

pub(super) fn score(measures: &Measures) -> f32 {
    WEIGHTS
        .iter()
        .zip(measures)
        .map(|(weight, measure)| weight * measure)
        .sum()
}

/// Made by `tools/keyphrases.py`.
const WEIGHTS: Measures = [
    -0.636, 1.248, 0.344, -0.669, 0.208, -0.423, -0.712, 1.432, -1.277, -0.008, 0.565, 0.085,
    0.312, 2.536, -0.727, 1.167, 0.657, 1.004, 0.406, 0.683, 0.718, 0.631, 2.145, -1.232, 1.138,
    0.431, 0.120, 0.890, -0.090, -0.450, -0.082, -0.621, -1.249, 0.409, 1.595, 1.959, 0.205,
    -0.637, 0.292, 0.636, 0.571, 0.160, 0.452, 1.302, 0.671, -0.847, -0.634, -0.066, -0.007, 2.065,
    0.226, 0.623, -0.773, -0.668,
];

struct Spread {
    mean: f32,
    min: f32,
    max: f32,
}

impl Spread {
    fn over(values: impl Iterator<Item = f32>) -> Self {
        let (mut sum, mut count, mut min, mut max) = (0.0, 0.0, f32::MAX, f32::MIN);
        for value in values {
            sum += value;
            count += 1.0;
            min = min.min(value);
            max = max.max(value);
        }
        Self {
            mean: sum / f32::max(count, 1.0),
            min,
            max,
        }
    }
}
