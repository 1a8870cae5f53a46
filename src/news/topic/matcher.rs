//! Which of very many topics an article is about, without trying each.
//!
//! A topic is looked at where its rarest word, or another name for it, stands in the article, and
//! where what was learned about it reaches far enough; the rest of it is checked then. The answer is
//! the one that trying each topic would give. Words and names are kept once for all topics.

mod article;
mod lessons;
mod scene;
mod signs;

use super::{Collection, MATCH_SCORE_MIN, Profile, Standing, Topic};
pub use article::ArticleTerms;
use article::{Numbered, number};
use lessons::Lessons;
use scene::Scene;
use signs::{Keyed, NONE, Signs, Slots, enter, leave};
use std::cmp::Reverse;

/// Where nothing was learned about a topic its words alone decide: any score is enough.
const WORDS_SCORE_MIN: f32 = 0.0;

/// Topics by key, ready to be held against articles.
#[derive(Debug, Default)]
pub struct Matcher {
    signs: Signs,
    lessons: Lessons,
    entries: Slots<Entry>,
    /// By the number of the key.
    by_key: Numbered<u64, u32>,
}

/// A topic in a matcher, until it is removed; then the handle may be given to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handle(pub u32);

/// A topic that an article matches, and why.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    pub topic: Handle,
    /// Whether every word, or another name for it, and every phrase stands in the article.
    pub has_every_word: bool,
    /// How well its words fit, 0 to 1 (see [`super::Fit::score`]); 0 where one is missing.
    pub words: f32,
    /// How it stands to what was learned, where something was.
    pub standing: Option<Standing>,
    /// Which of the topic's words, then phrases, stand in the article: the first is the lowest bit.
    pub found: u32,
    /// Which of them stand in its title.
    pub in_title: u32,
    /// Which of them stand only by another name.
    pub by_name: u32,
}

impl Hit {
    /// What the decision rests on: words and profile where something was learned, else the words.
    pub fn score(&self) -> f32 {
        self.standing.map_or(self.words, |known| known.score())
    }

    /// The score to reach. An article with every word may stay below it: it is a hit all the same,
    /// so that it can be told why it was left out.
    pub fn bar(&self) -> f32 {
        match self.standing {
            Some(_) => MATCH_SCORE_MIN,
            None => WORDS_SCORE_MIN,
        }
    }
}

/// A topic, its words and names by number.
#[derive(Debug, Default)]
struct Entry {
    words: Words,
    /// What most topics have nothing of.
    more: Option<Box<More>>,
    /// [`NONE`] where nothing was learned.
    lesson: u32,
}

/// The words of a topic by number. Few of them lie in the entry itself, since to fetch them from
/// elsewhere is most of what looking at a topic costs.
#[derive(Debug)]
enum Words {
    Few(u8, [u32; WORDS_INSIDE]),
    Many(Box<[u32]>),
}

const WORDS_INSIDE: usize = 3;

impl Default for Words {
    fn default() -> Self {
        Self::Few(0, [NONE; WORDS_INSIDE])
    }
}

impl FromIterator<u32> for Words {
    fn from_iter<I: IntoIterator<Item = u32>>(words: I) -> Self {
        let mut inside = [NONE; WORDS_INSIDE];
        let all: Vec<u32> = words.into_iter().collect();
        match inside.get_mut(..all.len()) {
            Some(few) => {
                few.copy_from_slice(&all);
                Self::Few(all.len() as u8, inside)
            }
            None => Self::Many(all.into_boxed_slice()),
        }
    }
}

impl std::ops::Deref for Words {
    type Target = [u32];

    fn deref(&self) -> &[u32] {
        match self {
            Self::Few(count, inside) => &inside[..usize::from(*count)],
            Self::Many(all) => all,
        }
    }
}

#[derive(Debug, Default)]
struct More {
    aliases: Box<[OtherNames]>,
    phrases: Box<[Box<[u32]>]>,
    excluded: Box<[u32]>,
    excluded_phrases: Box<[Box<[u32]>]>,
}

#[derive(Debug)]
struct OtherNames {
    /// Indices of the words that name the place.
    of: Box<[usize]>,
    /// The same as far as vectors show them, each word by its first index.
    of_shown: Box<[usize]>,
    names: u32,
}

impl Entry {
    fn aliases(&self) -> &[OtherNames] {
        self.more.as_ref().map_or(&[], |more| &more.aliases)
    }

    fn phrases(&self) -> &[Box<[u32]>] {
        self.more.as_ref().map_or(&[], |more| &more.phrases)
    }
}

impl Matcher {
    pub fn new() -> Self {
        Self::default()
    }

