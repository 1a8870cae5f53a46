//! How alike two articles are: cosines over all terms, over the lead and over names, and time.

use super::lanes::{BESIDE, Lanes};
use super::lexicon::{ALL, CAPS, Held, LEAD, PARTS, Scale, Terms};
use crate::clock::Millis;
use std::sync::LazyLock;

/// Similarities are kept as whole parts of this, so that sums of them do not depend on order.
pub const SIMILARITY_SCALE: f32 = 16_384.0;
/// A pair that is less alike is forgotten.
const SIMILARITY_MIN: f32 = 0.02;
/// Hours after which two articles count as less alike by the factor e.
const HOURS_FADE: f32 = 120.0;
/// However far apart in time, they keep this share.
const TIME_FACTOR_MIN: f32 = 0.6;
/// Without a name in common they keep this share.
const NAMES_FACTOR_MIN: f32 = 0.7;
/// Cosine over names from which on they keep all of it.
const NAMES_COSINE_FULL: f32 = 0.15;
/// Weights of the cosines over all terms, the lead and, where both have names, the names.
const ALL_SHARE: f32 = 0.5;
const NAMES_SHARE: f32 = 0.1;
/// Short texts share fewer words by chance and by report alike: a pair counts for more, the fewer
/// words the shorter text has below so many, by this power.
const WORDS_FULL: f32 = 200.0;
const WORDS_POWER: f32 = 0.12;
/// Words that the shortest text is taken to have.
const WORDS_MIN: f32 = 4.0;
/// What the product of cosines and factors is raised to, and multiplied by.
const LIKENESS_POWER: f32 = 1.5;
const LIKENESS_FACTOR: f32 = 3.0;
const HOUR_MS: f32 = 3_600_000.0;
/// A product under this makes a pair less alike than [`SIMILARITY_MIN`]: a little less than the
/// power would say, so that the power is worked out only where it may matter.
const PRODUCT_MIN: f32 = 0.035;

/// How much more a pair counts by its shortness, by the words of the shorter text.
static SHORTNESS: LazyLock<[f32; WORDS_FULL as usize + 1]> = LazyLock::new(|| {
    std::array::from_fn(|words| {
        (WORDS_FULL / (words as f32).clamp(WORDS_MIN, WORDS_FULL)).powf(WORDS_POWER)
    })
});

/// 1 + ln(count), by count.
static COUNT_WEIGHTS: LazyLock<[f32; 256]> = LazyLock::new(|| {
    std::array::from_fn(|count| {
        if count == 0 {
            0.0
        } else {
            1.0 + (count as f32).ln()
        }
    })
});

/// Bits of a shape for the counts in all, lead and names; greater counts have no shape.
const SHAPE_BITS: [u32; PARTS] = [4, 2, 2];
/// Of counts that have no shape: no term stands nowhere.
pub const NO_SHAPE: u8 = 0;

/// Counts in a byte, as nearly all of them fit in one: their weights are then in a table.
pub fn shape(counts: [u8; PARTS]) -> u8 {
    let mut shape = 0;
    for (count, bits) in counts.into_iter().zip(SHAPE_BITS) {
        if u32::from(count) >> bits > 0 {
            return NO_SHAPE;
        }
        shape = shape << bits | count;
    }
    shape
}

/// The weights of counts, by shape; beside them stands a one.
static SHAPE_WEIGHTS: LazyLock<[Lanes; 256]> = LazyLock::new(|| {
    std::array::from_fn(|shape| {
        let [_, lead, caps] = SHAPE_BITS;
        let part = |shift: u32, bits: u32| COUNT_WEIGHTS[shape >> shift & ((1 << bits) - 1)];
        let all = part(lead + caps, SHAPE_BITS[ALL]);
        Lanes([all, part(caps, lead), part(0, caps), 1.0])
    })
});

/// The weights of counts.
pub fn count_weights() -> &'static [f32; 256] {
    &COUNT_WEIGHTS
}

/// The weight of a count.
pub fn count_weight(count: u8) -> f32 {
    COUNT_WEIGHTS[usize::from(count)]
}

/// What two articles have in common.
#[derive(Clone, Copy, Debug)]
pub struct Common {
    /// How many terms stand in both.
    pub terms: u32,
    /// Cosine in each part, none where one article has nothing to compare.
    pub cosines: [Option<f32>; PARTS],
}

/// The weights of one article's terms, to be found by term number, to hold others against.
#[derive(Default)]
pub struct Yardstick {
    /// Where a term's weights stand, by its number: two bytes each, as all of them are to stay in the
    /// machine's nearer memory. Zero for what the article does not hold.
    places: Vec<u16>,
    /// Those of no term first. Beside the parts stands what makes a one of what stands beside the
    /// term's weights in another article: so are the terms counted that both have.
    weights: Vec<Lanes>,
    norms: Lanes,
}

impl Yardstick {
    /// Lays out an article; [`Yardstick::clear`] takes it away again.
    pub fn lay(&mut self, terms: &[Held], numbers_end: usize, scale: Scale<'_>) {
        if self.places.len() < numbers_end {
            self.places.resize(numbers_end, 0);
        }
        self.weights.clear();
        self.weights.push(Lanes::ZERO);
        let mut norms = Lanes::ZERO;
        for held in terms {
            let weights = scale.idf(held.number).times(weights(held));
            norms = norms.plus(weights.times(weights));
            let [all, lead, caps, beside] = weights.0;
            // An article has far fewer terms than there are places.
            self.places[held.number as usize] = self.weights.len() as u16;
            self.weights.push(Lanes([all, lead, caps, 1.0 / beside]));
        }
        self.norms = norms;
    }

