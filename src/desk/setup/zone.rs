//! A guess at somebody's time zone from the language and country that Discord names.

use crate::news::zone::Zone;

/// Discord's locales that tell of one zone more than of others: that of most people who read the
/// language, after the countries' populations (<https://docs.discord.com/developers/reference#locales>).
const ZONES: &[(&str, &str)] = &[
    ("bg", "Europe/Sofia"),
    ("cs", "Europe/Prague"),
    ("da", "Europe/Copenhagen"),
    ("de", "Europe/Berlin"),
    ("el", "Europe/Athens"),
    ("en-GB", "Europe/London"),
    ("en-US", "America/New_York"),
    ("es-419", "America/Mexico_City"),
    ("es-ES", "Europe/Madrid"),
    ("fi", "Europe/Helsinki"),
    ("fr", "Europe/Paris"),
    ("hi", "Asia/Kolkata"),
    ("hr", "Europe/Zagreb"),
    ("hu", "Europe/Budapest"),
    ("id", "Asia/Jakarta"),
    ("it", "Europe/Rome"),
    ("ja", "Asia/Tokyo"),
    ("ko", "Asia/Seoul"),
    ("lt", "Europe/Vilnius"),
    ("nl", "Europe/Amsterdam"),
    ("no", "Europe/Oslo"),
    ("pl", "Europe/Warsaw"),
    ("pt-BR", "America/Sao_Paulo"),
    ("ro", "Europe/Bucharest"),
    ("ru", "Europe/Moscow"),
    ("sv-SE", "Europe/Stockholm"),
    ("th", "Asia/Bangkok"),
    ("tr", "Europe/Istanbul"),
    ("uk", "Europe/Kyiv"),
    ("vi", "Asia/Ho_Chi_Minh"),
    ("zh-CN", "Asia/Shanghai"),
    ("zh-TW", "Asia/Taipei"),
];

/// The zone of a locale; none where it tells nothing.
pub fn guess(locale: &str) -> Option<Zone> {
    let (_, name) = ZONES.iter().find(|(known, _)| *known == locale)?;
    Zone::parse(name).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_tells_of_a_zone_and_an_unknown_one_of_none() {
        for (locale, name) in ZONES {
            let zone = guess(locale);
            assert_eq!(zone.as_ref().map(Zone::name), Some(*name), "{locale}");
        }
        assert!(ZONES.is_sorted(), "so that one that is missing is seen");
        for unknown in ["", "xx", "de-AT", "en"] {
            assert_eq!(guess(unknown), None, "{unknown}");
        }
    }
}
