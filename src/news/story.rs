//! Stories: which articles are about one event.
//!
//! An article is placed when it arrives, over the newest articles in memory, and the placement of
//! its neighbours is repaired at once. Placement follows from the articles and their order alone:
//! a window restored from the store goes on as if the program had never stopped.

mod lanes;
mod lexicon;
mod likeness;
mod overlap;
mod repair;
mod search;
mod split;
mod window;

pub use overlap::overlap;
pub use window::Window;

use crate::news::ArticleId;
use serde::{Deserialize, Serialize};

/// The id of the article that began the story, or of the one with which it was split off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StoryId(pub i64);

/// A placed article that is like another one, and how much (the pair similarity `s`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neighbour {
    pub article: ArticleId,
    pub similarity: f32,
}

/// Where an article was placed, and what else changed by it.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// Where it stands now, after the merges and moves below.
    pub story: StoryId,
    /// Score of the story joined; none for a new story.
    pub score: Option<f32>,
    pub neighbours: Vec<Neighbour>,
    /// First article with near-equal text, else itself.
    pub same_text: ArticleId,
    /// The oldest article of the window where it was kept instead of leaving: it is now the newest
    /// but this one, and has no neighbours any more.
    pub carried: Option<ArticleId>,
    /// Younger story → elder story whose alias it becomes, in order.
    pub merged: Vec<(StoryId, StoryId)>,
    /// Articles moved to another story, in order, after the merges.
    pub moved: Vec<(ArticleId, StoryId)>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Millis;
    use crate::text::vector::Vector;
    use proptest::prelude::*;

    const HOUR: Millis = 3_600_000;

    /// What the store keeps of a placed article.
    #[derive(Clone)]
    struct Kept {
        id: ArticleId,
        at: Millis,
        vector: Vector,
        story: StoryId,
        neighbours: Vec<Neighbour>,
        same_text: ArticleId,
    }

    fn keep(kept: &mut Vec<Kept>, id: ArticleId, at: Millis, vector: Vector, placed: &Placed) {
        if let Some(carried) = placed.carried {
            let at = kept.iter().position(|one| one.id == carried).unwrap();
            let mut one = kept.remove(at);
            one.neighbours.clear();
            kept.push(one);
        }
        let (story, neighbours) = (placed.story, placed.neighbours.clone());
        let same_text = placed.same_text;
        kept.push(Kept {
            id,
            at,
            vector,
            story,
            neighbours,
            same_text,
        });
        for (younger, elder) in &placed.merged {
            for one in kept.iter_mut().filter(|one| one.story == *younger) {
                one.story = *elder;
            }
        }
        for (article, story) in &placed.moved {
            for one in kept.iter_mut().filter(|one| one.id == *article) {
                one.story = *story;
            }
        }
    }

    fn restored(kept: &[Kept], articles_max: usize) -> Window {
        let mut window = Window::new(articles_max);
        for one in &kept[kept.len().saturating_sub(articles_max)..] {
            let one = one.clone();
            window.restore(
                one.id,
                one.at,
                one.vector,
                one.story,
                one.neighbours,
                one.same_text,
            );
        }
        window
    }

    fn place(window: &mut Window, id: i64, title: &str, text: &str) -> Placed {
        window.place(ArticleId(id), HOUR * id, Vector::of(title, text, None))
    }

    const FERRY: &str = "A ferry from Lindholm ran aground off Avel on Monday with forty \
        passengers aboard, and boats from the harbour took all of them to the shore.";
    const BREAD: &str = "Bakers in Norland raise the price of bread next week because flour and \
        power cost more than last spring, their guild said.";

    #[test]
    fn articles_of_one_event_are_one_story_and_others_are_not() {
        let mut window = Window::new(100);
        let first = place(&mut window, 1, "Ferry runs aground off Avel", FERRY);
        assert_eq!((first.story, first.score), (StoryId(1), None));
        let bread = place(&mut window, 2, "Bread price rises in Norland", BREAD);
        assert_eq!(bread.story, StoryId(2));
        let text = "Forty passengers were brought ashore after the Lindholm ferry ran aground.";
        let second = place(&mut window, 3, "Ferry aground: forty rescued", text);
        assert_eq!(second.story, StoryId(1));
        assert!(second.score.unwrap() > 0.24);
        assert_eq!(second.neighbours[0].article, ArticleId(1));
        assert_eq!(second.same_text, ArticleId(3));
    }

    #[test]
    fn copies_of_a_text_are_known_as_such() {
        let mut window = Window::new(100);
        place(&mut window, 1, "Ferry runs aground off Avel", FERRY);
        let copy = place(
            &mut window,
            2,
            "Ferry runs aground off Avel",
            &format!("{FERRY} (Agency)"),
        );
        assert_eq!((copy.story, copy.same_text), (StoryId(1), ArticleId(1)));
        let copy = place(&mut window, 3, "Ferry ran aground off Avel", FERRY);
        assert_eq!(copy.same_text, ArticleId(1));
    }

    #[test]
    fn reports_that_each_outlet_wrote_are_no_copies() {
        let mut window = Window::new(100);
        let title = "Storm closes the outer mole of Avel harbour";
        let noon = "The harbour master of Avel closed the outer mole at noon after waves had \
            passed over the light. Two ferries turned back and wait in Lindholm for the wind to drop.";
        let later = "Avel's outer mole stays closed until Wednesday, the harbour master said, as \
            waves still pass over its light. The ferries to Sorland wait in Lindholm until the wind \
            drops.";
        place(&mut window, 1, title, noon);
        let other = place(
            &mut window,
            2,
            "Avel harbour shuts its outer mole in a storm",
            later,
        );
        assert_eq!((other.story, other.same_text), (StoryId(1), ArticleId(2)));
    }

    #[test]
    fn one_rare_name_in_common_does_not_make_a_story() {
        let mut window = Window::new(100);
        place(
            &mut window,
            1,
            "Ferry runs aground off Avel",
            "Passengers were safe on Monday.",
        );
        let other = place(
            &mut window,
            2,
            "Avel raises bread price",
            "Bakers in Avel raise the price.",
        );
        assert_eq!(other.story, StoryId(2));
    }

    #[test]
    fn an_article_that_is_there_stays_where_it_is() {
        let mut window = Window::new(100);
        let first = place(&mut window, 1, "Ferry runs aground", FERRY);
        let again = place(&mut window, 1, "Bread price rises", BREAD);
        assert_eq!(again, first);
        assert_eq!(window.len(), 1);
    }

    #[test]
    fn an_empty_article_is_a_story_of_its_own() {
        let mut window = Window::new(2);
        for id in 1..=5 {
            assert_eq!(place(&mut window, id, "", "").story, StoryId(id));
        }
        assert_eq!(window.len(), 2);
    }

    #[test]
    fn what_has_left_the_window_is_forgotten() {
        let mut window = Window::new(3);
        place(&mut window, 1, "Ferry runs aground off Avel", FERRY);
        let mut sizes = Vec::new();
        for id in 2..=40 {
            let text = format!("{BREAD} edition{id} number{id}");
            place(&mut window, id, "Bread price rises in Norland", &text);
            sizes.push(window.bytes());
        }
        assert_eq!(window.len(), 3);
        assert_eq!(sizes[10], sizes[38], "{sizes:?}");
        let back = place(&mut window, 41, "Ferry runs aground off Avel", FERRY);
        assert_eq!((back.story, back.same_text), (StoryId(41), ArticleId(41)));
    }

    #[test]
    fn a_live_story_stays_in_the_window_for_a_fortnight() {
        let mut window = Window::new(4);
        let ferry = |window: &mut Window, id, hours| {
            let text = format!("{FERRY} Edition {id}.");
            let vector = Vector::of("Ferry runs aground off Avel", &text, None);
            window.place(ArticleId(id), HOUR * hours, vector)
        };
        ferry(&mut window, 1, 1);
        ferry(&mut window, 2, 2);
        let mut carried = 0;
        for id in 3..=30 {
            let text = format!("alone{id} apart{id} single{id} lonely{id} only{id} sole{id}");
            let vector = Vector::of("", &text, None);
            let placed = window.place(ArticleId(id), HOUR * 12 * id, vector);
            assert!(placed.carried.is_none_or(|kept| kept == ArticleId(2)));
            carried += usize::from(placed.carried.is_some());
            assert_eq!(window.len(), id.min(4) as usize);
        }
        assert!(carried >= 8, "{carried}");
        assert_eq!(
            ferry(&mut window, 31, 361).story,
            StoryId(31),
            "let go by now"
        );
        let mut window = Window::new(4);
        ferry(&mut window, 1, 1);
        ferry(&mut window, 2, 2);
        for id in 3..=30 {
            let text = format!("alone{id} apart{id} single{id} lonely{id} only{id} sole{id}");
            window.place(ArticleId(id), HOUR * 10 * id, Vector::of("", &text, None));
        }
        assert_eq!(ferry(&mut window, 31, 310).story, StoryId(1));
    }

    #[test]
    fn other_languages_are_grouped_by_their_own_counts() {
        let mut window = Window::new(100);
        let mut place = |id: i64, title: &str, text: &str| {
            let vector = Vector::of(title, text, Some("de"));
            window.place(ArticleId(id), HOUR * id, vector).story.0
        };
        let ferry = "Eine Fähre aus Lindholm ist am Montag vor Avel auf Grund gelaufen. Vierzig \
            Fahrgäste wurden von Booten aus dem Hafen an Land gebracht.";
        assert_eq!(place(1, "Fähre vor Avel auf Grund gelaufen", ferry), 1);
        let bread = "Die Bäcker in Norland erhöhen nächste Woche den Preis für Brot, weil Mehl und \
            Strom teurer sind als im Frühjahr.";
        assert_eq!(place(2, "Brot wird teurer", bread), 2);
        let second = "Nach dem Unglück der Fähre aus Lindholm sind alle vierzig Fahrgäste an Land.";
        assert_eq!(
            place(3, "Fähre auf Grund: vierzig Fahrgäste gerettet", second),
            1
        );
    }

    /// A report of one of two floods that share most of their words: those that every report of a
    /// flood has, those of the one flood, and a few of its own.
    fn flood(which: &str, n: usize) -> Vector {
        let mut words: Vec<String> = (0..22).map(|k| format!("flood{k}")).collect();
        words.extend((0..22).map(|k| format!("{which}{k}")));
        words.extend((0..6).map(|k| format!("own{n}x{k}")));
        let length = words.len();
        words.rotate_left(n * 7 % length);
        Vector::of(&words[..6].join(" "), &words.join(" "), None)
    }

    #[test]
    fn look_alike_events_part_once_each_is_dense_in_itself() {
        let mut whole = Window::new(100);
        let mut kept = Vec::new();
        let mut put = |kept: &mut Vec<Kept>, n: usize, vector: Vector| {
            let id = ArticleId(n as i64 + 1);
            let mut anew = restored(kept, 100);
            let placed = whole.place(id, HOUR, vector.clone());
            assert_eq!(anew.place(id, HOUR, vector.clone()), placed);
            keep(kept, id, HOUR, vector, &placed);
            placed
        };
        for n in 0..40 {
            let text = format!("elsewhere{n} something{n} of{n} another{n} kind{n} happens{n}");
            put(&mut kept, n, Vector::of("", &text, None));
        }
        let mut parted = 0;
        for n in 40..64 {
            let placed = put(&mut kept, n, flood(["avel", "norland"][n % 2], n));
            if n == 41 {
                assert_eq!(placed.story, StoryId(41), "taken for one at first");
            }
            parted += usize::from(placed.story == StoryId(n as i64 + 1) && n > 40);
        }
        assert_eq!(parted, 1, "and not merged again");
        for n in 40..64 {
            assert_eq!(kept[n].story, kept[40 + n % 2].story, "article {n}");
        }
        assert_ne!(kept[40].story, kept[41].story);
    }

    /// An article about one of some events: a title and a text of words drawn by the numbers.
    fn drawn(event: u8, picks: &[u8]) -> Vector {
        let word = |pick: &u8| match pick % 4 {
            0 | 1 => format!("event{event}word{} ", pick % 23),
            2 => format!("Name{}x{} ", event % 3, pick % 7),
            _ => format!("common{} ", pick % 11),
        };
        let text: String = picks.iter().map(word).collect();
        Vector::of(&text[..text.len().min(40)], &format!("so {text}"), None)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]

        #[test]
        fn a_restart_changes_nothing(
            articles in proptest::collection::vec(
                (0u8..6, proptest::collection::vec(any::<u8>(), 3..40), 0i64..400), 1..90),
            articles_max in 1usize..60,
            restarts in proptest::collection::vec(0usize..90, 1..4),
        ) {
            let mut whole = Window::new(articles_max);
            let mut broken = Window::new(articles_max);
            let mut kept = Vec::new();
            for (n, (event, picks, hours)) in articles.iter().enumerate() {
                if restarts.contains(&n) {
                    broken = restored(&kept, articles_max);
                }
                // Ids follow time, not the order of placing.
                let id = ArticleId(hours * 1_000 + n as i64);
                let (at, vector) = (hours * HOUR, drawn(*event, picks));
                let placed = whole.place(id, at, vector.clone());
                prop_assert_eq!(&broken.place(id, at, vector.clone()), &placed);
                prop_assert!(placed.merged.iter().all(|(younger, elder)| elder < younger));
                keep(&mut kept, id, at, vector, &placed);
            }
        }
    }
}