    /// How many topics there are.
    pub fn len(&self) -> usize {
        self.by_key.len()
    }

    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }

    /// Adds a topic with what was learned about it. A topic of the same key is replaced and keeps
    /// its handle. A topic without words, which cannot be typed, matches nothing.
    pub fn insert(&mut self, topic: &Topic, profile: Option<&Profile>) -> Handle {
        let key = number(&topic.key);
        let entry = self.entry(topic);
        let at = match self.by_key.get(&key) {
            Some(&at) => {
                // The new words are in use before the old ones are given up, so most stay.
                let old = std::mem::replace(self.entries.get_mut(at), entry);
                self.let_go(at, &old);
                at
            }
            None => self.entries.add(entry),
        };
        self.by_key.insert(key, at);
        let lesson = profile.map_or(NONE, |profile| self.lessons.add(at, profile));
        self.entries.get_mut(at).lesson = lesson;
        self.lead_to(at);
        Handle(at)
    }

    pub fn remove(&mut self, key: &str) {
        if let Some(at) = self.by_key.remove(&number(key)) {
            let entry = self.entries.take(at);
            self.let_go(at, &entry);
        }
    }

    /// Every topic that the article matches, in no particular order: by all its words, or by what
    /// was learned as [`Standing::is_match`] says, and with nothing excluded.
    pub fn matches(&self, article: &ArticleTerms, collection: &Collection) -> Vec<Hit> {
        let scene = Scene::new(self, article, collection);
        let mut looked_at = Marks::new(self.entries.len());
        let mut hits = Vec::new();
        let keyed = scene.keyed().filter(|keyed| scene.may_say(keyed));
        let grounded = self.lessons.grounded(&scene.profiles);
        for topic in keyed.map(|keyed| keyed.topic).chain(grounded) {
            if looked_at.mark(topic) {
                hits.extend(scene.hit(topic));
            }
        }
        hits
    }

    fn entry(&mut self, topic: &Topic) -> Entry {
        let signs = &mut self.signs;
        let words = topic.words.iter().map(|place| signs.use_word(place));
        let words: Words = words.collect();
        let mut words_of = |places: &[Vec<String>]| -> Box<[u32]> {
            places.iter().map(|place| signs.use_word(place)).collect()
        };
        let phrases: Box<[Box<[u32]>]> = topic.phrases.iter().map(|it| words_of(it)).collect();
        let excluded = words_of(&topic.excluded);
        let excluded_phrases: Box<[Box<[u32]>]> = topic
            .excluded_phrases
            .iter()
            .map(|it| words_of(it))
            .collect();
        let aliases = topic.aliases.iter().map(|alias| OtherNames {
            of: alias.of.clone().into_boxed_slice(),
            of_shown: alias
                .of
                .iter()
                .filter(|at| self.signs.word(words[**at]).is_shown)
                .filter_map(|at| words.iter().position(|word| *word == words[*at]))
                .collect(),
            names: self.signs.use_names(alias),
        });
        let more = More {
            aliases: aliases.collect(),
            phrases,
            excluded,
            excluded_phrases,
        };
        let is_plain = more.aliases.is_empty()
            && more.phrases.is_empty()
            && more.excluded.is_empty()
            && more.excluded_phrases.is_empty();
        Entry {
            words,
            more: (!is_plain).then(|| Box::new(more)),
            lesson: NONE,
        }
    }

    /// Makes the rarest word of a topic lead to it, and the names that stand for it.
    fn lead_to(&mut self, topic: u32) {
        let entry = self.entries.get(topic);
        let signs = &self.signs;
        let names_of = |at: usize| {
            let naming = entry
                .aliases()
                .iter()
                .filter(move |alias| alias.of.contains(&at));
            naming.map(|alias| alias.names)
        };
        let words = entry.words.iter().enumerate();
        let words = words.map(|(at, word)| (*word, names_of(at).collect()));
        let phrases = entry.phrases().iter().flatten();
        let phrases = phrases.map(|word| (*word, Vec::new()));
        let mut wanted: Vec<(u32, Vec<u32>)> = words.chain(phrases).collect();
        // Of words that are equally rare, the one that leads to the fewest topics comes first.
        wanted.sort_by(|a, b| {
            let rareness = |(word, names): &(u32, Vec<u32>)| {
                let names = names.iter().map(|names| signs.rareness_of_names(*names));
                names.fold(signs.word(*word).rareness(), f32::min)
            };
            let leading = |(word, _): &(u32, Vec<u32>)| Reverse(signs.word(*word).keyed.len());
            let by_rareness = rareness(b).total_cmp(&rareness(a));
            by_rareness.then(leading(b).cmp(&leading(a)))
        });
        let mut wanted = wanted.into_iter();
        let Some((word, names)) = wanted.next() else {
            return;
        };
        let with = wanted.find(|(other, names)| *other != word && names.is_empty());
        let keyed = Keyed {
            topic,
            with: with.map_or(NONE, |(other, _)| other),
        };
        enter(&mut self.signs.word_mut(word).keyed, keyed);
        for names in names {
            enter(&mut self.signs.names_mut(names).keyed, keyed);
        }
    }

    /// Takes a topic out of all that led to it and gives up what it used.
    fn let_go(&mut self, topic: u32, entry: &Entry) {
        if entry.lesson != NONE {
            self.lessons.remove(entry.lesson);
        }
        for alias in entry.aliases() {
            leave(&mut self.signs.names_mut(alias.names).keyed, topic);
            self.signs.drop_names(alias.names);
        }
        let more = entry.more.iter().flat_map(|more| {
            let phrases = more.phrases.iter().chain(&more.excluded_phrases);
            phrases.flatten().chain(&more.excluded)
        });
        for word in entry.words.iter().chain(more) {
            leave(&mut self.signs.word_mut(*word).keyed, topic);
            self.signs.drop_word(*word);
        }
    }
}

/// A mark for each number below an end.
struct Marks(Vec<u64>);

impl Marks {
    fn new(end: usize) -> Self {
        Self(vec![0; end.div_ceil(64)])
    }

    /// Marks a number; whether it was not marked before.
    fn mark(&mut self, number: u32) -> bool {
        let (at, bit) = (number as usize / 64, 1 << (number % 64));
        let is_new = self.0[at] & bit == 0;
        self.0[at] |= bit;
        is_new
    }

    fn has(&self, number: u32) -> bool {
        self.0[number as usize / 64] & (1 << (number % 64)) != 0
    }
}

#[cfg(test)]
mod tests;
