//! What a story tells beyond its best sentences: where its outlets differ, and how it came about.

use super::{MATERIAL_MAX, QUOTES_SPAN_MS, material, newest, quote_line};
use crate::clock::{HOUR, Millis};
use crate::news::quote::{Material, Wanted};
use crate::news::{differ, quote};
use crate::page::story::{DifferLine, QuoteLine, TimeLine};
use crate::store::Sighting;
use std::collections::BTreeMap;

/// Differences that an answer shows of a story.
const DIFFERS_MAX: usize = 2;
/// Part of a story's time of which the card says one sentence, and how many such parts.
const TIMELINE_SPAN_MS: Millis = 12 * HOUR;
const TIMELINE_MAX: usize = 4;

/// What the outlets of the story's recent articles give differently.
pub(super) fn differs(sightings: &[Sighting]) -> Vec<DifferLine> {
    let newest = newest(sightings);
    let mut recent: Vec<&Sighting> = sightings
        .iter()
        .filter(|sighting| newest - sighting.article.at() <= QUOTES_SPAN_MS)
        .collect();
    recent.sort_by_key(|sighting| std::cmp::Reverse((sighting.article.at(), sighting.article.id)));
    recent.truncate(differ::ARTICLES_MAX);
    let several = |sighting: &&Sighting| sighting.article.outlet != recent[0].article.outlet;
    if !recent.iter().any(several) {
        return Vec::new();
    }
    let material: Vec<Material<'_>> = recent
        .iter()
        .enumerate()
        .map(|(index, sighting)| material(index, sighting))
        .collect();
    let line = |side: &differ::Side| {
        let sighting = recent.get(side.article)?;
        let value = sighting.article.text.get(side.value.clone())?;
        Some((value.to_owned(), quote_line(sighting, &side.sentence)?))
    };
    differ::differences(&material)
        .iter()
        .filter_map(|found| {
            let ((one, first), (other, second)) = (line(&found.a)?, line(&found.b)?);
            Some(DifferLine {
                values: [one, other],
                quotes: [first, second],
            })
        })
        .take(DIFFERS_MAX)
        .collect()
}

/// How the story came to its newest reports: the best sentence of each half day before them.
pub fn timeline(sightings: &[Sighting], told: &[QuoteLine]) -> Vec<TimeLine> {
    let newest = newest(sightings);
    let mut spans: BTreeMap<Millis, Vec<&Sighting>> = BTreeMap::new();
    for sighting in sightings.iter().filter(|one| !one.article.text.is_empty()) {
        let span = (newest - sighting.article.at()) / TIMELINE_SPAN_MS;
        if span > 0 {
            let of_span = spans.entry(-span).or_default();
            if of_span.len() < MATERIAL_MAX {
                of_span.push(sighting);
            }
        }
    }
    let mut lines: Vec<TimeLine> = Vec::new();
    for of_span in spans.values() {
        let material: Vec<Material<'_>> = of_span
            .iter()
            .enumerate()
            .map(|(index, sighting)| material(index, sighting))
            .collect();
        let quotes = quote::select(&material, Wanted::Sentences(1));
        let found = quotes.first().and_then(|quote| {
            let sighting = of_span.get(quote.article)?;
            Some((sighting.article.at(), quote_line(sighting, &quote.range)?))
        });
        let Some((at, quote)) = found else { continue };
        let shown = told.iter().chain(lines.iter().map(|line| &line.quote));
        if shown
            .into_iter()
            .all(|other| other.sentence != quote.sentence)
        {
            lines.push(TimeLine { at, quote });
        }
    }
    // The first report says how it began, the last ones what came of it.
    if lines.len() > TIMELINE_MAX {
        let dropped = 1..lines.len() + 1 - TIMELINE_MAX;
        lines.drain(dropped);
    }
    lines
}
