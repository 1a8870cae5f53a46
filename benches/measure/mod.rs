//! The parts of `cargo bench`, one file each.

pub mod brief;
pub mod cpu;
pub mod differ;
pub mod hunt;
pub mod keyphrases;
pub mod matching;
pub mod memory;
pub mod outlets;
pub mod page;
pub mod parse;
pub mod quotes;
pub mod read;
pub mod save;
pub mod table;
