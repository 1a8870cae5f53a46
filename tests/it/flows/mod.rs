//! What users live through, told over hours and days.

mod answers;
mod bot;
mod buttons;
mod crash;
mod crowd;
mod differ;
mod entries;
mod first;
mod hostile;
mod learned;
mod load;
mod marks;
mod network;
mod polite;
mod process;
mod quotes;
mod reading;
mod requests;
mod sample;
mod seed;
mod shell;
mod soak;
mod still;
mod sunday;
mod tls;
