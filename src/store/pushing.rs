//! The store's verbs for deciding and sending, beside those in `mod.rs`.

use super::nouns::{
    Claim, Claimed, Known, Letterbox, NewDigest, Ruling, SeenBy, SentRow, Shown, StoryArticle,
    Wording,
};
use super::{
    Basis, Part, Result, Store, afterwards, deciding, decisions, outbox, subscriptions, told,
};
use crate::clock::Millis;
use crate::news::push::{Lost, Told};
use crate::news::subscription::DestinationId;
use crate::news::{ArticleId, NewsroomId, StoryId, SubscriptionId};

/// What is decided.
impl Store {
    /// How often subscriptions were changed: while it stays, what was read of them holds.
    pub async fn subscription_changes(&self) -> Result<i64> {
        subscriptions::changes(&mut *self.reader().await?).await
    }

    /// Placed articles about which nothing was decided, in the order of placing.
    pub async fn undecided(&self, limit: u32) -> Result<Vec<ArticleId>> {
        deciding::undecided(&mut *self.reader().await?, limit).await
    }

    /// Articles of corrected stories about which is decided again, of one newsroom.
    pub async fn undecided_again(
        &self,
        limit: u32,
    ) -> Result<Option<(NewsroomId, Vec<ArticleId>)>> {
        deciding::undecided_again(&mut *self.reader().await?, limit).await
    }

    /// Which newsrooms with subscriptions (or `only` this one) see these articles, by which of their
    /// sources and in which of the stories that they see.
    pub async fn seen_by(
        &self,
        articles: &[ArticleId],
        only: Option<NewsroomId>,
    ) -> Result<Vec<SeenBy>> {
        deciding::seen_by(&mut *self.reader().await?, articles, only).await
    }

    /// The words of articles, for matching.
    pub async fn wordings(&self, articles: &[ArticleId]) -> Result<Vec<Wording>> {
        deciding::wordings(&mut *self.reader().await?, articles).await
    }

    /// The articles of living stories as a newsroom's sources carry them, by story and article.
    pub async fn story_articles(
        &self,
        newsroom: NewsroomId,
        stories: &[StoryId],
    ) -> Result<Vec<StoryArticle>> {
        deciding::story_articles(&mut *self.reader().await?, newsroom, stories).await
    }

    /// What was decided about these living stories and their parts; one that sent comes before all
    /// others.
    pub async fn known_of(&self, stories: &[StoryId], parts: &[Part]) -> Result<Vec<Known>> {
        deciding::of_stories(&mut *self.reader().await?, stories, parts).await
    }

    /// Which destinations were told of these living stories, or are about to be; of their parts, for
    /// the newsroom whose parts they are.
    pub async fn told(
        &self,
        stories: &[StoryId],
        parts: &[Part],
    ) -> Result<Vec<(Option<NewsroomId>, DestinationId, StoryId, Told)>> {
        deciding::told(&mut *self.reader().await?, stories, parts).await
    }

    /// Messages of a subscription made since a moment, and how many of them mention.
    pub async fn sent_since(
        &self,
        subscription: SubscriptionId,
        since: Millis,
    ) -> Result<(u32, u32)> {
        deciding::sent_since(&mut *self.reader().await?, subscription, since).await
    }

    /// Held stories whose time has come.
    pub async fn holds_due(&self, now: Millis, limit: u32) -> Result<Vec<Known>> {
        deciding::holds_due(&mut *self.reader().await?, now, limit).await
    }

    /// What a subscription holds.
    pub async fn holds_of(&self, subscription: SubscriptionId) -> Result<Vec<Known>> {
        deciding::holds_of(&mut *self.reader().await?, subscription).await
    }

    /// Subscriptions whose digest is due, and since when.
    pub async fn digests_due(
        &self,
        now: Millis,
        limit: u32,
    ) -> Result<Vec<(SubscriptionId, Millis)>> {
        deciding::digests_due(&mut *self.reader().await?, now, limit).await
    }

    /// When the next hold or digest is due.
    pub async fn next_decision(&self) -> Result<Option<Millis>> {
        deciding::next_decision(&mut *self.reader().await?).await
    }

    /// Keeps decisions and writes the outbox rows of those that send, in one transaction with the
    /// end of waiting of their articles. A push that was told meanwhile becomes a skip. False where
    /// stories were corrected since they were read: nothing is kept, and all is to be decided anew.
    pub async fn decide(&self, basis: Basis, decided: Vec<Ruling>, now: Millis) -> Result<bool> {
        self.batch(move |c| Box::pin(decisions::save(c, basis, decided, now)))
            .await
    }

