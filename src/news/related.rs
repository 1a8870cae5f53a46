//! Related stories: others that share with a story what is rare.

use crate::news::StoryId;
use crate::text::vector::{Vector, Weighted};
use std::collections::BTreeMap;

/// A term is rare from this weight on: it stands in less than one article of twenty.
const RARE_IDF_MIN: f32 = 3.0;
/// Rare terms that a related story shares.
const SHARED_RARE_MIN: usize = 2;
/// Cosine over the rare terms that a related story reaches.
const COSINE_MIN: f32 = 0.1;

/// One vector for several articles: their counts added up.
pub fn sum<'a>(vectors: impl Iterator<Item = &'a Vector>) -> Vector {
    let mut sums: BTreeMap<u32, Weighted> = BTreeMap::new();
    for weighted in vectors.flat_map(|vector| &vector.0) {
        sums.entry(weighted.term)
            .and_modify(|sum| {
                sum.all = sum.all.saturating_add(weighted.all);
                sum.lead = sum.lead.saturating_add(weighted.lead);
                sum.caps = sum.caps.saturating_add(weighted.caps);
                sum.title = sum.title.saturating_add(weighted.title);
            })
            .or_insert(*weighted);
    }
    Vector(sums.into_values().collect())
}

/// The candidates that are related to the story, nearest first, with how near (0 to 1). `idf` is
/// ln(articles / articles with the term).
pub fn rank(
    story: &Vector,
    candidates: &[(StoryId, Vector)],
    idf: impl Fn(u32) -> f32,
) -> Vec<(StoryId, f32)> {
    let own = rare(story, &idf);
    let mut ranked: Vec<(StoryId, f32)> = candidates
        .iter()
        .filter_map(|(id, vector)| Some((*id, nearness(&own, &rare(vector, &idf))?)))
        .collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| b.0.cmp(&a.0)));
    ranked
}

/// The rare terms with their weights, sorted by term.
fn rare(vector: &Vector, idf: impl Fn(u32) -> f32) -> Vec<(u32, f32)> {
    let weigh = |weighted: &Weighted| {
        let idf = idf(weighted.term);
        let weight = (1.0 + f32::from(weighted.all.max(1)).ln()) * idf;
        (idf >= RARE_IDF_MIN).then_some((weighted.term, weight))
    };
    vector.0.iter().filter_map(weigh).collect()
}

fn nearness(own: &[(u32, f32)], other: &[(u32, f32)]) -> Option<f32> {
    let mut dot = 0.0;
    let mut shared = 0;
    for (term, weight) in own {
        if let Ok(at) = other.binary_search_by_key(term, |(term, _)| *term) {
            dot += weight * other[at].1;
            shared += 1;
        }
    }
    let length =
        |terms: &[(u32, f32)]| terms.iter().map(|(_, weight)| weight * weight).sum::<f32>();
    let cosine = dot / (length(own) * length(other)).sqrt();
    (shared >= SHARED_RARE_MIN && cosine >= COSINE_MIN).then_some(cosine)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{terms, vector};

    fn of(text: &str) -> Vector {
        Vector::of("", text, None)
    }

    #[test]
    fn what_is_rare_relates_and_what_is_common_does_not() {
        let common: Vec<u32> = ["minister", "city"]
            .map(|word| vector::hash(&terms::stem(word, None)))
            .to_vec();
        let idf = |term: u32| if common.contains(&term) { 1.0 } else { 6.0 };
        let story = sum([
            of("The minister opened the Lindholm ferry"),
            of("Lindholm ferry city"),
        ]
        .iter());
        let candidates = [
            (StoryId(1), of("A minister left the city")),
            (
                StoryId(2),
                of("The Lindholm ferry sank in the bay off Avel"),
            ),
            (StoryId(3), of("Lindholm votes")),
            (StoryId(4), of("Ferry from Lindholm")),
            (StoryId(5), Vector::default()),
        ];
        let ranked: Vec<i64> = rank(&story, &candidates, idf)
            .iter()
            .map(|(id, _)| id.0)
            .collect();
        assert_eq!(ranked, [4, 2]);
    }

    #[test]
    fn sums_add_up_and_stay_sorted() {
        let both = sum([of("ferry ferry bay"), of("ferry")].iter());
        assert_eq!(both.get(vector::hash("ferri")).unwrap().all, 3);
        assert!(both.0.windows(2).all(|pair| pair[0].term < pair[1].term));
        assert_eq!(sum([].iter()), Vector::default());
    }
}
