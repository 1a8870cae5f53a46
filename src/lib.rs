//! Lede: a Discord bot that briefs a server on the news, quoting its sources word for word.
//!
//! The list of modules, in the order in which they may know each other (see ARCHITECTURE.md).

pub mod clock;
pub mod config;
pub mod text;
pub mod news;
pub mod page;
pub mod feed;
pub mod store;
pub mod desk;
pub mod jobs;
pub mod wire;
pub mod terminal;
pub mod discord;
pub mod lab;
