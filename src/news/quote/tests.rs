//! Cases and laws of quoting, on invented events.

use super::*;
use proptest::prelude::*;

fn article<'a>(index: usize, outlet: &'a str, text: &'a str) -> Material<'a> {
    Material {
        article: index,
        outlet,
        same_text: index as i64,
        title: "",
        text,
        language: Some("en"),
        refrains: Refrains::NONE,
        at: index as Millis * 1_000,
        weight: 1.0,
    }
}

/// The quoted sentences with their outlets.
fn quoted<'a>(articles: &[Material<'a>], wanted: Wanted) -> Vec<(&'a str, &'a str)> {
    select(articles, wanted)
        .into_iter()
        .map(|quote| {
            let article = articles
                .iter()
                .find(|article| article.article == quote.article)
                .expect("a quote names its article");
            (article.outlet, &article.text[quote.range])
        })
        .collect()
}

const COURIER: &str = "AVEL (Norvia Press) - The old bridge of Avel was shut on Monday after engineers found cracks in two of its pillars. \
    Thousands of commuters were sent to the ferry, which runs every ten minutes until midnight. \
    The council will decide on Thursday whether the bridge can be repaired or must be pulled down.";
const HERALD: &str = "Engineers who looked at the old bridge of Avel found cracks in two pillars, and the city closed it on Monday morning. \
    Mayor Mira Holt said that the repair would take at least two years and cost the city dearly. \
    Shopkeepers near the bridge fear for their trade.";
const RADIO: &str = "Avel closed its old bridge because two pillars are cracked, the mayor's office said in the morning. \
    The ferry across the sound was full by seven, and queues reached back to the market square.";

fn story() -> Vec<Material<'static>> {
    vec![
        article(0, "courier.example", COURIER),
        article(1, "herald.example", HERALD),
        article(2, "radio.example", RADIO),
    ]
}

#[test]
fn three_quotes_come_from_three_outlets() {
    let quotes = quoted(&story(), Wanted::Sentences(3));
    let mut outlets: Vec<&str> = quotes.iter().map(|(outlet, _)| *outlet).collect();
    outlets.sort_unstable();
    assert_eq!(
        outlets,
        ["courier.example", "herald.example", "radio.example"],
        "{quotes:?}"
    );
}

#[test]
fn nothing_is_quoted_twice_in_other_words() {
    let quotes = quoted(&story(), Wanted::Sentences(3));
    let closings = quotes
        .iter()
        .filter(|(_, sentence)| sentence.contains("pillars") && sentence.contains("cracks"))
        .count();
    assert_eq!(closings, 1, "{quotes:?}");
}

#[test]
fn a_quote_begins_after_the_dateline() {
    let alone = [article(0, "courier.example", COURIER)];
    let quotes = quoted(&alone, Wanted::Sentences(1));
    assert!(
        quotes[0]
            .1
            .starts_with("The old bridge of Avel was shut on Monday"),
        "{quotes:?}"
    );
    let range = select(&alone, Wanted::Sentences(1))[0].range.clone();
    assert!(stands(COURIER, Some("en"), &range));
    assert!(!stands(COURIER, Some("en"), &(range.start..range.end - 1)));
}

#[test]
fn copies_of_one_report_speak_with_one_voice() {
    let mut articles = story();
    articles[1] = article(1, "herald.example", COURIER);
    articles[1].same_text = articles[0].same_text;
    let quotes = quoted(&articles, Wanted::Sentences(2));
    let copies = quotes
        .iter()
        .filter(|(outlet, _)| *outlet != "radio.example")
        .count();
    assert_eq!((quotes.len(), copies), (2, 1), "{quotes:?}");
}

#[test]
fn a_muted_outlet_is_never_quoted() {
    let mut articles = story();
    articles[0].weight = 0.0;
    let quotes = quoted(&articles, Wanted::Sentences(3));
    assert!(
        quotes
            .iter()
            .all(|(outlet, _)| *outlet != "courier.example"),
        "{quotes:?}"
    );
}

#[test]
fn one_article_is_quoted_in_its_own_order() {
    let quotes = select(
        &[article(7, "courier.example", COURIER)],
        Wanted::Sentences(3),
    );
    assert_eq!(quotes.len(), 3);
    assert!(
        quotes
            .windows(2)
            .all(|pair| pair[0].range.end <= pair[1].range.start)
    );
    assert!(quotes.iter().all(|quote| quote.article == 7));
}

