//! Hashtags: the names that a story is about, as one word each.

pub mod german;

use crate::text::keyphrases::{Outline, Phrase};
use crate::text::{refrain::Refrains, report, words};
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// Hashtags of a story.
const HASHTAGS_MAX: usize = 5;

/// Letters of a hashtag.
const HASHTAG_CHARS_MAX: usize = 30;

/// Words of a hashtag.
const HASHTAG_WORDS_MAX: usize = 3;

/// Articles of a story that are read, and bytes of each.
const ARTICLES_MAX: usize = 10;
const TEXT_BYTES_MAX: usize = 20_000;

/// Words of a text below which a name that stands once may be taken.
const SHORT_WORDS_MAX: usize = 150;

/// Phrases of a story among which the hashtags are chosen.
const CANDIDATES_MAX: usize = 600;

/// Share of a phrase's places in which it is capitalised, from which it is a name.
const NAME_CAPITAL_MIN: f32 = 0.5;

/// Share of its places in which a name must stand without another name beside it: less, and it is
/// a piece of a longer one.
const NAME_ALONE_MIN: f32 = 0.4;

/// Words of weight from which a line can be told to be in title style.
const TITLE_WORDS_MIN: usize = 4;

/// Articles of a story from which a name must stand in two of them.
const SHARED_ARTICLES_MIN: usize = 3;

/// Share of a word's places that a longer name may hold before the word alone is no hashtag.
const INSIDE_SHARE_MAX: f32 = 0.6;

/// Letters that a name and its adjective have in common (Norvia, Norvian).
const KIN_LETTERS: usize = 4;

/// Never part of a hashtag: scales, currencies, titles, units, days, months, what reports say of
/// themselves.
const BANNED: &str = "
inc corp ltd plc llc co company group gmbh ag st error
hundred thousand million billion trillion millions billions m bn percent per cent
dollar dollars euro euros pound pounds yen yuan rupee rupees ruble rubles rouble roubles franc
francs crown crowns peso pesos cents usd eur gbp
president vice-president minister ministers secretary chancellor premier senator sen rep governor
gov mayor king queen prince princess pope judge justice general gen colonel col captain lieutenant
sergeant sir lord lady dame dr prof professor mr mrs ms chairman chairwoman director chief ceo
spokesman spokeswoman spokesperson attorney representative ambassador
mile miles kilometre kilometres kilometer kilometers km metre metres meter meters foot feet inch
inches kg kilogram kilograms gram grams ton tons tonne tonnes litre litres gallon gallons acre
acres hectare hectares hour hours minute minutes second seconds day days week weeks month months
monday tuesday wednesday thursday friday saturday sunday today yesterday tomorrow
january february march april june july august september october november december jan feb mar apr
jun jul aug sep sept oct nov dec
montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar märz mai juni juli
oktober dezember prozent millionen milliarden präsident ministerin kanzler bundeskanzler
lundi mardi mercredi jeudi vendredi samedi dimanche janvier février mars avril juin juillet août
septembre octobre novembre décembre président ministre
lunes martes miércoles jueves viernes sábado domingo enero febrero marzo abril mayo junio julio
agosto septiembre octubre noviembre diciembre presidente presidenta ministro millones
prime foreign interior deputy former acting vice
intérieur défense finances affaires étrangères étranger gouvernement parlement état
defensa hacienda exteriores gobierno parlamento alcalde alcaldesa maire
news breaking live update updates exclusive video photo photos image images read reuters afp ap
menschen tote toten verletzte verletzten vermisste vermissten mann männer frau frauen polizei
personnes police morts blessés personas policía muertos heridos
dpa efe getty officials official police people man woman men women";

/// Endings of the adjective of a country or town.
const ADJECTIVE_ENDINGS: [&str; 4] = ["ian", "ean", "ish", "ese"];

