//! Whether a page says of its article that it is not free to read.

/// Bytes of a page that are searched.
const PAID_BYTES_MAX: usize = 1024 * 1024;
/// What schema.org calls it, in JSON-LD and as an attribute.
const FREE: &[u8] = b"isaccessibleforfree";
/// Bytes behind the name in which its value stands.
const VALUE_BYTES_MAX: usize = 60;
/// Values that say so, lower case.
const NO: [&str; 3] = ["false", "\"no\"", "'no'"];
/// Values of "article:content_tier" (Facebook's name for it) that say so.
const TIERS: [&str; 2] = ["locked", "metered"];

/// What the page says; none where it says nothing. One "not free" counts, as a page says of a part
/// of its article too that it is not.
pub fn is_free(body: &[u8]) -> Option<bool> {
    let page: Vec<u8> = body
        .iter()
        .take(PAID_BYTES_MAX)
        .map(u8::to_ascii_lowercase)
        .collect();
    let said: Vec<bool> = values(&page, FREE)
        .filter_map(|value| {
            let no = NO.iter().any(|no| value.contains(no));
            (no || value.contains("true") || value.contains("yes")).then_some(!no)
        })
        .chain(values(&page, b"article:content_tier").filter_map(|value| {
            let no = TIERS.iter().any(|tier| value.contains(tier));
            (no || value.contains("free")).then_some(!no)
        }))
        .collect();
    match said.as_slice() {
        [] => None,
        said => Some(said.iter().all(|free| *free)),
    }
}

/// What stands behind each place of `name`, up to the end of its value.
fn values<'a>(page: &'a [u8], name: &'static [u8]) -> impl Iterator<Item = String> + 'a {
    let places = page.windows(name.len()).enumerate();
    let places = places.filter(move |(_, window)| *window == name);
    places.map(move |(at, _)| {
        let rest = &page[at + name.len()..];
        let rest = &rest[..rest.len().min(VALUE_BYTES_MAX)];
        let text = String::from_utf8_lossy(rest);
        // The next value or element begins there.
        let end = text.find([',', '}', '>', '\n']).unwrap_or(text.len());
        text[..end].to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_whether_its_article_is_free() {
        for (page, said) in [
            (r#"{"isAccessibleForFree": false, "x": true}"#, Some(false)),
            (r#"{"isAccessibleForFree":"False"}"#, Some(false)),
            (
                r#"{"isAccessibleForFree":"http://schema.org/False"}"#,
                Some(false),
            ),
            (r#"{"isAccessibleForFree": true, "x": false}"#, Some(true)),
            (
                r#"{"isAccessibleForFree": true, "hasPart": {"isAccessibleForFree": false}}"#,
                Some(false),
            ),
            (
                r#"<meta itemprop="isAccessibleForFree" content="no">"#,
                Some(false),
            ),
            (
                r#"<meta itemprop="isAccessibleForFree" content="false">"#,
                Some(false),
            ),
            (
                r#"<meta property="article:content_tier" content="metered"/>"#,
                Some(false),
            ),
            (
                r#"<meta property="article:content_tier" content="free"/>"#,
                Some(true),
            ),
            ("<p>An article on isAccessibleForFree</p>", None),
            ("", None),
        ] {
            assert_eq!(is_free(page.as_bytes()), said, "{page}");
        }
    }

    #[test]
    fn a_page_without_end_is_searched_no_further_than_a_mebibyte() {
        let mut page = vec![b' '; PAID_BYTES_MAX];
        page.extend(br#"{"isAccessibleForFree": false}"#);
        assert_eq!(is_free(&page), None);
        let many = "isaccessibleforfree".repeat(60_000);
        assert_eq!(is_free(many.as_bytes()), None);
    }
}
