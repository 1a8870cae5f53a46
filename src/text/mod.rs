//! Language work on plain strings; knows no article.

pub mod background;
pub mod terms;
pub mod vector;
pub mod plain;
pub mod language;
pub mod sentences;
pub mod dateline;
pub mod litter;
pub mod words;
