//! The real program in a shell, on a store of its own.

use serde_json::Value;
use std::path::PathBuf;

/// A folder with a store, and the settings to run the program on it.
pub struct Lede {
    folder: tempfile::TempDir,
    allow: String,
}

pub struct Output {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Lede {
    /// `allow`: `host:port` pairs of this machine that may be fetched.
    pub fn new(allow: &[&str]) -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            allow: allow.join(","),
        }
    }

    pub fn store(&self) -> PathBuf {
        self.folder.path().join("lede.db")
    }

    /// The command with its settings, not yet started.
    pub fn command(&self, words: &[&str]) -> std::process::Command {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_lede"));
        command
            .args(words)
            .current_dir(self.folder.path())
            .env_clear()
            .env(
                "DATABASE_URL",
                format!("sqlite://{}", self.store().display()),
            )
            .env("LEDE_ALLOW_PRIVATE", &self.allow)
            .stdin(std::process::Stdio::null());
        command
    }

    pub async fn run(&self, words: &[&str]) -> Output {
        let mut command = self.command(words);
        let output =
            tokio::task::spawn_blocking(move || command.output().expect("the program starts"))
                .await
                .expect("joined");
        Output {
            status: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The Discord message that the bot would send.
    pub async fn message(&self, words: &[&str]) -> Value {
        let words: Vec<&str> = words.iter().copied().chain(["--json"]).collect();
        let output = self.run(&words).await;
        serde_json::from_str(&output.out)
            .unwrap_or_else(|_| panic!("{words:?}: {}{}", output.out, output.err))
    }
}

/// All text displays of a message, one below the other.
pub fn message_text(message: &Value) -> String {
    let mut text = String::new();
    collect(message, &mut text);
    text
}

fn collect(value: &Value, text: &mut String) {
    match value {
        Value::Object(object) => {
            if object.get("type").and_then(Value::as_i64) == Some(10)
                && let Some(content) = object.get("content").and_then(Value::as_str)
            {
                text.push_str(content);
                text.push('\n');
            }
            object.values().for_each(|value| collect(value, text));
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, text)),
        _ => {}
    }
}