    /// Keeps a digest's turn: its outbox row with its stories and their decisions. None when
    /// nothing was to be sent, the subscription is gone or sleeps, or stories were corrected since
    /// that count of `corrections`.
    pub async fn save_digest(
        &self,
        digest: NewDigest,
        corrections: i64,
        now: Millis,
    ) -> Result<Option<i64>> {
        self.batch(move |c| Box::pin(decisions::save_digest(c, digest, corrections, now)))
            .await
    }
}

/// What is sent.
impl Store {
    /// The first unsent row of each destination that may be tried now, in the order of making.
    pub async fn heads(&self, now: Millis, limit: u32) -> Result<Vec<Letterbox>> {
        outbox::heads(&mut *self.reader().await?, now, limit, true).await
    }

    /// All of them, whatever stands before them: only a protocol that is broken on purpose asks so.
    #[doc(hidden)]
    pub async fn heads_in_any_order(&self, now: Millis, limit: u32) -> Result<Vec<Letterbox>> {
        outbox::heads(&mut *self.reader().await?, now, limit, false).await
    }

    /// Marks stories as told by a row that was sent: only a protocol that is broken on purpose
    /// does so as late.
    #[doc(hidden)]
    pub async fn tell(&self, id: i64, stories: Vec<StoryId>, now: Millis) -> Result<()> {
        self.urgent(move |c| Box::pin(outbox::tell(c, id, stories, now)))
            .await
    }

    /// A person whose direct messages were closed is tried again. Of everybody else it is only read
    /// that there is nothing to do.
    pub async fn found_person(&self, person: u64) -> Result<()> {
        if !subscriptions::is_lost_person(&mut *self.reader().await?, person).await? {
            return Ok(());
        }
        self.urgent(move |c| Box::pin(subscriptions::found_person(c, person)))
            .await
    }

    pub async fn letterbox(&self, id: i64) -> Result<Option<Letterbox>> {
        outbox::by_id(&mut *self.reader().await?, id).await
    }

    /// When the next message may be tried or changed.
    pub async fn next_try(&self) -> Result<Option<Millis>> {
        outbox::next_try(&mut *self.reader().await?).await
    }

    /// The living stories of a digest, in its order.
    pub async fn digest_stories(&self, id: i64) -> Result<Vec<StoryId>> {
        outbox::digest_stories(&mut *self.reader().await?, id).await
    }

    /// Those of the sentences (hashes) that the destination was quoted before that moment.
    pub async fn told_sentences(
        &self,
        destination: DestinationId,
        sentences: &[i64],
        before: Millis,
    ) -> Result<Vec<i64>> {
        told::told_sentences(&mut *self.reader().await?, destination, sentences, before).await
    }

    /// When the row's destination was last told or updated of a story, in whatever other row.
    pub async fn said_at(&self, row: &Letterbox, story: StoryId) -> Result<Option<Millis>> {
        afterwards::said_at(&mut *self.reader().await?, row, story).await
    }

    /// Those of the living stories that the row's destination was told by another row, what waits
    /// left out.
    pub async fn told_to(&self, row: &Letterbox, stories: &[StoryId]) -> Result<Vec<StoryId>> {
        told::told_to(&mut *self.reader().await?, row, stories).await
    }

    /// Rows of a destination of which it is unknown whether they were posted, and their stories.
    pub async fn unknown_of(&self, destination: DestinationId) -> Result<Vec<(i64, StoryId)>> {
        afterwards::unknown_of(&mut *self.reader().await?, destination).await
    }

    /// Messages of which it is unknown whether they were posted: Discord's id of the place, and
    /// whether a digest or a notice names them.
    pub async fn unknown_messages(&self) -> Result<Vec<(u64, bool)>> {
        afterwards::unknown_messages(&mut *self.reader().await?).await
    }

    /// Begins a row: freezes its body and marks what it tells.
    pub async fn claim(&self, claim: Claim) -> Result<Claimed> {
        self.urgent(move |c| Box::pin(outbox::claim(c, claim)))
            .await
    }

    /// Drops a row that has nothing to say any more.
    pub async fn drop_letter(&self, id: i64, why: &'static str) -> Result<()> {
        self.urgent(move |c| Box::pin(outbox::drop_row(c, id, why)))
            .await
    }

    /// A row that was not sent in time comes with a digest at `until`.
    pub async fn too_late(&self, id: i64, until: Millis) -> Result<()> {
        self.urgent(move |c| Box::pin(outbox::too_late(c, id, until)))
            .await
    }

    /// Another try begins; `anew`: nothing of the former ones stands there. False where the row is
    /// no longer being sent.
    pub async fn try_again(&self, id: i64, now: Millis, anew: bool) -> Result<bool> {
        self.urgent(move |c| Box::pin(outbox::try_again(c, id, now, anew)))
            .await
    }

