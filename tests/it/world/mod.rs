//! The model world: what stands around Lede, on 127.0.0.1.

// Words for tests; no test uses them all.
#[allow(dead_code, unused_imports)]
pub mod discord;
