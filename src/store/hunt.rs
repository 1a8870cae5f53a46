//! The hunt: the newest articles that a newsroom may see and that match a topic.
//!
//! Ids follow time, so a period is a range of ids everywhere: in the search index and in what each
//! source carries. Both are met inside SQLite, because a row that crosses to us costs more than one
//! that is dropped there. The article table is not touched.

use super::Result;
use super::nouns::Hunt;
use super::statements::statements;
use crate::news::{ArticleId, Topic};
use sqlx::SqliteConnection;

/// Wordings of one phrase that are looked for.
const PHRASE_WORDINGS_MAX: usize = 32;

/// Ids in `$1..$2` carried by newsroom `$3`'s sources (only by `$4` unless that is NULL).
macro_rules! visible {
    () => {
        "SELECT c.article FROM newsroom_source AS ns
        CROSS JOIN carried AS c ON c.source = ns.source AND c.article >= $1 AND c.article < $2
        WHERE ns.newsroom = $3 AND ns.removed_at IS NULL
            AND ns.muted = 0 AND ($4 IS NULL OR ns.source = $4)"
    };
}

statements! {
    NEWEST = concat!("SELECT DISTINCT article FROM (", visible!(), ")
        ORDER BY article DESC LIMIT $5");
    /// The plus sign keeps SQLite from asking the index for one visible id after the other: it goes
    /// through the matches instead, newest first, and drops the invisible ones.
    NEWEST_MATCHING = concat!("SELECT t.rowid FROM article_terms AS t
        WHERE t.article_terms MATCH $6 AND t.rowid >= $1 AND t.rowid < $2
            AND +t.rowid IN (", visible!(), ")
        ORDER BY t.rowid DESC LIMIT $5");
}

/// Ids of the newest, newest first.
pub(super) async fn newest(c: &mut SqliteConnection, hunt: &Hunt<'_>) -> Result<Vec<ArticleId>> {
    let matching = match hunt.topic {
        None => None,
        Some(topic) => match expression(topic) {
            Some(expression) => Some(expression),
            None => return Ok(Vec::new()),
        },
    };
    let sql = if matching.is_some() {
        NEWEST_MATCHING
    } else {
        NEWEST
    };
    let mut query = sqlx::query_scalar(sql)
        .bind(hunt.from.0)
        .bind(hunt.until.0)
        .bind(hunt.newsroom.0)
        .bind(hunt.source.map(|source| source.0))
        .bind(hunt.newest);
    if let Some(matching) = matching {
        query = query.bind(matching);
    }
    let ids: Vec<i64> = query.fetch_all(c).await?;
    Ok(ids.into_iter().map(ArticleId).collect())
}

/// A topic in the search index's language; none when nothing can match it. Every term is quoted,
/// so that no term can be taken for an operator.
fn expression(topic: &Topic) -> Option<String> {
    let word = |at: &usize| any_of(topic.words[*at].iter().map(|term| quoted(&[term])));
    let mut all = Vec::new();
    let mut left: Vec<usize> = (0..topic.words.len()).collect();
    for alias in &topic.aliases {
        if !alias.of.iter().all(|at| left.contains(at)) {
            continue;
        }
        left.retain(|at| !alias.of.contains(at));
        let own: Option<Vec<String>> = alias.of.iter().map(word).collect();
        let own = own?.join(" AND ");
        let names = alias.names.iter().flat_map(|name| wordings(name));
        let names = names.map(|wording| quoted(&wording));
        all.push(any_of(std::iter::once(Some(own)).chain(names))?);
    }
    for at in &left {
        all.push(word(at)?);
    }
    for phrase in &topic.phrases {
        all.push(any_of(
            wordings(phrase).iter().map(|wording| quoted(wording)),
        )?);
    }
    let words = topic.excluded.iter().flatten().map(|term| quoted(&[term]));
    let phrases = topic
        .excluded_phrases
        .iter()
        .flat_map(|phrase| wordings(phrase));
    let excluded = any_of(words.chain(phrases.map(|wording| quoted(&wording))));
    if all.is_empty() {
        return None;
    }
    let all = all.join(" AND ");
    Some(match excluded {
        Some(excluded) => format!("({all}) NOT {excluded}"),
        None => all,
    })
}

fn any_of(choices: impl Iterator<Item = Option<String>>) -> Option<String> {
    let choices: Vec<String> = choices.flatten().collect();
    match choices.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        _ => Some(format!("({})", choices.join(" OR "))),
    }
}

/// Terms in a row; none when one of them is nothing to the index.
fn quoted(terms: &[&String]) -> Option<String> {
    let blank = |term: &&String| !term.chars().any(char::is_alphanumeric);
    if terms.is_empty() || terms.iter().any(blank) {
        return None;
    }
    let terms: Vec<String> = terms.iter().map(|term| term.replace('"', "\"\"")).collect();
    Some(format!("\"{}\"", terms.join(" ")))
}

/// Every way to say a phrase, up to a limit: each word may have several terms.
fn wordings(phrase: &[Vec<String>]) -> Vec<Vec<&String>> {
    let mut wordings: Vec<Vec<&String>> = vec![Vec::new()];
    for word in phrase {
        let longer = wordings.iter().flat_map(|wording| {
            word.iter().map(|term| {
                let mut longer = wording.clone();
                longer.push(term);
                longer
            })
        });
        wordings = longer.take(PHRASE_WORDINGS_MAX).collect();
    }
    wordings
}

#[cfg(test)]
mod tests {
    use super::super::test::{NOON, entry, feed, hunt, new_source, topic};
    use super::super::{Added, Store};
    use super::*;
    use crate::clock::HOUR;
    use crate::news::topic::Alias;
    use crate::news::{Newsroom, NewsroomId, SourceId};
    use crate::store::test::TestFile;
    use proptest::prelude::*;
    use proptest::test_runner::{Config, TestRunner};

    #[test]
    fn words_are_all_wanted_phrases_in_order_exclusions_kept_out() {
        assert_eq!(expression(&topic("ferry")).unwrap(), "\"ferry\"");
        let mut whole = topic("ferry harbour -strike");
        whole.words[0].push("ferri".into());
        whole.phrases = vec![vec![
            vec!["white".into(), "weiss".into()],
            vec!["house".into()],
        ]];
        assert_eq!(
            expression(&whole).unwrap(),
            "((\"ferry\" OR \"ferri\") AND \"harbour\" AND (\"white house\" OR \"weiss house\")) NOT \"strike\""
        );
    }

    #[test]
    fn a_place_is_found_by_its_other_names() {
        let mut whole = topic("grain north avel");
        whole.aliases = vec![Alias {
            of: vec![1, 2],
            names: vec![
                vec![vec!["vesthavn".into()]],
                vec![vec!["port".into()], vec!["oda".into()]],
            ],
            written: vec!["Vesthavn", "Port Oda"],
        }];
        assert_eq!(
            expression(&whole).unwrap(),
            "(\"north\" AND \"avel\" OR \"vesthavn\" OR \"port oda\") AND \"grain\""
        );
    }

    #[test]
    fn a_term_cannot_be_an_operator() {
        assert_eq!(
            expression(&topic("OR NEAR( a\"b *")),
            None,
            "a word that is nothing matches nothing"
        );
        assert_eq!(
            expression(&topic("OR NEAR( a\"b")).unwrap(),
            "\"OR\" AND \"NEAR(\" AND \"a\"\"b\""
        );
    }

    #[test]
    fn a_phrase_with_many_wordings_is_limited() {
        let word: Vec<String> = (0..8).map(|number| format!("w{number}")).collect();
        assert_eq!(wordings(&vec![word; 6]).len(), PHRASE_WORDINGS_MAX);
    }

    async fn titles(store: &Store, hunt: Hunt<'_>) -> Vec<String> {
        store
            .hunt(&hunt)
            .await
            .unwrap()
            .into_iter()
            .map(|sighting| sighting.article.title)
            .collect()
    }

    async fn source(store: &Store, newsroom: NewsroomId, name: &str, titles: &[&str]) -> SourceId {
        let mut entries: Vec<_> = titles
            .iter()
            .enumerate()
            .map(|(n, title)| {
                entry(
                    &format!("https://{name}.example/{n}"),
                    title,
                    "The council of Avel met.",
                )
            })
            .collect();
        for (n, entry) in entries.iter_mut().enumerate() {
            entry.published = Some(NOON - HOUR * n as i64);
        }
        let new = new_source(
            newsroom,
            &format!("https://{name}.example/feed"),
            feed(name, &entries),
            NOON,
        );
        match store.add_source(new).await.unwrap() {
            Added::New(id) | Added::AlreadyThere(id) => id,
            Added::Full { .. } => panic!("full"),
        }
    }

    #[tokio::test]
    async fn words_phrases_and_exclusions_find_what_they_should() {
        let store = Store::temporary().await.unwrap();
        let newsroom = store.newsroom(Newsroom::Server(1), NOON).await.unwrap();
        source(
            &store,
            newsroom,
            "avel",
            &[
                "Ferry strike ends",
                "Ferries are late",
                "The late ferry strikes a pier",
            ],
        )
        .await;
        let found = async |words| titles(&store, hunt(newsroom, Some(words))).await.len();
        assert_eq!(found("ferries").await, 3, "by stem");
        assert_eq!(found("council ferry").await, 3, "in title or text");
        assert_eq!(found("strike ferry").await, 2);
        assert_eq!(found("harbour").await, 0);
        let mut whole = topic("ferri -pier");
        assert_eq!(
            titles(
                &store,
                Hunt {
                    topic: Some(&whole),
                    ..hunt(newsroom, None)
                }
            )
            .await
            .len(),
            2
        );
        whole.phrases = vec![vec![
            vec!["ferri".to_owned()],
            vec!["strike".to_owned(), "strike".to_owned()],
        ]];
        let found = titles(
            &store,
            Hunt {
                topic: Some(&whole),
                ..hunt(newsroom, None)
            },
        )
        .await;
        assert_eq!(found, ["Ferry strike ends"]);
    }

    #[tokio::test]
    async fn the_newest_come_first_and_the_period_is_kept() {
        let store = Store::temporary().await.unwrap();
        let newsroom = store.newsroom(Newsroom::Server(1), NOON).await.unwrap();
        source(
            &store,
            newsroom,
            "avel",
            &["Ferry one", "Ferry two", "Ferry three"],
        )
        .await;
        for words in [Some("ferry"), None] {
            let all = hunt(newsroom, words);
            assert_eq!(
                titles(&store, all.clone()).await,
                ["Ferry one", "Ferry two", "Ferry three"]
            );
            assert_eq!(
                titles(
                    &store,
                    Hunt {
                        newest: 2,
                        ..all.clone()
                    }
                )
                .await,
                ["Ferry one", "Ferry two"]
            );
            let (from, until) = (ArticleId::first_at(NOON - HOUR), ArticleId::first_at(NOON));
            assert_eq!(
                titles(&store, Hunt { from, until, ..all }).await,
                ["Ferry two"]
            );
        }
    }

    #[tokio::test]
    async fn a_newsroom_sees_only_what_its_sources_carry() {
        let store = Store::temporary().await.unwrap();
        let one = store.newsroom(Newsroom::Server(1), NOON).await.unwrap();
        let two = store.newsroom(Newsroom::Person(1), NOON).await.unwrap();
        let avel = source(&store, one, "avel", &["Ferry of Avel"]).await;
        let basin = source(&store, two, "basin", &["Ferry of Basin"]).await;
        for words in [Some("ferry"), None] {
            assert_eq!(titles(&store, hunt(one, words)).await, ["Ferry of Avel"]);
            assert_eq!(titles(&store, hunt(two, words)).await, ["Ferry of Basin"]);
            assert!(
                titles(
                    &store,
                    Hunt {
                        source: Some(basin),
                        ..hunt(one, words)
                    }
                )
                .await
                .is_empty()
            );
            assert_eq!(
                titles(
                    &store,
                    Hunt {
                        source: Some(avel),
                        ..hunt(one, words)
                    }
                )
                .await,
                ["Ferry of Avel"]
            );
        }
        source(&store, one, "basin", &["Ferry of Basin"]).await;
        assert_eq!(titles(&store, hunt(one, Some("ferry"))).await.len(), 2);
        assert_eq!(
            titles(
                &store,
                Hunt {
                    source: Some(basin),
                    ..hunt(one, None)
                }
            )
            .await,
            ["Ferry of Basin"]
        );
        store.remove_source(one, basin, 1, NOON).await.unwrap();
        assert_eq!(
            titles(&store, hunt(one, Some("ferry"))).await,
            ["Ferry of Avel"]
        );
        assert_eq!(
            titles(&store, hunt(two, Some("ferry"))).await,
            ["Ferry of Basin"],
            "the other's stays"
        );
        store.restore_source(one, basin, 1, NOON).await.unwrap();
        assert_eq!(titles(&store, hunt(one, Some("ferry"))).await.len(), 2);
    }

    #[test]
    fn the_index_understands_whatever_is_typed() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let file = TestFile::new();
        let connection = runtime.block_on(async {
            file.open().await;
            file.raw().await
        });
        let connection = std::cell::RefCell::new(connection);
        let part = prop_oneof![
            any::<char>().prop_map(String::from),
            proptest::sample::select(vec![
                "\"", "-", "*", "^", "(", ")", ":", "+", " ", "NEAR", " OR ", " AND ", " NOT ",
                "title:", "'", "\\", "{}", "ferry", "ö", "港", "3.5", "\0", "_", "#tide", "R&D",
            ])
            .prop_map(str::to_owned),
        ];
        let typed = proptest::collection::vec(part, 0..16).prop_map(|parts| parts.concat());
        let mut runner = TestRunner::new(Config::with_cases(2_000));
        let outcome = runner.run(&typed, |typed| {
            let Some(query) = Topic::parse(&typed)
                .ok()
                .and_then(|topic| expression(&topic))
            else {
                return Ok(());
            };
            let mut connection = connection.borrow_mut();
            let found = sqlx::query_scalar::<_, i64>(
                "SELECT rowid FROM article_terms WHERE article_terms MATCH $1",
            )
            .bind(&query)
            .fetch_all(&mut *connection);
            let found = runtime.block_on(found);
            prop_assert!(found.is_ok(), "{typed:?} became {query:?}: {found:?}");
            Ok(())
        });
        outcome.unwrap();
    }
}
