//! Language work on plain strings; knows no article.

pub mod vector;
pub mod keyphrases;
pub mod plain;
pub mod report;
pub mod language;
pub mod sentences;
pub mod dateline;
pub mod litter;
pub mod words;