    pub fn clear(&mut self, terms: &[Held]) {
        for held in terms {
            self.places[held.number as usize] = 0;
        }
    }

    /// The weight of a term of the article that is laid out.
    pub fn weight(&self, number: u32) -> f32 {
        self.own(number).0[ALL]
    }

    #[inline(always)]
    fn own(&self, number: u32) -> Lanes {
        self.weights[usize::from(self.places[number as usize])]
    }

    /// Length of the article that is laid out, over all its terms.
    pub fn norm(&self) -> f32 {
        self.norms.0[ALL].sqrt()
    }

    /// What the other article and the one laid out have in common.
    pub fn compare(&self, other: &Terms, scale: Scale<'_>) -> Common {
        let shapes = &*SHAPE_WEIGHTS;
        let (mut dots, mut norms) = (Lanes::ZERO, Lanes::ZERO);
        let (shaped, shapeless) = other.parts();
        for held in shaped {
            let counts = shapes[usize::from(held.shape)];
            let weights = scale.idf(held.number).times(counts);
            norms = norms.plus(weights.times(weights));
            dots = dots.plus(weights.times(self.own(held.number)));
        }
        for held in shapeless {
            let weights = scale.idf(held.number).times(weights(held));
            norms = norms.plus(weights.times(weights));
            dots = dots.plus(weights.times(self.own(held.number)));
        }
        let norms = norms.times(self.norms);
        let cosines = [ALL, LEAD, CAPS]
            .map(|part| (norms.0[part] > 0.0).then(|| dots.0[part] / norms.0[part].sqrt()));
        let terms = dots.0[BESIDE].round() as u32;
        Common { terms, cosines }
    }

    pub fn bytes(&self) -> usize {
        self.places.capacity() * 2 + self.weights.capacity() * size_of::<Lanes>()
    }
}

/// The weights of a term's counts; beside them stands a one.
fn weights(held: &Held) -> Lanes {
    let [all, lead, caps] = held.counts.map(count_weight);
    Lanes([all, lead, caps, 1.0])
}

/// What is held against the other article besides terms.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// Publication; ≤ 0 is unknown.
    pub at: Millis,
    /// Words counted.
    pub words: u32,
}

/// The pair similarity, in parts of [`SIMILARITY_SCALE`]; none when the pair is to be forgotten.
pub fn similarity(cosines: [Option<f32>; PARTS], own: Frame, other: Frame) -> Option<u16> {
    let (all, lead) = (cosines[ALL].unwrap_or(0.0), cosines[LEAD].unwrap_or(0.0));
    let text = ALL_SHARE * all + (1.0 - ALL_SHARE) * lead;
    let (text, names) = match cosines[CAPS] {
        None => (text, 1.0),
        Some(cosine) => (
            (1.0 - NAMES_SHARE) * text + NAMES_SHARE * cosine,
            NAMES_FACTOR_MIN + (1.0 - NAMES_FACTOR_MIN) * (cosine / NAMES_COSINE_FULL).min(1.0),
        ),
    };
    let shortness = SHORTNESS[own.words.min(other.words).min(WORDS_FULL as u32) as usize];
    let product = text * names * shortness * time_factor(own.at, other.at);
    if product < PRODUCT_MIN {
        return None;
    }
    let s = LIKENESS_FACTOR * product.powf(LIKENESS_POWER);
    (s >= SIMILARITY_MIN).then(|| {
        (s * SIMILARITY_SCALE)
            .round()
            .clamp(0.0, f32::from(u16::MAX)) as u16
    })
}

fn time_factor(at: Millis, other_at: Millis) -> f32 {
    if at <= 0 || other_at <= 0 {
        return 1.0;
    }
    let hours = at.abs_diff(other_at) as f32 / HOUR_MS;
    (-hours / HOURS_FADE).exp().max(TIME_FACTOR_MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Millis = 86_400_000;

    #[test]
    fn time_weakens_a_pair_but_never_parts_it() {
        assert_eq!(time_factor(DAY, DAY), 1.0);
        assert!(time_factor(DAY, 2 * DAY) < 0.83);
        assert_eq!(time_factor(DAY, 400 * DAY), TIME_FACTOR_MIN);
        assert_eq!(time_factor(0, 400 * DAY), 1.0);
        assert_eq!(time_factor(Millis::MIN, Millis::MAX), 1.0);
    }

    fn framed(cosines: [Option<f32>; PARTS], words: u32, other_words: u32) -> Option<u16> {
        let frame = |words| Frame { at: 0, words };
        similarity(cosines, frame(words), frame(other_words))
    }

    #[test]
    fn names_in_common_count_where_both_have_names() {
        let with = |caps| framed([Some(0.4), Some(0.4), caps], 300, 300).unwrap();
        assert!(with(Some(0.0)) < with(Some(0.1)));
        assert_eq!(with(Some(0.4)), with(None));
        assert_eq!(framed([Some(0.01), None, None], 300, 300), None);
        assert_eq!(framed([Some(1.0), Some(1.0), None], 300, 300), Some(49_152));
    }

    #[test]
    fn a_pair_with_a_short_text_counts_for_more() {
        let with = |words, other| framed([Some(0.4), Some(0.4), None], words, other).unwrap();
        assert!(with(10, 300) > with(100, 300));
        assert_eq!(with(10, 300), with(300, 10));
        assert_eq!(with(0, 0), with(4, 300));
        assert_eq!(with(200, 200), with(9_000, 9_000));
    }
}
