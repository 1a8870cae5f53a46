//! The words of figures in English, German, French and Spanish: numbers, scales, what people suffer,
//! and subjects whose numbers change by nature.

/// Numbers as words, by language. One is left out: it is an article as well.
pub(super) const NUMBERS: &[(&str, &[(&str, f64)])] = &[
    (
        "en",
        &[
            ("two", 2.0),
            ("three", 3.0),
            ("four", 4.0),
            ("five", 5.0),
            ("six", 6.0),
            ("seven", 7.0),
            ("eight", 8.0),
            ("nine", 9.0),
            ("ten", 10.0),
            ("eleven", 11.0),
            ("twelve", 12.0),
            ("thirteen", 13.0),
            ("fourteen", 14.0),
            ("fifteen", 15.0),
            ("sixteen", 16.0),
            ("seventeen", 17.0),
            ("eighteen", 18.0),
            ("nineteen", 19.0),
            ("twenty", 20.0),
            ("thirty", 30.0),
            ("forty", 40.0),
            ("fifty", 50.0),
            ("sixty", 60.0),
            ("seventy", 70.0),
            ("eighty", 80.0),
            ("ninety", 90.0),
        ],
    ),
    (
        "de",
        &[
            ("zwei", 2.0),
            ("drei", 3.0),
            ("vier", 4.0),
            ("fünf", 5.0),
            ("sechs", 6.0),
            ("sieben", 7.0),
            ("acht", 8.0),
            ("neun", 9.0),
            ("zehn", 10.0),
            ("elf", 11.0),
            ("zwölf", 12.0),
            ("dreizehn", 13.0),
            ("vierzehn", 14.0),
            ("fünfzehn", 15.0),
            ("sechzehn", 16.0),
            ("siebzehn", 17.0),
            ("achtzehn", 18.0),
            ("neunzehn", 19.0),
            ("zwanzig", 20.0),
            ("dreißig", 30.0),
            ("vierzig", 40.0),
            ("fünfzig", 50.0),
            ("sechzig", 60.0),
            ("siebzig", 70.0),
            ("achtzig", 80.0),
            ("neunzig", 90.0),
        ],
    ),
    (
        "fr",
        &[
            ("deux", 2.0),
            ("trois", 3.0),
            ("quatre", 4.0),
            ("cinq", 5.0),
            ("six", 6.0),
            ("sept", 7.0),
            ("huit", 8.0),
            ("neuf", 9.0),
            ("dix", 10.0),
            ("onze", 11.0),
            ("douze", 12.0),
            ("treize", 13.0),
            ("quatorze", 14.0),
            ("quinze", 15.0),
            ("seize", 16.0),
            ("vingt", 20.0),
            ("trente", 30.0),
            ("quarante", 40.0),
            ("cinquante", 50.0),
            ("soixante", 60.0),
            ("quatre-vingt", 80.0),
            ("quatre-vingts", 80.0),
        ],
    ),
    (
        "es",
        &[
            ("dos", 2.0),
            ("tres", 3.0),
            ("cuatro", 4.0),
            ("cinco", 5.0),
            ("seis", 6.0),
            ("siete", 7.0),
            ("ocho", 8.0),
            ("nueve", 9.0),
            ("diez", 10.0),
            ("once", 11.0),
            ("doce", 12.0),
            ("trece", 13.0),
            ("catorce", 14.0),
            ("quince", 15.0),
            ("dieciséis", 16.0),
            ("diecisiete", 17.0),
            ("dieciocho", 18.0),
            ("diecinueve", 19.0),
            ("veinte", 20.0),
            ("veintiuno", 21.0),
            ("veintidós", 22.0),
            ("veintitrés", 23.0),
            ("veinticuatro", 24.0),
            ("veinticinco", 25.0),
            ("treinta", 30.0),
            ("cuarenta", 40.0),
            ("cincuenta", 50.0),
            ("sesenta", 60.0),
            ("setenta", 70.0),
            ("ochenta", 80.0),
            ("noventa", 90.0),
        ],
    ),
];

/// Words that multiply the number before them, by language.
pub(super) const SCALES: &[(&str, &[(&str, f64)])] = &[
    (
        "en",
        &[
            ("hundred", 1e2),
            ("thousand", 1e3),
            ("million", 1e6),
            ("millions", 1e6),
            ("mn", 1e6),
            ("bn", 1e9),
            ("billion", 1e9),
            ("billions", 1e9),
            ("trillion", 1e12),
        ],
    ),
    (
        "de",
        &[
            ("hundert", 1e2),
            ("tausend", 1e3),
            ("million", 1e6),
            ("millionen", 1e6),
            ("mio", 1e6),
            ("milliarde", 1e9),
            ("milliarden", 1e9),
            ("mrd", 1e9),
            ("billion", 1e12),
            ("billionen", 1e12),
        ],
    ),
    (
        "fr",
        &[
            ("cents", 1e2),
            ("mille", 1e3),
            ("million", 1e6),
            ("millions", 1e6),
            ("milliard", 1e9),
            ("milliards", 1e9),
        ],
    ),
    (
        "es",
        &[
            ("mil", 1e3),
            ("millón", 1e6),
            ("millones", 1e6),
            ("billón", 1e12),
            ("billones", 1e12),
        ],
    ),
];

/// Scales written right after the digits of money: 3.2bn, $40M.
pub(super) const GLUED_SCALES: &[(&str, f64)] = &[
    ("k", 1e3),
    ("m", 1e6),
    ("mn", 1e6),
    ("b", 1e9),
    ("bn", 1e9),
    ("tn", 1e12),
];

