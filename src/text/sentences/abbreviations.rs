//! Abbreviations: words whose dot does not end a sentence, or need not, by language.

use crate::text::words;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// What a dot after an abbreviation may mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word follows that belongs to it: Mr., Gen.
    Title,
    /// A number follows: No., fig.; otherwise it is a word.
    BeforeNumber,
    /// A day may follow.
    Month,
    /// May end a sentence or not: Inc., p.m.
    Either,
    /// Like `Either`, but an ordinary word when written small: Miss., Ore.
    Place,
}

struct Language {
    name: &'static str,
    title: &'static str,
    before_number: &'static str,
    month: &'static str,
    either: &'static str,
    place: &'static str,
}

const LANGUAGES: &[Language] = &[
    Language {
        name: "en",
        title: "mr mrs ms dr prof rev gen sen rep gov lt col sgt capt cmdr maj adm brig st mt ft fr
            supt det vs e.g i.e cf approx dept univ messrs hon pres amb atty cpl pvt pfc insp treas
            sec asst assoc msgr v gov't lt.gen lt.col maj.gen brig.gen mx dame ald",
        before_number: "no nos vol fig figs art pp p ch eq sect",
        month: "jan feb mar apr jun jul aug sep sept oct nov dec",
        either: "inc corp co ltd plc llc llp bros cos jr sr esq etc al ave blvd rd u.s u.k u.n e.u
            d.c a.m p.m ph.d m.d b.a m.a u.s.a bldg hwy mfg intl natl est govt assn",
        place: "ala ariz ark calif colo conn del fla ga ill ind kan ky la md mass mich minn miss mo
            mont neb nev okla ore pa tenn tex va vt wash wis wyo n.y n.j n.h n.c s.c n.d s.d w.va",
    },
    Language {
        name: "de",
        title: "dr prof hr fr frl dipl ing mag st z.b bzw ca vgl evtl ggf inkl exkl sog d.h u.a
            i.d.r v.a nr mio mrd tsd bd hrsg abb geb gest verh chr hl bes allg max min abs art
            ziff aufl jg zzgl v n u z d i lt gem phil med jur rer nat bspw d.i o.ä s.o s.u z.t u.u i.a",
        before_number: "s kap tel",
        month: "jan feb mär apr jun jul aug sep sept okt nov dez",
        either: "usw etc str gmbh co u.s jh jhd jr sen ltd inc corp a.d uhr d.j v.chr n.chr",
        place: "",
    },
    Language {
        name: "fr",
        title: "m mm mme mmes mlle mlles me mgr dr pr st ste sts cf env ex av boul bd gén cdt col
            cap lt p.ex c.-à-d adj prof",
        before_number: "p pp art chap fig vol no n tél al",
        month: "janv févr avr juil sept oct nov déc",
        either: "etc j.-c apr inc corp ltd cie u.s hab",
        place: "",
    },
    Language {
        name: "es",
        title: "sr sra srta sres dr dra dres d dña ud uds vd vds lic ing gral gob cnel cap tte sgto
            pdte pdta av avda prof profa mons arq fdo hno hnos ee p.ej ej aprox dpto depto",
        before_number: "pág págs núm núms art arts vol no n fig cap tel",
        month: "ene feb mar abr may jun jul ago sep sept oct nov dic",
        either: "etc ee.uu uu s.a a.c d.c cía ltda inc corp u.s a.m p.m",
        place: "",
    },
    Language {
        name: "pt",
        title: "sr sra srta dr dra drs prof profa eng exmo exma gen cel cap ten sgt av r pe d p.ex
            ex aprox min dep sen gov pres",
        before_number: "pág págs art arts núm no n vol fig tel",
        month: "jan fev mar abr mai jun jul ago set out nov dez",
        either: "etc s.a cia ltda a.c d.c e.u.a eua inc corp",
        place: "",
    },
    Language {
        name: "it",
        title: "sig sigg sig.ra dott dott.ssa prof prof.ssa ing avv on sen gen mons s ss geom rag
            arch col cap ten p.es es ca cfr dr",
        before_number: "pag pagg art artt n nn vol fig cap tel",
        month: "gen feb mar apr mag giu lug ago set sett ott nov dic",
        either: "ecc etc s.p.a s.r.l a.c d.c inc corp u.s",
        place: "",
    },
    Language {
        name: "nl",
        title:
            "dhr mevr mw dr drs ir ing mr prof bijv bv d.w.z o.a t.o.v m.n z.g.n ca st ds gen kol
            kapt lt min jhr resp incl excl",
        before_number: "nr nrs blz p art tel",
        month: "jan feb mrt apr jun jul aug sep sept okt nov dec",
        either: "enz etc b.v n.v jl e.d inc corp a.u.b v.chr n.chr",
        place: "",
    },
];