/// Such adjectives that end otherwise.
const ADJECTIVES: [&str; 16] = [
    "african",
    "american",
    "arab",
    "cuban",
    "czech",
    "dutch",
    "french",
    "german",
    "greek",
    "iraqi",
    "israeli",
    "mexican",
    "pakistani",
    "saudi",
    "swiss",
    "thai",
];

/// Languages that put an s to a name that has something, without an apostrophe.
const GENITIVE: [&str; 6] = ["de", "sv", "da", "nb", "no", "nl"];

/// What such an adjective loses, so that the name itself comes first.
const ADJECTIVE_LOSS: f32 = 1.0;

/// Hashtags of a story, without `#`: names, at most five. `articles` are title, text and language.
pub fn hashtags(articles: &[(&str, &str, Option<&str>)], outlet_names: &[&str]) -> Vec<String> {
    let texts: Vec<(String, Option<&str>)> = articles
        .iter()
        .take(ARTICLES_MAX)
        .map(|(title, text, language)| (readable(title, text, *language), *language))
        .collect();
    let words: usize = texts
        .iter()
        .map(|(text, _)| text.split_whitespace().count())
        .sum();
    let mut candidates = candidates(&texts);
    let outlets: Vec<String> = outlet_names.iter().map(|name| squeezed(name)).collect();
    let count_min = if words <= SHORT_WORDS_MAX { 1 } else { 2 };
    let articles_min = if texts.len() >= SHARED_ARTICLES_MIN {
        2
    } else {
        1
    };
    candidates.retain(|candidate| {
        candidate.count >= count_min
            && candidate.articles >= articles_min
            && !outlets.contains(&squeezed(&candidate.tag()))
    });
    candidates.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then_with(|| a.words.cmp(&b.words))
    });
    candidates.truncate(CANDIDATES_MAX);
    let names = choose(
        candidates.iter().filter(|candidate| candidate.is_name()),
        &candidates,
    );
    if names.is_empty() {
        let phrases = candidates.iter().filter(|candidate| candidate.count > 1);
        return choose(phrases, &candidates).into_iter().take(2).collect();
    }
    names
}

/// The title and the report's own sentences, a line each. A title whose words are all large is
/// written small: its capitals say nothing.
fn readable(title: &str, text: &str, language: Option<&str>) -> String {
    let text = &text[..text.floor_char_boundary(TEXT_BYTES_MAX)];
    let mut readable = String::with_capacity(title.len() + text.len() + 1);
    let report = report::sentences(text, language, Refrains::NONE);
    let lines =
        std::iter::once(title).chain(report.into_iter().map(|sentence| &text[sentence.range]));
    for line in lines {
        if is_title_style(line, language) {
            readable.push_str(&line.to_lowercase());
        } else {
            readable.push_str(line);
        }
        readable.push('\n');
    }
    readable
}

/// Whether nearly every word of weight begins with a capital.
fn is_title_style(line: &str, language: Option<&str>) -> bool {
    let weighty: Vec<&str> = line
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| {
            word.starts_with(char::is_alphabetic)
                && !words::is_stop_word(&words::fold(word), language)
        })
        .collect();
    let large = weighty
        .iter()
        .filter(|word| word.starts_with(char::is_uppercase))
        .count();
    weighty.len() >= TITLE_WORDS_MIN && large * 10 >= weighty.len() * 9
}

/// A phrase over all articles of a story.
struct Candidate {
    /// As written first.
    words: Vec<String>,
    stems: Vec<String>,
    /// In lower case.
    folded: Vec<String>,
    score: f32,
    count: usize,
    alone: usize,
    articles: usize,
    capital: f32,
}

impl Candidate {
    fn is_name(&self) -> bool {
        let alone = self.alone as f32 >= NAME_ALONE_MIN * self.count as f32;
        self.capital >= NAME_CAPITAL_MIN && alone
    }

    fn tag(&self) -> String {
        self.words
            .iter()
            .flat_map(|word| word.split(['-', '\'', '’']))
            .map(capitalised)
            .collect()
    }

