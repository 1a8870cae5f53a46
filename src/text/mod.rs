//! Language work on plain strings; knows no article.

pub mod background;
pub mod terms;
pub mod vector;
pub mod words;
