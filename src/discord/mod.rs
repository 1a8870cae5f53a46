//! The bot: the only place that says `serenity`.