#[test]
fn what_is_no_sentence_of_the_report_is_never_quoted() {
    let long = format!(
        "The council said {}.",
        "and said again that nothing is decided ".repeat(12).trim()
    );
    for unfit in [
        "Read more: the bridge of Avel in twelve pictures from the air.",
        "Sign in to access your portfolio and the bridge of Avel.",
        "The bridge costs 40 crowns a day to keep open ($1 = 12 crowns).",
        "Bridge shut",
        "The council of Avel said on Monday that the old bridge would...",
        "The council of Avel said on Monday that the old bridge would […]",
        "It is shut.",
        "the bridge of Avel is shut since Monday because of its pillars.",
        "Why did the city of Avel close its old bridge on Monday?",
        "Bridge of Avel shut after engineers found cracks in its pillars",
        "The mayor of Avel said the following about the old bridge:",
        long.as_str(),
    ] {
        let found = quoted(&[article(0, "herald.example", unfit)], Wanted::Sentences(3));
        assert!(found.is_empty(), "{found:?}");
    }
}

#[test]
fn an_older_toll_gives_way_to_the_newer_one() {
    let old = "A ferry sank near Port Lind on Sunday night, and at least 14 people died in the cold water.";
    let new = "A ferry that sank near Port Lind on Sunday has cost the lives of 21 people, rescuers said.";
    let articles = [
        article(0, "herald.example", old),
        article(1, "radio.example", new),
    ];
    let quotes = quoted(&articles, Wanted::Sentences(3));
    assert_eq!(quotes, [("radio.example", new)]);
}

#[test]
fn words_are_counted_where_words_are_wanted() {
    for most in [0, 5, 20, 40, 60, 100] {
        let quotes = quoted(&story(), Wanted::Words(most));
        let words: usize = quotes
            .iter()
            .map(|(_, sentence)| sentence.split_whitespace().count())
            .sum();
        assert!(words <= most, "{most}: {quotes:?}");
    }
}

#[test]
fn a_search_shows_the_sentence_that_holds_its_words() {
    let stems = |query: &str| {
        query
            .split(' ')
            .map(|word| words::stem(word, Some("en")))
            .collect::<Vec<_>>()
    };
    let herald = article(0, "herald.example", HERALD);
    let found = |query: &str| best_sentence_for(&herald, &stems(query)).map(|range| &HERALD[range]);
    assert_eq!(
        found("shopkeepers trade"),
        Some("Shopkeepers near the bridge fear for their trade.")
    );
    assert!(found("mayor repair").is_some_and(|sentence| sentence.starts_with("Mayor Mira Holt")));
    assert_eq!(found("volcano"), None);
}

#[test]
fn scripts_without_spaces_are_quoted_too() {
    let text = "アベルの古い橋は柱に亀裂が見つかったため月曜日に閉鎖されました。市長は修理に少なくとも二年かかると述べました。";
    let mut japanese = article(0, "herald.example", text);
    japanese.language = Some("ja");
    let quotes = quoted(&[japanese], Wanted::Sentences(1));
    assert_eq!(quotes.len(), 1);
    assert!(quotes[0].1.ends_with("。"));
}

#[test]
fn a_story_of_many_long_articles_is_quoted_in_time() {
    let sentence = |n: usize| {
        format!(
            "In town {n} the council of Avel met {} people near bridge {} on day {n}. ",
            n * 7,
            n % 13
        )
    };
    let text: String = (0..2_000).map(sentence).collect();
    let articles: Vec<Material> = (0..200)
        .map(|index| article(index, "herald.example", &text))
        .collect();
    let began = std::time::Instant::now();
    assert!(!select(&articles, Wanted::Sentences(3)).is_empty());
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn every_quote_is_one_whole_sentence_of_its_article(
        texts in proptest::collection::vec(
            "((The|A|Holt|Avel|bridge|ferry|sank|shut|[0-9]{1,4}|\"|\\(|-|[a-z]{1,7})[ ]|[.!?][ \\n]|AVEL \\(NP\\) - |Read more: |。|\\PC){0,60}", 0..5),
        most in 0usize..5,
        by_words in any::<bool>(),
    ) {
        let outlets = ["a", "b", "a", "c", "d"];
        let articles: Vec<Material> = texts.iter().enumerate().map(|(index, text)| article(index, outlets[index], text)).collect();
        let wanted = if by_words { Wanted::Words(most * 20) } else { Wanted::Sentences(most) };
        let quotes = select(&articles, wanted);
        if !by_words {
            prop_assert!(quotes.len() <= most);
        }
        for quote in quotes {
            let text = &texts[quote.article];
            prop_assert!(text.get(quote.range.clone()).is_some());
            prop_assert!(stands(text, Some("en"), &quote.range));
            prop_assert!(text[quote.range.clone()].encode_utf16().count() <= QUOTE_CHARS_MAX);
            prop_assert!(sentences::has_end_mark(&text[quote.range]));
        }
    }
}
