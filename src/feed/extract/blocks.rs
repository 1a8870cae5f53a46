//! The text of a main part, block by block.

use crate::feed::clean;

pub fn text(html: &str, _title: Option<&str>) -> String {
    clean::html(html).text
}
