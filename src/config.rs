//! Settings from the environment, checked once, handed down as values.

/// All settings. The environment wins over `.env`.
#[derive(Clone)]
pub struct Settings {
    pub discord_token: Option<String>,
    /// `sqlite://PATH`.
    pub database_url: String,
    pub poll_seconds_min: u32,
    /// Exact `host:port` pairs that may be fetched although they are not public.
    pub allow_private: Vec<String>,
    pub contact: Option<String>,
    /// Servers that may use the bot; empty = any.
    pub servers: Vec<u64>,
    pub text_days: u32,
    pub log: String,
    pub log_json: bool,
    /// Hidden: base address of a stand-in for Discord's REST API.
    pub discord_api: Option<String>,
    /// Hidden: file that holds the time, for tests of the real process.
    pub clock_file: Option<std::path::PathBuf>,
}