    /// No try before `next_try`. `posted_nothing`: the try that was begun surely came to nothing.
    pub async fn postpone_letter(
        &self,
        id: i64,
        next_try: Millis,
        error: String,
        posted_nothing: bool,
    ) -> Result<()> {
        self.urgent(move |c| Box::pin(outbox::postpone(c, id, next_try, error, posted_nothing)))
            .await
    }

    /// Another body takes the place of one that was refused.
    pub async fn rebody(&self, id: i64, body: String, error: String) -> Result<()> {
        self.urgent(move |c| Box::pin(outbox::rebody(c, id, body, error)))
            .await
    }

    /// It stands there.
    pub async fn sent(&self, sent: SentRow) -> Result<()> {
        self.urgent(move |c| Box::pin(outbox::sent(c, sent))).await
    }

    /// It is not taken, for good. `notice`: what its newsroom is told.
    pub async fn refused(&self, id: i64, error: String, notice: String, now: Millis) -> Result<()> {
        let end = outbox::End::Refused;
        self.urgent(move |c| Box::pin(outbox::end(c, id, end, error, notice, now)))
            .await
    }

    /// Whether it was posted cannot be known.
    pub async fn unknown(&self, id: i64, error: String, notice: String, now: Millis) -> Result<()> {
        let end = outbox::End::Unknown;
        self.urgent(move |c| Box::pin(outbox::end(c, id, end, error, notice, now)))
            .await
    }

    /// Its destination takes nothing.
    pub async fn lose(&self, id: i64, lost: Lost, notice: String, now: Millis) -> Result<()> {
        self.urgent(move |c| Box::pin(outbox::lose(c, id, lost, notice, now)))
            .await
    }

    /// The messages about these stories, as those newsrooms see them, that were sent after
    /// `sent_after` are redrawn at `at`.
    pub async fn edit_later(
        &self,
        seen: Vec<(NewsroomId, StoryId)>,
        sent_after: Millis,
        at: Millis,
    ) -> Result<()> {
        self.urgent(move |c| Box::pin(afterwards::edit_later(c, seen, sent_after, at)))
            .await
    }

    /// Writes down new facts about stories, as those newsrooms see them, that were pushed before
    /// `sent_before`; gives how many messages that will be.
    pub async fn add_news(
        &self,
        seen: Vec<(NewsroomId, StoryId)>,
        sent_before: Millis,
        now: Millis,
    ) -> Result<u32> {
        self.urgent(move |c| Box::pin(afterwards::add_news(c, seen, sent_before, now)))
            .await
    }

    /// Stories that a destination was told after `told_after` and that the newsroom's sources added
    /// to since, the newest first.
    pub async fn fed_since(
        &self,
        destination: DestinationId,
        newsroom: NewsroomId,
        told_after: Millis,
        limit: u32,
    ) -> Result<Vec<StoryId>> {
        let mut reader = self.reader().await?;
        afterwards::fed_since(&mut reader, destination, newsroom, told_after, limit).await
    }

    /// Puts what moderators have to know into the outbox, where their newsroom has a notices
    /// channel; gives how many.
    pub async fn post_notices(&self, limit: u32, now: Millis) -> Result<u32> {
        // Mostly there is nothing, and nothing is written then.
        if !afterwards::has_notices(&mut *self.reader().await?).await? {
            return Ok(0);
        }
        self.urgent(move |c| Box::pin(afterwards::post_notices(c, limit, now)))
            .await
    }

    /// Messages that are to be redrawn now.
    pub async fn edits(&self, now: Millis, limit: u32) -> Result<Vec<Letterbox>> {
        afterwards::edits(&mut *self.reader().await?, now, limit).await
    }

    /// Whether an elder message of its destination tells the same story by now.
    pub async fn has_elder(&self, row: &Letterbox) -> Result<bool> {
        afterwards::has_elder(&mut *self.reader().await?, row).await
    }

    /// A message that was looked up at `found_at` was redrawn, or is to be at `again`.
    pub async fn edited(
        &self,
        row: &Letterbox,
        found_at: Millis,
        again: Option<Millis>,
        shown: Option<Shown>,
    ) -> Result<()> {
        let (id, destination, now) = (row.id, row.destination, row.made_at);
        let outlets = row.outlets;
        self.urgent(move |c| {
            Box::pin(async move {
                let known = shown.as_ref().map_or(outlets, |shown| shown.outlets);
                afterwards::edited(c, id, found_at, again, known).await?;
                let sentences = shown.map(|shown| shown.sentences).unwrap_or_default();
                told::tell_sentences(c, destination, sentences, now).await
            })
        })
        .await
    }
}
