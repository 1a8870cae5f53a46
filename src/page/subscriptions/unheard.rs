//! Subscriptions and follows to which nothing can come, as their source is muted or was removed.

use super::manage::Whose;
use crate::news::subscription::{Unheard, What};
use crate::page::brief::counted;
use crate::page::{Block, Line};

/// In a few words, for lists.
pub fn brief(what: &What, unheard: Unheard) -> Line {
    Line::ours(match (what, unheard) {
        (What::Folder(_), Unheard::Removed) => "nothing comes, as no source is in that folder",
        (What::Folder(_), Unheard::Muted) => "nothing comes, as all sources in it are muted",
        (_, Unheard::Removed) => "nothing comes, as its source was removed",
        (_, Unheard::Muted) => "nothing comes, as its source is muted",
    })
}

/// What can be done about it, and who can.
pub fn way_back(what: &What, unheard: Unheard, whose: Whose) -> Line {
    let (way, command) = match (what, unheard) {
        (What::Folder(_), Unheard::Removed) => ("put a source into it with ", "sources edit"),
        (_, Unheard::Removed) => ("add it again with ", "sources add"),
        (_, Unheard::Muted) => ("give it another weight with ", "sources edit"),
    };
    let (who, end) = match whose {
        Whose::Newsroom => ("You can ", ", or remove this subscription."),
        Whose::Person => ("A moderator can ", "; Stop ends this follow."),
    };
    Line::ours(who).and(way).command(command).and(end)
}

/// How many there are to which nothing comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Of channels, or of the terminal.
    pub subscriptions: usize,
    /// Of persons.
    pub follows: usize,
}

/// What stands on a source that was muted or removed; none where nothing does.
pub fn standing(standing: Standing) -> Option<Block> {
    let Standing {
        subscriptions,
        follows,
    } = standing;
    let subscribed = counted(subscriptions, "subscription", "subscriptions");
    let followed = counted(follows, "follow", "follows");
    let who = match (subscriptions, follows) {
        (0, 0) => return None,
        (_, 0) => subscribed,
        (0, _) => followed,
        _ => format!("{subscribed} and {followed}"),
    };
    let stand = match subscriptions + follows {
        1 => "stands on it and gets",
        _ => "stand on it and get",
    };
    let line = Line::ours(format!("{who} {stand} nothing now"));
    Some(Block::Text(match subscriptions {
        0 => line.and("."),
        _ => line.and(": see ").command("subscriptions list").and("."),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::markdown::{Commands, block};

    #[test]
    fn what_stands_on_a_source_is_counted() {
        let said = |subscriptions, follows| {
            let standing = standing(Standing {
                subscriptions,
                follows,
            });
            standing.map(|said| block(&said, &Commands::default()))
        };
        assert_eq!(said(0, 0), None);
        let one = said(0, 1).expect("one");
        assert_eq!(one, "1 follow stands on it and gets nothing now.");
        let both = said(2, 1).expect("three");
        assert!(
            both.starts_with("2 subscriptions and 1 follow stand on it and get nothing"),
            "{both}"
        );
    }
}
