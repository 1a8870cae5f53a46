//! The program's own functions over JSON lines, for measuring. Hidden from the short help.

pub mod keyphrases;
pub mod summaries;
