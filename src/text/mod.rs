//! Language work on plain strings; knows no article.

pub mod background;
pub mod dateline;
pub mod keyphrases;
mod known;
pub mod language;
pub mod litter;
pub mod plain;
pub mod refrain;
pub mod report;
pub mod sentences;
pub mod spread;
pub mod terms;
pub mod vector;
pub mod words;
