//! Names of months in the languages that feeds are written in.

use unicode_normalization::char::is_combining_mark;

/// Beginnings of month names; the longest that fits a word counts. A word of two languages has the
/// meaning of the larger one (Polish and Ukrainian `listopad`, not the Croatian).
const MONTHS: [&[&str]; 12] = [
    &[
        "jan",
        "jän",
        "gen",
        "ene",
        "янв",
        "яну",
        "јан",
        "ιαν",
        "sty",
        "led",
        "січ",
        "студз",
        "oca",
        "ian",
        "jaan",
        "tammi",
        "sau",
        "siječ",
        "يناير",
        "जनवरी",
        "ינואר",
    ],
    &[
        "feb",
        "fev",
        "fév",
        "фев",
        "феб",
        "φεβ",
        "φλεβ",
        "lut",
        "úno",
        "лют",
        "şub",
        "helm",
        "veeb",
        "vasar",
        "velj",
        "فبراير",
        "फ़रवरी",
        "फरवरी",
        "פברואר",
    ],
    &[
        "mar",
        "mär",
        "mrz",
        "mrt",
        "maa",
        "мар",
        "μαρ",
        "μάρ",
        "már",
        "bře",
        "бер",
        "сак",
        "kov",
        "ožuj",
        "مارس",
        "मार्च",
        "מרץ",
    ],
    &[
        "apr",
        "avr",
        "abr",
        "апр",
        "απρ",
        "ápr",
        "kwi",
        "dub",
        "кві",
        "крас",
        "nis",
        "huht",
        "bal",
        "trav",
        "أبريل",
        "ابريل",
        "अप्रैल",
        "אפריל",
    ],
    &[
        "may", "mai", "mag", "mei", "maj", "май", "мая", "мај", "μαϊ", "μαι", "μάι", "μάϊ", "μαΐ",
        "máj", "maí", "kvě", "тра", "mayıs", "touko", "geg", "svib", "مايو", "मई", "מאי",
    ],
    &[
        "jun",
        "juin",
        "juun",
        "jún",
        "jūn",
        "giu",
        "июн",
        "юни",
        "јун",
        "ιουν",
        "ιούν",
        "ιον",
        "cze",
        "červn",
        "чер",
        "чэр",
        "haz",
        "kesä",
        "iun",
        "birž",
        "lipnj",
        "lipanj",
        "يونيو",
        "जून",
        "יוני",
    ],
    &[
        "jul",
        "juil",
        "juul",
        "júl",
        "jūl",
        "lug",
        "июл",
        "юли",
        "јул",
        "ιουλ",
        "ιούλ",
        "ιολ",
        "lip",
        "červe",
        "лип",
        "ліп",
        "tem",
        "hein",
        "iul",
        "liep",
        "srpnj",
        "srpanj",
        "يوليو",
        "जुलाई",
        "יולי",
    ],
    &[
        "aug",
        "avg",
        "aoû",
        "aou",
        "ago",
        "agu",
        "ogo",
        "ágú",
        "авг",
        "αυγ",
        "αύγ",
        "sie",
        "srp",
        "сер",
        "жні",
        "ağu",
        "elo",
        "rugp",
        "kolov",
        "أغسطس",
        "اغسطس",
        "अगस्त",
        "אוגוסט",
    ],
    &[
        "sep",
        "set",
        "сен",
        "сеп",
        "σεπ",
        "szep",
        "wrz",
        "zář",
        "вер",
        "eyl",
        "syys",
        "rugs",
        "rujn",
        "rujan",
        "سبتمبر",
        "सितंबर",
        "सितम्बर",
        "ספטמבר",
    ],
    &[
        "oct",
        "okt",
        "ott",
        "out",
        "окт",
        "οκτ",
        "paź",
        "říj",
        "жов",
        "каст",
        "eki",
        "loka",
        "spal",
        "أكتوبر",
        "اكتوبر",
        "अक्टूबर",
        "אוקטובר",
    ],
    &[
        "nov",
        "nóv",
        "noi",
        "noe",
        "ноя",
        "ное",
        "нов",
        "νοε",
        "νοέ",
        "lis",
        "лис",
        "ліс",
        "kas",
        "marras",
        "lapk",
        "studen",
        "نوفمبر",
        "नवंबर",
        "नवम्बर",
        "נובמבר",
    ],
    &[
        "dec",
        "déc",
        "dez",
        "des",
        "dis",
        "dic",
        "дек",
        "дец",
        "δεκ",
        "gru",
        "pros",
        "гру",
        "сне",
        "снеж",
        "ara",
        "joulu",
        "dets",
        "ديسمبر",
        "दिसंबर",
        "दिसम्बर",
        "דצמבר",
    ],
];

