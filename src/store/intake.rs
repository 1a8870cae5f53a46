//! The intake: what each entry of a batch of readings is (known, edited or new) and what is to be
//! written for it. Pure: it works on what was loaded for the whole batch, and ends in a [`Plan`].

use super::recognise::{self, Candidate, Clue, Keys};
use crate::clock::{MINUTE, Millis};
use crate::news::article::ARTICLE_SEQUENCE_BITS;
use crate::news::{ArticleId, Entry};
use crate::text::vector::Indexed;
use std::collections::{BTreeMap, HashMap, HashSet};

/// A date further ahead than this is taken for none.
const AHEAD_MAX: Millis = 15 * MINUTE;
/// 1990: an earlier date is taken for none.
const PUBLISHED_MIN: Millis = 631_152_000_000;

/// An entry with what is computed and loaded for it.
pub(super) struct Prepared {
    /// Which reading of the batch brought it.
    pub reading: usize,
    pub source: i64,
    pub at: Millis,
    pub entry: Entry,
    pub outlet: i64,
    pub keys: Keys,
    /// Stored articles that share a hash, the surest clue first.
    pub candidates: Vec<(Clue, i64)>,
    /// None where they are not expected to be written.
    pub words: Option<Indexed>,
}

/// How a source carries an article.
#[derive(Clone, Copy)]
pub(super) struct Carried {
    pub mark: i64,
    pub guid: Option<i64>,
}

/// The wording that an article has.
pub(super) struct Wording {
    pub title: String,
    pub text: String,
    pub worded_by: i64,
}

/// What is known before the first entry is looked at.
#[derive(Default)]
pub(super) struct Known {
    /// By source and article.
    pub carried: HashMap<(i64, i64), Carried>,
    pub wordings: HashMap<i64, Wording>,
    /// The last id given out in a moment, if any; every moment that a new article may fall in.
    pub last_ids: HashMap<Millis, Option<i64>>,
}

/// What is to be written, in the order of ids.
#[derive(Default)]
pub(super) struct Plan {
    /// New articles and how they were first worded: (index of the prepared entry).
    pub new: BTreeMap<i64, usize>,
    /// Stored articles that are worded anew.
    pub edited: BTreeMap<i64, usize>,
    /// Index of the entry that gives each of these its words in the end.
    pub words: BTreeMap<i64, usize>,
    pub carried: Vec<(i64, usize)>,
    /// Articles and the entries whose hashes they are recognised by.
    pub clues: Vec<(i64, usize)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    New,
    Edited,
    None,
}

#[derive(Default)]
pub(super) struct Intake {
    known: Known,
    /// Articles that an entry of this reading was found to be: a second one changes nothing.
    claimed: HashSet<(usize, i64)>,
    /// New articles by outlet and hash.
    fresh: HashMap<(i64, i64), Vec<i64>>,
    pub plan: Plan,
}

impl Prepared {
    /// The article that its source carried with this very title and text.
    pub fn as_before(&self, carried: &HashMap<(i64, i64), Carried>) -> Option<i64> {
        let is_same = |article: &i64| {
            carried
                .get(&(self.source, *article))
                .is_some_and(|carried| carried.mark == self.keys.mark)
        };
        self.candidates
            .iter()
            .map(|(_, article)| *article)
            .find(is_same)
    }

    /// When it counts as published: never later than seen, and when seen if its date is none.
    pub fn published_at(&self) -> Millis {
        match self.entry.published {
            Some(at) if (PUBLISHED_MIN..=self.at + AHEAD_MAX).contains(&at) => at.min(self.at),
            _ => self.at,
        }
    }
}

impl Intake {
    pub fn new(known: Known) -> Self {
        Self {
            known,
            ..Self::default()
        }
    }

    /// Takes in the entry at `index` of the batch.
    pub fn take(&mut self, index: usize, prepared: &Prepared) -> Change {
        if let Some(article) = prepared.as_before(&self.known.carried) {
            self.claimed.insert((prepared.reading, article));
            return Change::None;
        }
        let Some(article) = self.recognise(prepared) else {
            return self.add(index, prepared);
        };
        if !self.claimed.insert((prepared.reading, article)) {
            return Change::None;
        }
        self.carry(article, index, prepared);
        let wording = self
            .known
            .wordings
            .get_mut(&article)
            .expect("recognised by its wording");
        let stored = Candidate {
            title: &wording.title,
            text: &wording.text,
            guid: None,
        };
        if !recognise::rewords(
            &prepared.entry,
            &stored,
            wording.worded_by == prepared.source,
        ) {
            return Change::None;
        }
        *wording = Wording::of(prepared);
        if !self.plan.new.contains_key(&article) {
            self.plan.edited.insert(article, index);
        }
        self.plan.words.insert(article, index);
        self.plan.clues.push((article, index));
        Change::Edited
    }

    fn recognise(&self, prepared: &Prepared) -> Option<i64> {
        let fresh = prepared.keys.clues.iter().flat_map(|(clue, hash)| {
            let articles = self
                .fresh
                .get(&(prepared.outlet, *hash))
                .map(Vec::as_slice)
                .unwrap_or_default();
            articles.iter().map(move |article| (*clue, *article))
        });
        let is_same = |(clue, article): &(Clue, i64)| {
            self.known.wordings.get(article).is_some_and(|wording| {
                let guid = self
                    .known
                    .carried
                    .get(&(prepared.source, *article))
                    .and_then(|carried| carried.guid);
                let candidate = Candidate {
                    title: &wording.title,
                    text: &wording.text,
                    guid,
                };
                recognise::is_same(*clue, &prepared.entry, prepared.keys.guid, &candidate)
            })
        };
        prepared
            .candidates
            .iter()
            .copied()
            .chain(fresh)
            .find(is_same)
            .map(|(_, article)| article)
    }

    fn add(&mut self, index: usize, prepared: &Prepared) -> Change {
        // A moment without a free number (a million articles of one default date) is passed over.
        let moments = [prepared.published_at(), prepared.at];
        let Some(article) = moments.into_iter().find_map(|at| self.next_id(at)) else {
            return Change::None;
        };
        self.plan.new.insert(article, index);
        self.plan.words.insert(article, index);
        self.plan.clues.push((article, index));
        self.carry(article, index, prepared);
        self.claimed.insert((prepared.reading, article));
        self.known.wordings.insert(article, Wording::of(prepared));
        for (_, hash) in &prepared.keys.clues {
            self.fresh
                .entry((prepared.outlet, *hash))
                .or_default()
                .push(article);
        }
        Change::New
    }

    fn next_id(&mut self, at: Millis) -> Option<i64> {
        let first = ArticleId::first_at(at).0;
        let last = self.known.last_ids.entry(at).or_default();
        let next = last.map_or(first, |last| last + 1);
        if next >= first + (1 << ARTICLE_SEQUENCE_BITS) {
            return None;
        }
        *last = Some(next);
        Some(next)
    }

    fn carry(&mut self, article: i64, index: usize, prepared: &Prepared) {
        let carried = Carried {
            mark: prepared.keys.mark,
            guid: prepared.keys.guid,
        };
        self.known
            .carried
            .insert((prepared.source, article), carried);
        self.plan.carried.push((article, index));
    }
}

impl Wording {
    fn of(prepared: &Prepared) -> Self {
        let Entry { title, text, .. } = &prepared.entry;
        Self {
            title: title.clone(),
            text: text.clone(),
            worded_by: prepared.source,
        }
    }
}
