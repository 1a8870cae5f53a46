//! By what Discord recognises a message that was sent before.

use super::Push;
use sha2::{Digest, Sha256};

/// Characters of a nonce, as Discord limits them.
const NONCE_CHARS: usize = 25;
const INSTALLATION: &str = "installation";

impl Push {
    /// The same at every try, and another one for every row of every installation: the first 25
    /// characters of a SHA-256 in base 32.
    pub(super) async fn nonce(&self, outbox: i64) -> anyhow::Result<String> {
        let installation = self
            .installation
            .get_or_try_init(|| self.known_installation());
        let text = format!("{} {outbox}", installation.await?);
        let hash = Sha256::digest(text.as_bytes());
        const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
        let letters = hash.iter().take(NONCE_CHARS);
        Ok(letters
            .map(|byte| char::from(LETTERS[usize::from(byte % 32)]))
            .collect())
    }

    /// A number of this store, made when there is none.
    async fn known_installation(&self) -> anyhow::Result<String> {
        if let Some(known) = self.desk.store.program_value(INSTALLATION).await? {
            return Ok(known);
        }
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no random bytes: {error}"))?;
        let made: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        self.desk
            .store
            .set_program_value(INSTALLATION, &made)
            .await?;
        Ok(made)
    }
}
