//! The sample edition opened in a store of its own: invented outlets, no network.
