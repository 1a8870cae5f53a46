//! Language work on plain strings; knows no article.

pub mod vector;
pub mod words;
