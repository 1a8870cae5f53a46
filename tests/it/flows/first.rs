//! The first minutes of a server: a moderator adds a source, and the first questions are answered.

use crate::world::{World, article};

const HARBOUR: &str = "The harbour of Tarn reopened on Tuesday after nine weeks of dredging, the port office said. \
    The first ship to enter was the grain carrier Aurelia, which had waited outside since Sunday morning. \
    Pilots will guide larger ships through the new channel only by day until the buoys have been moved.";

#[tokio::test]
async fn a_source_is_added_and_its_news_are_quoted() {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    tern.publishes(
        article("Tarn harbour reopens after nine weeks")
            .text(HARBOUR)
            .at(world.minutes_ago(30)),
    );
    insta::assert_snapshot!(world.types("/sources add tern.example").await, @r"
    ## Add The Tern?
    -# 1 article · teasers only · language en
    -# http://tern.example/feed
    - [Tarn harbour reopens after nine weeks](http://tern.example/tarn-harbour-reopens-after-nine-weeks) · 30 min ago
    [Confirm]
    ");
    insta::assert_snapshot!(world.presses("Confirm").await, @r"
    ## The Tern is a source now
    1 article read. New ones come in as they are published. Try /headlines.
    [Post each article to a channel v] any Channel
    [Daily digest]
    ");
    world.minutes(1).await;
    insta::assert_snapshot!(world.types("/brief harbour").await, @r"
    ## Harbour · last 7 days
    -# 1 story, 1 outlet · little in 24 h, so 7 days · sources read 1 min ago
    ### [Tarn harbour reopens after nine weeks](http://tern.example/tarn-harbour-reopens-after-nine-weeks)
    -# Only The Tern so far · 31 min ago
    > The harbour of Tarn reopened on Tuesday after nine weeks of dredging, the port office said. — [The Tern](http://tern.example/tarn-harbour-reopens-after-nine-weeks)
    > The first ship to enter was the grain carrier Aurelia, which had waited outside since Sunday morning. — [The Tern](http://tern.example/tarn-harbour-reopens-after-nine-weeks)
    > Pilots will guide larger ships through the new channel only by day until the buoys have been moved. — [The Tern](http://tern.example/tarn-harbour-reopens-after-nine-weeks)
    [Open a story v] Tarn harbour reopens after nine weeks
    [Show here] [30 days]
    ");
    insta::assert_snapshot!(world.types("/sources list").await, @r"
    ## 1 source
    -# all fine
    - **The Tern**: fine, 1 a day, last read 1 min ago
    [Open a source v] The Tern
    ");
}