/// What people suffer, with the words that say it.
pub(super) const FATES: &[(&str, &str)] = &[
    (
        "killed",
        "killed kill kills killing dead died die dies deaths death toll fatalities slain
        tot tote toten getötet getöteten tötete starben gestorben leben todesopfer
        mort morts tué tués tuées tuant décès
        muertos muertas muertes murieron fallecidos fallecieron mataron",
    ),
    (
        "injured",
        "injured wounded hurt injuries injuring wounding
        verletzt verletzte verletzten
        blessé blessés blessées blessant
        heridos heridas lesionados",
    ),
    (
        "arrested",
        "arrested detained arrests detainees
        festgenommen festgenommene verhaftet festnahmen
        arrêtés arrêtées interpellés interpellations arrestations
        detenidos detenidas arrestados",
    ),
    (
        "missing",
        "missing unaccounted
        vermisst vermisste vermissten
        disparus disparues
        desaparecidos desaparecidas",
    ),
    (
        "displaced",
        "evacuated displaced homeless rescued
        evakuiert gerettet obdachlos
        évacués évacuées secourus
        evacuados evacuadas rescatados",
    ),
];

/// Words for people that say no more of them.
pub(super) const PEOPLE: &[&str] = &[
    "people",
    "persons",
    "person",
    "others",
    "victims",
    "menschen",
    "personen",
    "opfer",
    "personnes",
    "victimes",
    "personas",
    "víctimas",
];

/// Words before a number that say it is not exact.
pub(super) const HEDGES: &[&str] = &[
    "about",
    "around",
    "nearly",
    "almost",
    "roughly",
    "approximately",
    "some",
    "over",
    "least",
    "most",
    "than",
    "up",
    "estimated",
    "under",
    "close",
    "rund",
    "etwa",
    "fast",
    "knapp",
    "über",
    "mindestens",
    "bis",
    "circa",
    "mehr",
    "environ",
    "près",
    "plus",
    "moins",
    "presque",
    "quelque",
    "unos",
    "unas",
    "casi",
    "cerca",
    "más",
    "menos",
    "alrededor",
];

/// Before a number that speaks of things named already: "the two states".
pub(super) const DEFINITE: &[&str] = &[
    "the", "these", "those", "all", "other", "die", "den", "der", "diese", "les", "ces", "los",
    "las", "estos", "estas",
];

/// After a span of time: so long ago, which every report counts for itself.
pub(super) const AGO: &[&str] = &[
    "ago",
    "earlier",
    "later",
    "before",
    "after",
    "prior",
    "zuvor",
    "später",
    "auparavant",
    "plus",
    "antes",
    "después",
];

/// Words of sport, where numbers are of games, seasons and players.
pub(super) const SPORT: &[&str] = &[
    "yard",
    "yards",
    "seed",
    "season",
    "innings",
    "inning",
    "goals",
    "goal",
    "quarterback",
    "touchdown",
    "touchdowns",
    "playoffs",
    "playoff",
    "semifinal",
    "semifinals",
    "match",
    "matches",
    "league",
    "coach",
    "striker",
    "midfielder",
    "wicket",
    "wickets",
    "homer",
    "rebounds",
    "saison",
    "tore",
    "bundesliga",
    "spieltag",
    "trainer",
    "buts",
    "ligue",
    "entraîneur",
    "goles",
    "liga",
    "temporada",
    "entrenador",
];

/// Words of markets, where numbers change by the minute.
pub(super) const MARKET: &[&str] = &[
    "shares", "stock", "stocks", "index", "nasdaq", "dow", "ftse", "futures", "barrel", "bitcoin",
    "aktie", "aktien", "börse", "dax", "bourse", "cac", "acciones", "bolsa", "ibex",
];

/// Words of asking and counting, where numbers depend on who asked and when.
pub(super) const POLL: &[&str] = &[
    "poll",
    "polls",
    "polling",
    "survey",
    "surveys",
    "umfrage",
    "umfragen",
    "sondage",
    "sondages",
    "encuesta",
    "encuestas",
    "precincts",
    "respondents",
];

/// Before a number: it is that much or more; the second word may be empty.
pub(super) const LEAST: &[(&str, &str)] = &[
    ("at", "least"),
    ("more", "than"),
    ("minimum", "of"),
    ("", "over"),
    ("", "exceeding"),
    ("mehr", "als"),
    ("", "mindestens"),
    ("", "über"),
    ("plus", "de"),
    ("au", "moins"),
    ("más", "de"),
    ("al", "menos"),
];

/// The same: it is that much or less.
pub(super) const MOST: &[(&str, &str)] = &[
    ("up", "to"),
    ("at", "most"),
    ("less", "than"),
    ("fewer", "than"),
    ("many", "as"),
    ("much", "as"),
    ("close", "to"),
    ("maximum", "of"),
    ("", "under"),
    ("", "below"),
    ("", "nearly"),
    ("", "almost"),
    ("bis", "zu"),
    ("weniger", "als"),
    ("", "höchstens"),
    ("", "unter"),
    ("", "knapp"),
    ("", "fast"),
    ("moins", "de"),
    ("près", "de"),
    ("jusqu", "à"),
    ("", "presque"),
    ("menos", "de"),
    ("cerca", "de"),
    ("", "hasta"),
    ("", "casi"),
];

/// Between the two numbers of a range, and the same where a word of [`BETWEEN`] opens it.
pub(super) const TO: &[&str] = &["to", "or", "bis", "oder", "à", "ou", "a", "o"];
pub(super) const AND: &[&str] = &["and", "und", "et", "y"];
pub(super) const BETWEEN: &[&str] = &["between", "zwischen", "entre"];
