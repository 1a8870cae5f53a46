//! Sentences are byte ranges of the text: in order, apart, trimmed, nothing but white space
//! between them. The first byte chooses the language.
#![no_main]

use lede::text::{plain, sentences, terms, words};
use lede_fuzz::language;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, rest)) = bytes.split_first() else {
        return;
    };
    let language = language(*choice);
    let text = String::from_utf8_lossy(rest);
    check(&text, language);
    check(&plain::tidy(&text), language);
    for term in terms::terms(&text, language) {
        assert!(!term.contains(char::is_whitespace), "{term:?}");
    }
    let _ = words::fold(&text);
});

fn check(text: &str, language: Option<&str>) {
    let mut end = 0;
    for range in sentences::split(text, language) {
        assert!(
            range.start >= end && range.end > range.start,
            "{range:?} after {end}"
        );
        let between = text.get(end..range.start).expect("ranges end at letters");
        assert!(
            between.trim().is_empty(),
            "{between:?} lies between sentences"
        );
        let sentence = text.get(range.clone()).expect("ranges end at letters");
        assert_eq!(sentence.trim(), sentence);
        assert!(!sentence.contains('\n'));
        let _ = (
            sentences::has_end_mark(sentence),
            sentences::breaks_off(sentence),
        );
        end = range.end;
    }
    let rest = text.get(end..).expect("ranges end at letters");
    assert!(rest.trim().is_empty(), "{rest:?} is in no sentence");
}