    fn holds(&self, other: &Candidate) -> bool {
        self.stems
            .windows(other.stems.len())
            .any(|window| window == other.stems)
    }

    /// Word for word the same at the beginning, as Norvia and Norvian are.
    fn is_kin(&self, other: &Candidate) -> bool {
        let head = |word: &str| word.chars().take(KIN_LETTERS).collect::<String>();
        self.folded.len() == other.folded.len()
            && self
                .folded
                .iter()
                .zip(&other.folded)
                .all(|(a, b)| head(a) == head(b))
    }
}

fn candidates(texts: &[(String, Option<&str>)]) -> Vec<Candidate> {
    let mut all: HashMap<Vec<String>, Candidate> = HashMap::new();
    let german = texts.iter().filter(|(_, language)| *language == Some("de"));
    let common = german::common_nouns(german.map(|(text, _)| text.as_str()));
    for (text, language) in texts {
        let is_common = |folded: &str| *language == Some("de") && common.contains(folded);
        let outline = Outline::of(text, *language, &|folded| {
            is_banned(folded) || is_common(folded)
        });
        for phrase in outline.phrases(None) {
            if !is_allowed(&phrase) {
                continue;
            }
            let stems: Vec<String> = phrase
                .stems
                .iter()
                .map(|stem| outline.stem(*stem).to_owned())
                .collect();
            let phrase = Phrase {
                written: without_genitive(text, *language, phrase.written),
                ..phrase
            };
            add(&mut all, stems, &phrase);
        }
    }
    let mut candidates: Vec<Candidate> = all.into_values().collect();
    for candidate in &mut candidates {
        candidate.score /= candidate.articles as f32;
        candidate.capital /= candidate.count as f32;
        candidate.score += (candidate.articles as f32).ln();
        if is_adjective(candidate) {
            candidate.score -= ADJECTIVE_LOSS;
        }
    }
    candidates
}

/// The name itself where a text has "Norviens" as well as "Norvien".
fn without_genitive<'t>(
    text: &'t str,
    language: Option<&str>,
    mut written: Vec<&'t str>,
) -> Vec<&'t str> {
    let bare = written.last().and_then(|last| last.strip_suffix('s'));
    if let Some(bare) = bare.filter(|_| language.is_some_and(|tongue| GENITIVE.contains(&tongue))) {
        let mut places = text.match_indices(bare);
        let alone = places.any(|(at, _)| {
            !text[at + bare.len()..].starts_with(char::is_alphanumeric)
                && !text[..at].ends_with(char::is_alphanumeric)
        });
        if alone {
            written.pop();
            written.push(bare);
        }
    }
    written
}

fn add(all: &mut HashMap<Vec<String>, Candidate>, stems: Vec<String>, phrase: &Phrase) {
    let candidate = all.entry(stems.clone()).or_insert_with(|| Candidate {
        stems,
        words: phrase
            .written
            .iter()
            .map(|word| (*word).to_owned())
            .collect(),
        folded: phrase
            .written
            .iter()
            .map(|word| words::fold(word))
            .collect(),
        score: 0.0,
        count: 0,
        alone: 0,
        articles: 0,
        capital: 0.0,
    });
    candidate.score += phrase.score;
    candidate.count += phrase.count;
    candidate.alone += phrase.alone;
    candidate.articles += 1;
    candidate.capital += phrase.capital * phrase.count as f32;
}

fn is_allowed(phrase: &Phrase) -> bool {
    let letters: usize = phrase
        .written
        .iter()
        .map(|word| word.chars().filter(|c| c.is_alphanumeric()).count())
        .sum();
    phrase.stops == 0
        && phrase.written.len() <= HASHTAG_WORDS_MAX
        && (2..=HASHTAG_CHARS_MAX).contains(&letters)
        && phrase.written[0].starts_with(char::is_alphabetic)
        && !phrase.written.iter().any(|word| is_compound(word))
}

