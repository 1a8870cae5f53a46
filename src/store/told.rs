//! What destinations were told: stories and sentences.

use super::nouns::Letterbox;
use super::statements::{insert, json_array, run, statements};
use super::{Result, overlay};
use crate::clock::Millis;
use crate::news::StoryId;
use crate::news::subscription::DestinationId;
use sqlx::SqliteConnection;
use std::collections::HashSet;

statements! {
    TELL_SENTENCE = "INSERT INTO told_sentence (destination, hash, at) VALUES (?, ?, ?)
        ON CONFLICT (destination, hash) DO UPDATE SET at = excluded.at";
    SENTENCES = "SELECT t.hash FROM json_each($2) AS w
        CROSS JOIN told_sentence AS t ON t.destination = $1 AND t.hash = w.value
        WHERE t.at < $3";
    TOLD_TO = "SELECT DISTINCT w.value FROM json_each($2) AS w
        CROSS JOIN story AS s ON s.id = w.value OR s.alias_of = w.value
        CROSS JOIN told AS t ON t.destination = $1 AND t.story = s.id
        WHERE t.outbox IS NOT $3";
}

/// Those of the sentences that the destination was quoted before that moment.
pub(super) async fn told_sentences(
    c: &mut SqliteConnection,
    destination: DestinationId,
    sentences: &[i64],
    before: Millis,
) -> Result<Vec<i64>> {
    Ok(sqlx::query_scalar(SENTENCES)
        .bind(destination.0)
        .bind(json_array(sentences.iter().copied()))
        .bind(before)
        .fetch_all(c)
        .await?)
}

/// Those of the living stories that the row's destination was told by another row than this one.
pub(super) async fn told_to(
    c: &mut SqliteConnection,
    row: &Letterbox,
    stories: &[StoryId],
) -> Result<Vec<StoryId>> {
    let ask = async |c: &mut SqliteConnection, stories: &[StoryId]| -> Result<Vec<StoryId>> {
        let ids: Vec<i64> = sqlx::query_scalar(TOLD_TO)
            .bind(row.destination.0)
            .bind(json_array(stories.iter().map(|id| id.0)))
            .bind(row.id)
            .fetch_all(c)
            .await?;
        Ok(ids.into_iter().map(StoryId).collect())
    };
    let overlay = match row.newsroom {
        Some(room) => overlay::of(c, room).await?,
        None => None,
    };
    let Some(overlay) = overlay else {
        return ask(c, stories).await;
    };
    let parts: Vec<StoryId> = (stories.iter())
        .flat_map(|story| overlay::parts_of(Some(&overlay), *story))
        .collect();
    let told: HashSet<StoryId> = (ask(c, &parts).await?.into_iter())
        .map(|part| overlay.story(part))
        .collect();
    Ok(stories
        .iter()
        .copied()
        .filter(|story| told.contains(story))
        .collect())
}

/// Sentences that a destination is quoted.
pub(super) async fn tell_sentences(
    c: &mut SqliteConnection,
    destination: DestinationId,
    sentences: Vec<i64>,
    at: Millis,
) -> Result<()> {
    let told = insert(TELL_SENTENCE, sentences, |query, hash| {
        query.bind(destination.0).bind(hash).bind(at)
    });
    run(c, told).await
}
