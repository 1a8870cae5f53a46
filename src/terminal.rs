//! The desk from a shell: `lede brief ukraine`, and the prompt.

pub mod clean;
pub mod draw;
pub mod number;
pub mod when;
pub mod wrap;
