//! What is measured of a phrase, and the weights with which it makes the score.
//!
//! F1@10 over four labelled sets of three languages: .300 on the sets themselves, .293 in five folds, .262
//! on each set with the weights of the other three.

use super::{Outline, Seen, Token};

/// What is measured of a phrase: by itself, and against the text and its length.
pub type Measures = [f32; ITSELF + AGAINST];
const ITSELF: usize = 27;
const AGAINST: usize = 27;

/// Natural logarithm of the words of a middling text.
const SIZE_MIDDLE: f32 = 6.0;

/// A phrase in its text.
struct Look<'o> {
    outline: &'o Outline<'o>,
    run: &'o [Token<'o>],
    seen: &'o Seen,
    count: f32,
    first: f32,
    several: f32,
    capital: f32,
    left: f32,
    right: f32,
    /// Of its words that are no stop words.
    rare: Spread,
    /// Letters of its words, in tens.
    letters: Spread,
}

impl Outline<'_> {
    /// `rarities` by stem; `sentences` of the text.
    pub(super) fn measures(
        &self,
        stems: &[u32],
        seen: &Seen,
        rarities: &[f32],
        sentences: f32,
    ) -> Measures {
        let run = &self.tokens[seen.first..seen.first + stems.len()];
        let count = seen.count as f32;
        let content = run.iter().filter(|token| !token.stop);
        let letters = |token: &Token| token.written.chars().count() as f32 / 10.0;
        let look = Look {
            outline: self,
            run,
            seen,
            count,
            first: seen.first as f32,
            several: is(run.len() > 1),
            capital: seen.capitals as f32 / count,
            left: seen.left as f32 / count,
            right: seen.right as f32 / count,
            rare: Spread::over(content.map(|token| rarities[token.stem as usize])),
            letters: Spread::over(run.iter().map(letters)),
        };
        let mut measures = [0.0; ITSELF + AGAINST];
        measures[..ITSELF].copy_from_slice(&look.itself(rarities, sentences));
        measures[ITSELF..].copy_from_slice(&look.against_text());
        measures
    }
}

impl Look<'_> {
    fn itself(&self, rarities: &[f32], sentences: f32) -> [f32; ITSELF] {
        let (run, seen, rare) = (self.run, self.seen, &self.rare);
        let place = self.first / self.outline.tokens.len() as f32;
        let content = || run.iter().filter(|token| !token.stop);
        let ln = |token: &Token| (1.0 + self.outline.count(token)).ln();
        let often = Spread::over(content().map(ln));
        let both = Spread::over(content().map(|token| ln(token) * rarities[token.stem as usize]));
        let digit = |token: &Token| token.written.starts_with(|c: char| c.is_ascii_digit());
        [
            is(run.len() == 1),
            is(run.len() == 2),
            is(run.len() == 3),
            is(run.len() == 4),
            self.count.ln(),
            (1.0 + self.first).ln(),
            place,
            (-5.0 * place).exp(),
            run.iter().filter(|token| token.stop).count() as f32,
            self.capital,
            self.capital * self.several,
            is(seen.acronym),
            rare.mean,
            rare.min,
            rare.max,
            often.mean,
            often.min,
            often.max,
            self.left,
            self.right,
            self.left * self.right,
            seen.sentences as f32 / sentences,
            self.count.ln() * rare.mean,
            is(run.iter().any(digit)),
            self.letters.mean,
            self.several * (self.count + 1.0).ln(),
            both.mean,
        ]
    }

    fn against_text(&self) -> [f32; AGAINST] {
        let (run, seen, several) = (self.run, self.seen, self.several);
        let (begin, end) = (&run[0], &run[run.len() - 1]);
        let tokens = self.outline.tokens.len() as f32;
        let size = tokens.ln() - SIZE_MIDDLE;
        let share = |part: usize| part as f32 / self.count;
        let beside = |token: &Token| self.outline.beside[token.stem as usize];
        let counts = || {
            let content = run.iter().filter(|token| !token.stop);
            content.map(|token| self.outline.count(token))
        };
        let large = |token: &&Token| token.capital && !token.opens;
        let capitals = run.iter().filter(large).count();
        [
            size * several,
            size * run.len() as f32,
            size * self.capital,
            size * self.left * self.right,
            size * self.count.ln(),
            self.count / counts().fold(f32::MAX, f32::min),
            self.count / counts().fold(1.0, f32::max),
            share(seen.alone),
            share(seen.alone) * self.capital,
            is(begin.sentence == self.outline.tokens[0].sentence),
            seen.last as f32 / tokens,
            (seen.last - seen.first) as f32 / tokens,
            beside(begin)[0],
            beside(end)[1],
            beside(begin)[2],
            beside(end)[2],
            share(seen.articles),
            share(seen.ends),
            is(seen.count == 1),
            is(seen.count == 1) * several,
            several * is(capitals > 0 && capitals < run.len()),
            (1.0 + self.first).ln() * several,
            self.letters.min,
            self.letters.max,
            end.written.chars().count() as f32 / 10.0,
            self.rare.min * several,
            self.rare.mean * self.capital,
        ]
    }
}

fn is(yes: bool) -> f32 {
    f32::from(u8::from(yes))
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
