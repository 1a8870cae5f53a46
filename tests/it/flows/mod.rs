//! What users live through, told over hours and days.

mod answers;
mod reading;
