//! German writes every noun large: which words of a text are names is told from what stands before
//! them. Common nouns follow articles, adjectives and numbers; names follow prepositions and verbs.

use crate::text::words;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// Share of a word's places after an article, adjective or number from which it is no name.
const DETERMINED_SHARE: f32 = 0.3;

/// What stands before a common noun, contractions with the article included.
const DETERMINERS: &str =
    "der die das den dem des ein eine einen einem einer eines kein keine keinen
    keiner im am zum zur beim vom ins ans aufs dieser diese dieses diesen diesem jeder jede jedes
    mehr viele alle beide weitere weiteren mehrere einige andere anderen wenige seine seiner seinen ihre ihrer ihren ihr sein unsere zwei drei vier";

/// Endings of adjectives before a noun; those of verbs in the past are none.
const ADJECTIVE_ENDINGS: &[&str] = &["en", "er", "es", "em", "e"];
const VERB_ENDINGS: &[&str] = &["te", "ten"];

/// Names that have the article.
const NAMES_WITH_ARTICLE: &str =
    "ukraine schweiz türkei slowakei mongolei krim niederlande usa iran
    irak libanon jemen sudan kongo kosovo vatikan kreml gazastreifen emirate philippinen eu un uno
    nato bundestag bundesrat";

/// Endings of nouns that are never names, and of titles before names.
const COMMON_ENDINGS: &[&str] = &[
    "ung",
    "ungen",
    "heit",
    "heiten",
    "keit",
    "keiten",
    "schaft",
    "schaften",
    "tion",
    "tionen",
    "tät",
    "nis",
    "ismus",
    "minister",
    "ministerin",
    "präsident",
    "präsidentin",
    "präsidenten",
    "kanzler",
    "kanzlerin",
    "chef",
    "chefin",
    "sprecher",
    "sprecherin",
    "vorsitzende",
    "vorsitzender",
    "behörde",
    "behörden",
];

/// Nouns that the news often write without an article; none is a usual surname or place.
const COMMON: &str = "
    abend anfang angaben angriff angriffe anhänger arbeit arbeiter arbeitsplätze ärzte auto autos
    bahn banken bedingungen behandlung beispiel benzin bericht berichte besucher betrieb
    bevölkerung bewohner bilder boden brot bücher bund bürger bürgermeister bürgermeisterin busse
    chance chancen daten demokratie deutsche druck eis eltern ende energie entwarnung erdgas erfolg
    experten fahrer fahrzeuge familie familien fans fehler feuer feuerwehr filme firmen flüchtlinge
    flugzeuge frieden frühjahr fußball gas gäste gebäude gefahr geld gelder gemeinden gericht
    gesetz gespräch gespräche gewalt gewinn glück gold grund gründe häuser helfer herbst hilfe
    hilfen hinweise hoffnung holz hunderte hunger insgesamt interesse jahr jahre jahren journalisten
    jugend jugendliche kinder kindern klima kohle kollegen kosten kraft kranke kräfte krieg kritik
    kritiker kunden kunst länder lastwagen leben lebensmittel lehrer leute leuten licht liebe lkw
    löhne luft macht mal maschinen medien medikamente medizin meldungen mensch metall mieter mitarbeiter
    mitglieder mittag mitte mittel mitternacht möbel möglichkeiten monat monate monaten morgen
    motoren müll musik nachbarn nachmittag nachricht nachrichten nacht nahrung natur nächte nutzer
    öl opfer opposition ort patienten personal personen pflanzen platz politik politiker preise
    protest proteste prozesse raketen recht rechte regen reisende rettungskräfte rohstoffe rotes ruhe
    schäden schiffe schnee schüler schuld schulen schutz schwierigkeiten seite seiten sekunden
    sicht soldaten sorge sorgen spiel spiele spieler sport sprache städte stahl start steuern
    stimmen strafe straßen streik streiks streit strom studenten stunde stunden sturm tag tage tagen
    tausende teil teile termin tier tiere tod touristen tränen trinkwasser truppen uhr unfall
    unfälle unternehmen unternehmer ursache verbraucher verfügung verkehr verluste verträge vertrauen
    vieh vögel vorwürfe waffen wahl wahlen waren wärme wasser weg wege welt werte wetter wind
    wirtschaft wissen wissenschaft wissenschaftler woche wochen wohnungen wort worte zahl zahlen
    zeit zeiten zeitungen zeugen ziel ziele zucker zug züge zukunft zuschauer zweifel";