/// "Norvian-built": a name's part with a small word.
fn is_compound(word: &str) -> bool {
    word.split('-')
        .skip(1)
        .any(|part| part.starts_with(char::is_lowercase))
}

/// Whether a folded word is never part of a name: a day, a month, a unit, a title.
pub fn is_banned(folded: &str) -> bool {
    static WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| BANNED.split_whitespace().collect());
    WORDS.contains(folded)
        || folded
            .strip_suffix('s')
            .is_some_and(|one| WORDS.contains(one))
}

fn is_adjective(candidate: &Candidate) -> bool {
    let last = candidate.folded.last().map_or("", String::as_str);
    ADJECTIVES.contains(&last)
        || candidate.is_name()
            && ADJECTIVE_ENDINGS
                .iter()
                .any(|ending| last.ends_with(ending))
}

/// Whether the name itself stands in the story too, as Norvia beside Norvian.
fn is_adjective_of_a_name(candidate: &Candidate, all: &[Candidate]) -> bool {
    is_adjective(candidate)
        && all
            .iter()
            .any(|name| name.is_name() && name.is_kin(candidate) && !is_adjective(name))
}

/// The first ones that do not repeat each other.
fn choose<'c>(ordered: impl Iterator<Item = &'c Candidate>, all: &[Candidate]) -> Vec<String> {
    let mut chosen: Vec<&Candidate> = Vec::new();
    for candidate in ordered {
        if chosen.len() >= HASHTAGS_MAX {
            break;
        }
        let repeats = chosen.iter().any(|other| {
            candidate.holds(other)
                || candidate.is_kin(other)
                || (other.holds(candidate)
                    && (candidate.alone < 2 || other.stems.ends_with(&candidate.stems)))
        });
        if !repeats
            && !is_adjective_of_a_name(candidate, all)
            && !is_rest_of_longer(candidate, all)
            && !is_called_shorter(candidate, all)
        {
            chosen.push(candidate);
        }
    }
    chosen.into_iter().map(Candidate::tag).collect()
}

/// A single word that mostly stands in one longer name is no name of its own.
fn is_rest_of_longer(candidate: &Candidate, all: &[Candidate]) -> bool {
    candidate.folded.len() == 1
        && (all.iter().any(|longer| {
            longer.folded.len() == 2
                && longer.is_name()
                && longer.holds(candidate)
                && longer.count as f32 >= INSIDE_SHARE_MAX * candidate.count as f32
        }))
}

/// A name of several words that is mostly called by the last one (Jon Bell, then Bell, Bell).
fn is_called_shorter(candidate: &Candidate, all: &[Candidate]) -> bool {
    candidate.stems.len() > 1
        && all.iter().any(|shorter| {
            shorter.stems.len() == 1
                && shorter.is_name()
                && candidate.stems.ends_with(&shorter.stems)
                && shorter.alone >= 2 * candidate.count
        })
}

/// The first letter large, the others as they are. (Some letters become two, of which one is a mark
/// that no hashtag may hold.)
fn capitalised(word: &str) -> String {
    let mut letters = word.chars().filter(|c| c.is_alphanumeric());
    letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .filter(|c| c.is_alphanumeric())
        .chain(letters)
        .collect()
}

