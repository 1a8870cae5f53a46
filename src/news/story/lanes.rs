//! Four numbers that the machine works on at once: one for each part of an article, and one besides.
//! Written out lane by lane, which the compiler turns into single instructions.

use super::lexicon::PARTS;

/// The lane that is no part's.
pub const BESIDE: usize = PARTS;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(align(16))]
pub struct Lanes(pub [f32; PARTS + 1]);

impl Lanes {
    pub const ZERO: Self = Self([0.0; PARTS + 1]);

    /// The same number in all lanes.
    #[inline(always)]
    pub fn all(number: f32) -> Self {
        Self([number; PARTS + 1])
    }

    #[inline(always)]
    fn zip(self, other: Self, of: impl Fn(f32, f32) -> f32) -> Self {
        let (Self([a, b, c, d]), Self([e, f, g, h])) = (self, other);
        Self([of(a, e), of(b, f), of(c, g), of(d, h)])
    }

    #[inline(always)]
    pub fn plus(self, other: Self) -> Self {
        self.zip(other, |a, b| a + b)
    }

    #[inline(always)]
    pub fn minus(self, other: Self) -> Self {
        self.zip(other, |a, b| a - b)
    }

    #[inline(always)]
    pub fn times(self, other: Self) -> Self {
        self.zip(other, |a, b| a * b)
    }

    /// The lesser of each two, none of which is a NaN.
    #[inline(always)]
    pub fn min(self, other: Self) -> Self {
        self.zip(other, |a, b| if a < b { a } else { b })
    }

    /// The greater of each two, none of which is a NaN.
    #[inline(always)]
    pub fn max(self, other: Self) -> Self {
        self.zip(other, |a, b| if a > b { a } else { b })
    }
}
