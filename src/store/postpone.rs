//! Puts off sources whose host must not be asked yet.
use crate::clock::Millis;
use crate::news::SourceId;
use crate::store::{Result, Store};

#[allow(unused_variables, clippy::unused_async)]
impl Store {
    /// Makes these sources due no sooner than the given moments.
    pub async fn postpone(&self, sources: Vec<(SourceId, Millis)>) -> Result<()> { todo!() }
}