/// Words that begin like a month and may be a weekday: a month behind them wins.
const WEEKDAYS: [&str; 14] = [
    "mar",
    "mart",
    "mardi",
    "martes",
    "martedì",
    "marți",
    "marti",
    "maandag",
    "maanantai",
    "szerda",
    "сер",
    "середа",
    "серада",
    "dissabte",
];

/// The month that a word in lower case names, 1 to 12.
pub fn named(word: &str) -> Option<i64> {
    let mut best: Option<(usize, usize)> = None;
    for (index, names) in MONTHS.iter().enumerate() {
        for name in *names {
            if word.starts_with(name) && best.is_none_or(|(_, length)| name.len() > length) {
                best = Some((index, name.len()));
            }
        }
    }
    best.map(|(index, _)| index as i64 + 1)
}

pub fn may_be_weekday(word: &str) -> bool {
    WEEKDAYS.contains(&word)
}

/// Whether a character stands in words: scripts of India write vowels as marks.
pub fn in_word(c: char) -> bool {
    c.is_alphabetic() || is_combining_mark(c)
}

/// East Asian marks of year, month and half of the day as Western ones.
pub fn western(text: &str) -> String {
    const MARKS: [(&str, &str); 32] = [
        ("十二月", "12月"),
        ("十一月", "11月"),
        ("十月", "10月"),
        ("一月", "1月"),
        ("二月", "2月"),
        ("三月", "3月"),
        ("四月", "4月"),
        ("五月", "5月"),
        ("六月", "6月"),
        ("七月", "7月"),
        ("八月", "8月"),
        ("九月", "9月"),
        ("년", "-"),
        ("월", "-"),
        ("일", " "),
        ("年", "-"),
        ("月", "-"),
        ("日", " "),
        ("오전", " am "),
        ("오후", " pm "),
        ("上午", " am "),
        ("下午", " pm "),
        ("午前", " am "),
        ("午後", " pm "),
        ("tháng", "-"),
        ("năm", "-"),
        ("a.m.", "am "),
        ("p.m.", "pm "),
        ("a. m.", "am "),
        ("p. m.", "pm "),
        ("−", "-"),
        ("：", ":"),
    ];
    if text.is_ascii() && !text.contains(" m.") && !text.contains(".m.") {
        return text.to_owned();
    }
    MARKS.iter().fold(text.to_owned(), |text, (mark, plain)| {
        if text.contains(mark) {
            text.replace(mark, plain)
        } else {
            text
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_known_by_their_beginnings_the_longest_first() {
        for (month, words) in [
            (1, &["januar", "январь", "ιανουαρίου", "ocak"][..]),
            (3, &["mars", "mrt", "μάρτιος", "březen", "मार्च"]),
            (6, &["juin", "června", "lipnja", "ιούνιος"]),
            (7, &["juillet", "července", "lipca", "ιούλ"]),
            (8, &["août", "agustus", "серпня", "srpna"]),
            (11, &["листопада", "listopadu", "نوفمبر"]),
            (12, &["décembre", "desember", "aralık"]),
        ] {
            for word in words {
                assert_eq!(named(word), Some(month), "{word}");
            }
        }
        assert_eq!(named("foo"), None);
    }
}