/// A name without spaces and marks, in lower case.
fn squeezed(name: &str) -> String {
    words::fold(name)
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const REPORT: &str = "AVEL (Norvia Press) - President Mira Holt of South Norvia met the Lindish minister Jon Bell in Avel on Monday.\n\
        Bell said that South Norvia's harbour would cost 40 million crowns.\n\
        Holt thanked Bell and the Lindish people, and praised Avel's new bridge.\n\
        The harbour of Avel belongs to South Norvia and Lindland.\n\
        The opposition in Lindland called Bell a dreamer, and Holt a friend of Lindland.\n\
        Read more: Bridge of Avel in pictures";

    fn of(articles: &[(&str, &str)], outlets: &[&str]) -> Vec<String> {
        let articles: Vec<_> = articles
            .iter()
            .map(|(title, text)| (*title, *text, Some("en")))
            .collect();
        hashtags(&articles, outlets)
    }

    #[test]
    fn hashtags_are_the_names_of_a_report() {
        let found = of(&[("Holt and Bell meet in Avel", REPORT)], &[]);
        let mut sorted = found.clone();
        sorted.sort();
        assert_eq!(
            sorted,
            ["Avel", "Bell", "Holt", "Lindland", "SouthNorvia"],
            "{found:?}"
        );
    }

    #[test]
    fn an_outlets_own_name_is_none() {
        let found = of(
            &[("Holt and Bell meet in Avel", REPORT)],
            &["Avel", "South Norvia"],
        );
        assert!(
            !found.contains(&"Avel".to_owned()) && !found.contains(&"SouthNorvia".to_owned()),
            "{found:?}"
        );
    }

    #[test]
    fn titles_scales_currencies_and_days_are_none() {
        let text = "President Holt gave 4 Billion Crowns on Monday. On Monday the President gave Billion Crowns.";
        let found = of(&[("Billion Crowns on Monday", text)], &[]);
        assert!(found.iter().all(|tag| tag == "Holt"), "{found:?}");
    }

    #[test]
    fn a_short_report_may_name_a_thing_once() {
        let found = of(
            &[("Ferry sinks", "The ferry sank off Port Lind, near Avel.")],
            &[],
        );
        assert!(found.contains(&"PortLind".to_owned()), "{found:?}");
    }

    #[test]
    fn a_story_of_three_articles_is_about_what_two_of_them_name() {
        let one = (
            "Ferry sinks",
            "The ferry sank off Port Lind on the coast. The rescuers of Port Lind were quick.",
        );
        let two = (
            "Ferry lost",
            "Near Port Lind a ferry was lost. A ship from Avel came, and Avel sent two more.",
        );
        let three = (
            "Port Lind",
            "A ferry has sunk near the Orla Islands. The Orla Islands are remote.",
        );
        let found = of(&[one, two, three], &[]);
        assert_eq!(found, ["PortLind"]);
    }

    #[test]
    fn a_text_of_names_only_is_read_in_time() {
        let text: String = (0..6_000)
            .map(|n| format!("Avel{n} Holt{} of ", n % 700))
            .collect();
        let began = std::time::Instant::now();
        let articles: Vec<(&str, &str)> = (0..20).map(|_| ("", text.as_str())).collect();
        assert!(of(&articles, &[]).len() <= HASHTAGS_MAX);
        assert!(began.elapsed().as_secs() < 30, "{:?}", began.elapsed());
    }

    #[test]
    fn german_nouns_are_no_names() {
        let text = "Norviens Außenministerin Mira Holt sagte am Montag in Lindholm, dass weitere Soldaten nach Norvien geschickt würden.\n\
            Holt warnte vor einer Lage, die den Soldaten schade. Die Regierung in Lindholm lobte Holt.\n\
            Nach Norvien kamen 14 Soldaten der Ukraine. Die Ukraine dankte Norvien.";
        let found = hashtags(
            &[("Holt schickt Soldaten nach Norvien", text, Some("de"))],
            &[],
        );
        let mut sorted = found.clone();
        sorted.sort();
        assert_eq!(
            sorted,
            ["Holt", "Lindholm", "Norvien", "Ukraine"],
            "{found:?}"
        );
    }

    fn sorted(title: &str, text: &str, language: &str) -> Vec<String> {
        let mut found = hashtags(&[(title, text, Some(language))], &[]);
        found.sort();
        found
    }

    #[test]
    fn german_nouns_without_an_article_are_no_names() {
        let text = "In Lindholm fehlt es an Wasser. Bürgermeister Jon Bell bat um Hilfe, denn Trinkwasser kommt nur mit Lastwagen.\n\
            Bell sagte, Wasser und Strom gebe es erst am Freitag. Lindholm braucht Geld, und Geld fehlt.\n\
            Lastwagen mit Wasser fuhren nach Lindholm. Bell dankte Norvien, und Norvien schickt Strom.";
        let found = sorted("Lindholm ohne Wasser", text, "de");
        assert_eq!(found, ["Bell", "Lindholm", "Norvien"]);
    }

    #[test]
    fn a_spanish_name_after_de_is_a_name() {
        let text = "La alcaldesa de Norvia, Mira Holt, anunció el lunes que el puerto de Norvia cerrará dos meses.\n\
            Holt dijo que los barcos de Norvia irán a Lindonia. Los vecinos de Norvia protestaron ante Holt.\n\
            El ministro de Lindonia viajó en tren. La ciudad de Lindonia espera a los barcos.";
        let found = sorted("El puerto de Norvia cierra", text, "es");
        assert_eq!(found, ["Holt", "Lindonia", "Norvia"]);
    }

    #[test]
    fn french_names_are_found() {
        let text = "La maire de Norvie, Mira Holt, a annoncé lundi que le port de Norvie fermera deux mois.\n\
            Selon Holt, les bateaux de Norvie iront à Lindonne. Les habitants de Norvie ont protesté contre Holt.\n\
            Le ministre de l'Intérieur a quitté Lindonne. L'Orlande attend les bateaux, et l'Orlande est inquiète.";
        let found = sorted("Le port de Norvie ferme", text, "fr");
        assert_eq!(found, ["Holt", "Lindonne", "Norvie", "Orlande"]);
    }

    #[test]
    fn swedish_names_are_found() {
        let text = "Norviens statsminister Mira Holt sade i måndags att hamnen i Avelstad stängs i två månader.\n\
            Enligt Holt går fartygen till Lindö. Invånarna i Avelstad protesterade mot Holt.\n\
            Fartygen från Norvien väntas till Lindö. Regeringen i Norvien svarade inte.";
        let found = sorted("Hamnen i Avelstad stängs", text, "sv");
        assert_eq!(found, ["Avelstad", "Holt", "Lindö", "Norvien"]);
    }

    #[test]
    fn russian_names_are_found_once_in_whatever_case() {
        let text = "Мэр Авельска Мира Холт сообщила в понедельник, что порт в Авельске закроют на два месяца.\n\
            По словам Холт, суда из Авельска пойдут в Норвию. Жители протестовали против Холт.\n\
            Правительство страны ждёт суда. Суда пойдут и в Норвию, сказал министр из Норвии.";
        let found = hashtags(&[("Порт в Авельске закроют", text, Some("ru"))], &[]);
        assert!(found.contains(&"Холт".to_owned()), "{found:?}");
        let of = |head: &str| found.iter().filter(|tag| tag.starts_with(head)).count();
        assert_eq!(
            (of("Авельск"), of("Норви"), found.len()),
            (1, 1, 3),
            "{found:?}"
        );
    }

    #[test]
    fn a_letter_that_becomes_two_leaves_no_mark_behind() {
        assert_eq!(capitalised("\u{1fc6}ta"), "\u{397}ta");
    }

    #[test]
    fn no_name_is_made_up() {
        assert!(of(&[("", "")], &[]).is_empty());
        assert!(of(&[], &[]).is_empty());
        assert!(of(&[("it rains", "it rains and it rains and it rains")], &[]).len() <= 2);
    }

    proptest! {
        #[test]
        fn a_hashtag_is_one_word_of_at_most_thirty_letters(
            title in "\\PC{0,40}",
            text in "([A-Z][a-z]{0,9}(-[a-z]{1,3})?('s)? |[a-z]{1,6} |\\. |\\PC){0,80}",
        ) {
            for tag in of(&[(&title, &text)], &["Norvia"]) {
                prop_assert!(tag.chars().all(char::is_alphanumeric), "{}", tag);
                prop_assert!((2..=HASHTAG_CHARS_MAX + 8).contains(&tag.chars().count()), "{}", tag);
            }
        }
    }
}
