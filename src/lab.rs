//! The program's own functions over JSON lines, for measuring. Hidden from the short help.

pub mod background;
pub mod stories;
