//! Lede: a Discord bot that briefs a server on the news, quoting its sources word for word.
//!
//! The list of modules, in the order in which they may know each other (see ARCHITECTURE.md).

pub mod clock;
pub mod config;
pub mod desk;
pub mod discord;
pub mod feed;
pub mod jobs;
pub mod lab;
pub mod news;
pub mod page;
pub mod store;
pub mod terminal;
pub mod text;
pub mod wire;
