//! What several fuzz targets hold true.

use lede::text::plain;
use url::Url;

/// Text that people are shown, cleaned: nothing unseen in it, in one line or in lines.
pub fn check_text(what: &str, text: &str, one_line: bool) {
    assert_eq!(plain::tidy(text), text, "{what} is not tidy");
    assert!(!(one_line && text.contains('\n')), "{what} has line ends");
}

/// An address that is fetched or linked: absolute, of the web, no control characters.
pub fn check_address(what: &str, address: &str) {
    let url = Url::parse(address).unwrap_or_else(|error| panic!("{what}: {error}: {address:?}"));
    assert!(
        matches!(url.scheme(), "http" | "https") && url.has_host(),
        "{what} is not of the web: {address:?}"
    );
    assert!(
        !address.contains(char::is_control) && address.trim() == address,
        "{what} has controls or blanks: {address:?}"
    );
}

/// The language that an input's first byte chooses.
pub fn language(byte: u8) -> Option<&'static str> {
    const LANGUAGES: [&str; 15] = [
        "en", "de", "fr", "es", "it", "nl", "pl", "cs", "ru", "tr", "ja", "zh", "hi", "ar", "xx",
    ];
    LANGUAGES.get(usize::from(byte % 16)).copied()
}
