//! Neighbours: which articles each placed one is near to, for when the window is loaded again. In the
//! order of placing, in which they are written and read: a batch fills a few pages.

use super::Result;
use super::statements::{insert, run, statements};
use crate::news::ArticleId;
use crate::news::story::{Neighbour, Placed};
use sqlx::SqliteConnection;

/// Bytes of a neighbour: its id and the similarity.
const NEIGHBOUR_BYTES: usize = 12;

statements! {
    KEEP = "INSERT INTO placement_neighbours (sequence, neighbours) VALUES (?, ?)";
    /// Of [[article, ...], ...].
    FORGET = "DELETE FROM placement_neighbours WHERE sequence IN (
        SELECT p.sequence FROM json_each($1) AS w
        CROSS JOIN placement AS p ON p.article = w.value ->> 0)";
}

/// Keeps the neighbours of new placements, each with its place in the order of placing.
pub(super) async fn keep(
    c: &mut SqliteConnection,
    placements: &[(ArticleId, Placed, i64)],
) -> Result<()> {
    let near = (placements.iter()).filter(|(_, placed, _)| !placed.neighbours.is_empty());
    let rows = insert(KEEP, near, |row, (_, placed, sequence)| {
        row.bind(*sequence).bind(to_bytes(&placed.neighbours))
    });
    run(c, rows).await
}

/// Forgets those of placed articles: the first number of each of `rows`, a JSON array of arrays.
pub(super) async fn forget(c: &mut SqliteConnection, rows: &str) -> Result<()> {
    sqlx::query(FORGET).bind(rows.to_owned()).execute(c).await?;
    Ok(())
}

fn to_bytes(neighbours: &[Neighbour]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(neighbours.len() * NEIGHBOUR_BYTES);
    for neighbour in neighbours {
        bytes.extend(neighbour.article.0.to_le_bytes());
        bytes.extend(neighbour.similarity.to_le_bytes());
    }
    bytes
}

pub(super) fn from_bytes(bytes: &[u8]) -> Vec<Neighbour> {
    let (chunks, _) = bytes.as_chunks::<NEIGHBOUR_BYTES>();
    let neighbour = |&[a, b, c, d, e, f, g, h, i, j, k, l]: &[u8; NEIGHBOUR_BYTES]| Neighbour {
        article: ArticleId(i64::from_le_bytes([a, b, c, d, e, f, g, h])),
        similarity: f32::from_le_bytes([i, j, k, l]),
    };
    chunks.iter().map(neighbour).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back() {
        let neighbours = [(7, 0.5), (i64::MAX, 0.25)].map(|(article, similarity)| Neighbour {
            article: ArticleId(article),
            similarity,
        });
        let mut bytes = to_bytes(&neighbours);
        assert_eq!(from_bytes(&bytes), neighbours);
        bytes.push(0);
        assert_eq!(from_bytes(&bytes), neighbours, "the rest is none");
    }
}