/// Words that usually open an English sentence after an abbreviation.
const OPENERS_ENGLISH: &str = "
the a an he she it they we i you this that these those but and in on at for as after when while if
its his her their there what who how why where many some most several both each every all another
officials police mr mrs ms however meanwhile although though since because before during under with
without by from to of our my your one two three no not nor or so such then now today yesterday
authorities investigators prosecutors analysts experts critics residents witnesses others people
also still yet only even here once until despite instead according about over more among between
earlier later last next";

/// The lists as tables, in the order of [`LANGUAGES`].
static KINDS: LazyLock<Vec<HashMap<&str, Kind>>> =
    LazyLock::new(|| LANGUAGES.iter().map(kinds).collect());

static OPENERS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| OPENERS_ENGLISH.split_whitespace().collect());

fn kinds(rules: &'static Language) -> HashMap<&'static str, Kind> {
    let lists = [
        (rules.title, Kind::Title),
        (rules.before_number, Kind::BeforeNumber),
        (rules.month, Kind::Month),
        (rules.either, Kind::Either),
        (rules.place, Kind::Place),
    ];
    let mut kinds = HashMap::new();
    for (list, kind) in lists {
        for word in list.split_whitespace() {
            kinds.entry(word).or_insert(kind);
        }
    }
    kinds
}

/// What a dot after the folded word may mean in the language; English where it is not known.
pub(super) fn kind(lower: &str, language: Option<&str>) -> Option<Kind> {
    let name = language.unwrap_or("en");
    let known = LANGUAGES.iter().position(|rules| rules.name == name);
    KINDS[known.unwrap_or_default()].get(lower).copied()
}

/// Whether a folded word usually opens a sentence. Outside English the stop words are asked.
pub(super) fn opens(lower: &str, language: Option<&str>) -> bool {
    match language {
        None | Some("en") => OPENERS.contains(lower),
        Some(_) => words::is_stop_word(lower, language),
    }
}

fn divides(c: char) -> bool {
    matches!(c, ' ' | '\n' | '\t' | '\u{a0}' | '\u{202f}')
}

/// Titles that stand after a capitalised word without a dot somewhere in the text: names there.
pub(super) fn used_as_names(text: &str, language: Option<&str>) -> HashSet<String> {
    let mut names = HashSet::new();
    let mut after_capital = false;
    for token in text.split(divides) {
        if !token.starts_with(char::is_uppercase) {
            // Several spaces in a row divide as one does.
            after_capital &= token.is_empty();
            continue;
        }
        let bare = token.trim_end_matches([',', ';', ':', ')', '"', '”']);
        let bare = bare
            .strip_suffix("'s")
            .or_else(|| bare.strip_suffix("’s"))
            .unwrap_or(bare);
        if after_capital && bare.len() <= super::TOKEN_BYTES_MAX {
            let lower = words::fold(bare);
            if kind(&lower, language) == Some(Kind::Title) {
                names.insert(lower);
            }
        }
        let closed = token.ends_with([',', ';', ':', ')', '.', '!', '?', '"', '”']);
        after_capital = !closed;
    }
    names
}
