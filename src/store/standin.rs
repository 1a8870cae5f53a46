//! Stand-ins for links, outlets and terms until they are merged.

use crate::text::vector::{Vector, Weighted};

pub(super) fn canonical(link: &str) -> Option<String> {
    url::Url::parse(link).ok().map(|url| url.to_string())
}

pub(super) fn outlet(link: Option<&str>, site: Option<&str>, feed_url: &str) -> String {
    [link, site, Some(feed_url)]
        .into_iter()
        .flatten()
        .find_map(|url| url::Url::parse(url).ok()?.host_str().map(str::to_owned))
        .unwrap_or_default()
}

pub(super) fn index_text(title: &str, text: &str, _language: Option<&str>) -> (String, String) {
    (title.to_lowercase(), text.to_lowercase())
}

pub(super) fn vector(title: &str, text: &str, _language: Option<&str>) -> Vector {
    let count = title.len() + text.len();
    Vector(vec![Weighted {
        term: count as u32,
        all: 1,
        lead: 1,
        caps: 0,
        title: 1,
    }])
}
