//! The nouns and their rules: pure, no await. What Lede knows of articles, sources, stories and topics.

pub mod article;
pub mod correction;
pub mod differ;
pub mod grounding;
pub mod habits;
pub mod hashtag;
pub mod health;
pub mod link;
pub mod newsroom;
pub mod outlet;
pub mod push;
pub mod quote;
pub mod rank;
pub mod reading;
pub mod related;
pub mod schedule;
pub mod signs;
pub mod source;
pub mod story;
pub mod subscription;
pub mod topic;
pub mod zone;

pub use article::{Article, ArticleId, Entry};
pub use correction::Overlay;
pub use habits::Habits;
pub use newsroom::{Newsroom, NewsroomId};
pub use reading::{Feed, Outcome, Reading, ReadingError};
pub use source::{Source, SourceId};
pub use story::StoryId;
pub use subscription::{Destination, DestinationId, Subscription, SubscriptionId};
pub use topic::Topic;
