//! x
mod limit;
mod gateway;
mod plan;
mod waits;
