//! What users live through, told over hours and days.

mod crash;
mod first;
mod load;
mod quotes;
mod reading;
mod seed;
mod shell;
mod soak;
mod still;
