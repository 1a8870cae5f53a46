//! A Page as the body of a Discord message: plain serde, no serenity.
