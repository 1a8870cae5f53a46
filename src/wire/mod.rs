//! A Page as the body of a Discord message: plain serde, no serenity.
//!
//! Answers are Components V2 and nobody is ever mentioned by them; what is sent unasked is classic. A page was packed before it
//! comes here (by `page::markdown::measure`); what does not fit all the same is left out whole.

mod label;
mod letter;
mod message;
mod modal;
mod registration;

pub use label::cut;
pub use letter::{ARCHIVE_MINUTES, Lettering, Shape, THREAD_KEY, letter, thread_name};
pub use message::{
    Attached, COMPONENTS_MAX, Drawing, Message, Silence, TEXT_UNITS_MAX, custom_id, message,
    refusal,
};
pub use modal::{Autocomplete, Modal, choices, form};
pub use registration::{commands, of_servers, registration};