/// Letters of a noun that other words of the text may be compounds of, and of what they add.
const COMPOUND_CHARS_MIN: usize = 4;

/// The words of these texts, folded, that are no names.
pub fn common_nouns<'t>(texts: impl Iterator<Item = &'t str>) -> HashSet<String> {
    let mut seen: HashMap<String, Places> = HashMap::new();
    for line in texts.flat_map(str::lines) {
        let mut before = String::new();
        for written in line.split(|c: char| !(c.is_alphanumeric() || c == '-')) {
            if written.is_empty() {
                continue;
            }
            let folded = words::fold(written);
            let places = seen.entry(folded.clone()).or_default();
            if written.starts_with(char::is_uppercase) {
                places.all += 1;
                places.determined += u32::from(determines(&before));
            } else {
                places.small += 1;
            }
            before = if written.starts_with(char::is_lowercase) || is_listed(DETERMINERS, &folded) {
                folded
            } else if written.starts_with(|c: char| c.is_ascii_digit()) {
                "zwei".to_owned()
            } else {
                String::new()
            };
        }
    }
    let parts = parts(seen.keys().map(String::as_str));
    let is_common = |word: &str, places: &Places| {
        places.determined as f32 >= DETERMINED_SHARE * places.all as f32
            || places.small > 0
            || parts.contains(word)
            || COMMON_NOUNS.contains(word)
            || COMMON_ENDINGS.iter().any(|ending| word.ends_with(ending))
            || is_compound(word)
    };
    seen.iter()
        .filter(|(word, places)| {
            places.all > 0 && is_common(word, places) && !is_listed(NAMES_WITH_ARTICLE, word)
        })
        .map(|(word, _)| word.clone())
        .collect()
}

static COMMON_NOUNS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| COMMON.split_whitespace().collect());

/// Where a word stands in the texts.
#[derive(Default)]
struct Places {
    /// With a capital.
    all: u32,
    /// Of these, after an article, adjective or number.
    determined: u32,
    /// In small letters.
    small: u32,
}

/// Words with which other words begin: "Wasser" with "Wasserwerk". Names take a hyphen for that
/// ("Avel-Brücke") or an ending ("Aveler").
fn parts<'w>(words: impl Iterator<Item = &'w str>) -> HashSet<&'w str> {
    let mut ordered: Vec<&str> = words.collect();
    ordered.sort_unstable();
    let mut parts = HashSet::new();
    // In this order the words that begin with a word come right after it.
    let mut open: Vec<&str> = Vec::new();
    for word in ordered {
        while open.last().is_some_and(|part| !word.starts_with(part)) {
            open.pop();
        }
        for part in &open {
            let added = &word[part.len()..];
            if added.chars().count() >= COMPOUND_CHARS_MIN
                && !added.starts_with("er")
                && added.chars().all(char::is_alphabetic)
            {
                parts.insert(*part);
            }
        }
        if word.chars().count() >= COMPOUND_CHARS_MIN && open.len() < COMPOUND_DEPTH_MAX {
            open.push(word);
        }
    }
    parts
}

/// Words inside each other of which account is kept.
const COMPOUND_DEPTH_MAX: usize = 8;

/// Whether a word ends with a common noun: "Trinkwasser".
fn is_compound(word: &str) -> bool {
    word.char_indices()
        .skip(COMPOUND_CHARS_MIN - 1)
        .any(|(at, _)| {
            let last = &word[at..];
            last.chars().count() >= COMPOUND_CHARS_MIN && COMMON_NOUNS.contains(last)
        })
}

fn determines(before: &str) -> bool {
    let ends = |endings: &[&str]| endings.iter().any(|ending| before.ends_with(ending));
    let adjective = before.chars().count() > 4
        && ends(ADJECTIVE_ENDINGS)
        && !ends(VERB_ENDINGS)
        && !words::is_stop_word(before, Some("de"));
    is_listed(DETERMINERS, before) || adjective
}

fn is_listed(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|known| known == word)
}
