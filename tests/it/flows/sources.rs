//! Moderators and their sources: editing, lists of feeds in and out, packs, and what the audit tells.

use crate::flows::bot::Bot;
use crate::flows::shell::Lede;
use crate::world::{Fault, MORNING, Outlet, World, article};
use lede::clock::{Clock, DAY, HOUR};
use lede::desk::Asker;
use lede::news::Newsroom;
use lede::news::source::Weight;
use std::fmt::Write as _;

const MIB_BYTES: usize = 1024 * 1024;

/// A world with two sources.
async fn of_two() -> (World, Outlet, Outlet) {
    let world = World::new().await;
    let (tern, wren) = (world.outlet("tern.example"), world.outlet("wren.example"));
    tern.publishes(article("Harbour opens").at(MORNING - HOUR));
    world.adds("tern.example").await;
    world.adds("wren.example").await;
    (world, tern, wren)
}

/// Hands `file` over as Discord does: at an address.
fn hands_over(outlet: &Outlet, file: impl Into<Vec<u8>>) -> String {
    outlet.answers(Fault::Document("application/octet-stream", file.into()));
    format!("/sources import file:{}/list.opml", outlet.feed())
}

fn opml(outlines: &str) -> String {
    format!("<?xml version=\"1.0\"?><opml version=\"2.0\"><body>{outlines}</body></opml>")
}

#[tokio::test]
async fn a_source_is_edited_in_a_panel_and_the_change_is_taken_back() {
    let (world, ..) = of_two().await;
    insta::assert_snapshot!(world.types("/sources edit The Tern").await, @r"
    ## The Tern
    - **Weight**: normal, as others
    - **Folder**: none
    - **Health**: fine, 1 a day, last read now
    -# every 22 min · http://tern.example/feed
    [Weight v] More | Normal | Less | Counted | Muted
    [Name and folder] [Test] [Remove] [All sources]
    ");
    insta::assert_snapshot!(world.chooses("Weight", "Muted").await, @r"
    ## The Tern
    Saved. It is so from now on:
    - **Weight**: muted, its articles are left out of answers, and not counted
    - **Folder**: none
    - **Health**: fine, 1 a day, last read now
    -# every 22 min · http://tern.example/feed
    [Weight v] More | Normal | Less | Counted | Muted
    [Undo] [Name and folder] [Test] [Remove] [All sources]
    ");
    assert!(!world.types("/headlines").await.contains("Harbour opens"));
    world.types("/sources edit The Tern").await;
    let form = world.action("Name and folder");
    let named = world.fills("Name and folder", "Tern Post").await;
    assert!(named.starts_with("## Tern Post\nSaved."), "{named}");
    let undone = world.presses("Undo").await;
    insta::assert_snapshot!(undone, @r"
    ## Taken back
    changed Tern Post: name none → Tern Post.
    -# It is again as it was before.
    [Changes]
    ");
    let again = world
        .types("/sources edit which:The Tern weight:normal folder:Ports")
        .await;
    assert!(again.contains("- **Folder**: Ports"), "{again}");
    assert!(world.types("/headlines").await.contains("Harbour opens"));
    let moved = world.types("/sources edit which:wren").await;
    assert!(
        moved.contains("[Move to a folder v] No folder | Ports"),
        "{moved}"
    );
    assert!(
        world
            .chooses("Move to a folder", "Ports")
            .await
            .contains("Saved")
    );
    let form_again = world.presses_action(&form).await;
    assert!(
        !form_again.contains("Saved"),
        "an old form that says nothing changes nothing"
    );
    let long = format!("/sources edit which:wren name:{}", "x".repeat(81));
    assert!(
        world
            .types(&long)
            .await
            .starts_with("REFUSED: That name is over 80")
    );
    assert!(
        world
            .types("/sources edit which:heron")
            .await
            .starts_with("REFUSED")
    );
}

#[tokio::test]
async fn the_list_is_filtered_by_health_folder_and_words() {
    let (world, _, wren) = of_two().await;
    world
        .types("/sources edit which:tern folder:Ports weight:less")
        .await;
    wren.answers(Fault::Status(410));
    world.hours(2).await;
    insta::assert_snapshot!(world.types("/sources list").await, @r"
    ## 2 sources
    -# 1 with trouble
    - **The Tern** (Ports), less: fine, 1 a day, last read 1 h ago
    - **The Wren**: the site says that it is gone for good (410), since 1 h ago; not tried again
    [Open a source v] The Tern | The Wren
    [Show v] All | With trouble | Folder Ports
    ");
    insta::assert_snapshot!(world.chooses("Show", "With trouble").await, @r"
    ## 1 of 2 sources with trouble
    -# 1 with trouble
    - **The Wren**: the site says that it is gone for good (410), since 1 h ago; not tried again
    [Open a source v] The Wren
    [Show v] All | With trouble | Folder Ports
    ");
    let ports = world.types("/sources list filter:folder:ports").await;
    assert!(
        ports.contains("The Tern") && !ports.contains("The Wren"),
        "{ports}"
    );
    let words = world.types("/sources list wren").await;
    assert!(
        words.starts_with("## 1 of 2 sources with “wren”"),
        "{words}"
    );
    let none = world.types("/sources list muted").await;
    assert!(none.contains("None of them"), "{none}");
    world.types("/sources list").await;
    let opened = world.chooses("Open a source", "The Tern").await;
    assert!(opened.starts_with("## The Tern"), "{opened}");
}

#[tokio::test]
async fn an_export_imported_elsewhere_loses_nothing() {
    let (mut world, ..) = of_two().await;
    let heron = world.outlet("heron.example");
    world.adds("heron.example").await;
    for line in [
        "/sources edit which:tern name:R&D <live> folder:Ports & \"Co\" weight:more",
        "/sources edit which:wren name:AT&amp;T weight:muted",
        "/sources edit which:heron folder:Ports & \"Co\"",
    ] {
        assert!(world.types(line).await.contains("Saved"), "{line}");
    }
    let page = world.types("/sources export").await;
    assert!(page.starts_with("## 3 sources"), "{page}");
    let (name, file) = world.file().expect("a file");
    assert_eq!(name, "sources.opml");
    let before = told(&world).await;
    world.asker = Asker {
        newsroom: Newsroom::Server(101),
        ..world.asker.clone()
    };
    let import = hands_over(&heron, file.clone());
    insta::assert_snapshot!(world.types(&import).await, @r"
    ## 3 sources added
    They are read one after the other from now on; what they hold by then is no news here.
    [How far it is]
    ");
    assert_eq!(told(&world).await, before);
    world.types("/sources export").await;
    assert_eq!(world.file().expect("a file").1, file);
    heron.recovers();
    let unread = world.types("/sources list unread").await;
    assert!(
        unread.contains("None of them"),
        "another newsroom has them: {unread}"
    );
    world.hours(2).await;
    let read = world.types("/sources list").await;
    assert!(!read.contains("not read yet"), "{read}");
}

/// What a newsroom says of its sources: address, name, folder, weight.
async fn told(world: &World) -> Vec<(String, String, Option<String>, Weight)> {
    let sources = world.store().sources(world.newsroom().await).await;
    let sources = sources.expect("the store answers").into_iter();
    let told = sources.map(|one| (one.source.url, one.name, one.folder, one.weight));
    told.collect()
}

#[tokio::test]
async fn an_import_adds_the_good_ones_and_names_the_others() {
    let (world, tern, _) = of_two().await;
    let list = opml(
        "<outline text='Ports'><outline text='Deep'><outline text='Heron' xmlUrl='http://heron.example/feed'/></outline></outline>\
         <outline text='Twice' xmlUrl='http://heron.example/feed'/>\
         <outline text='Known' xmlUrl='http://wren.example/feed'/>\
         <outline text='Mine' xmlUrl='http://127.0.0.1/feed'/>\
         <outline text='Router' xmlUrl='http://192.168.0.1/feed'/>\
         <outline text='Files' xmlUrl='file:///etc/passwd'/>",
    );
    let import = hands_over(&tern, list);
    insta::assert_snapshot!(world.types(&import).await, @r"
    ## 1 source added
    -# 1 there already, 4 not added
    They are read one after the other from now on; what they hold by then is no news here.
    - http://127.0.0.1/feed: that address is private, and only public ones are read
    - http://192.168.0.1/feed: that address is private, and only public ones are read
    - file:///etc/passwd: only addresses that begin with http:// or https:// are read
    - http://heron.example/feed: it is in the file twice
    <not-added.txt: 285 bytes>
    [How far it is]
    ");
    let (name, refused) = world.file().expect("a file");
    assert_eq!(name, "not-added.txt");
    assert_eq!(refused.lines().count(), 4, "{refused}");
    assert!(
        refused.contains("http://127.0.0.1/feed\tthat address is private"),
        "{refused}"
    );
    assert!(
        refused.contains("heron.example/feed\tit is in the file twice"),
        "{refused}"
    );
    let sources = told(&world).await;
    let heron = sources.iter().find(|one| one.1 == "Heron").expect("added");
    assert_eq!(heron.2.as_deref(), Some("Deep"), "the innermost folder");
}

#[tokio::test]
async fn of_ten_thousand_feeds_as_many_are_added_as_a_newsroom_may_have() {
    let (world, tern, _) = of_two().await;
    let mut outlines = String::new();
    for n in 0..10_000 {
        write!(
            outlines,
            "<outline text='N {n}' xmlUrl='http://n{n}.example/feed'/>"
        )
        .expect("a string");
    }
    let import = hands_over(&tern, opml(&outlines));
    let page = world.types(&import).await;
    assert!(
        page.starts_with("## 198 sources added\n-# 9802 not added"),
        "{page}"
    );
    assert!(
        page.contains("there are 200 already, as many as there may be"),
        "{page}"
    );
    let (_, refused) = world.file().expect("a file");
    assert_eq!(refused.lines().count(), 9_802, "nothing is lost");
}

#[tokio::test]
async fn what_is_no_list_is_refused_in_words() {
    let (world, tern, _) = of_two().await;
    let large = opml(&" ".repeat(25 * MIB_BYTES));
    let bomb = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE opml [<!ENTITY a0 \"ha ha\">{}]>",
        (1..30).fold(String::new(), |mut all, n| {
            let ten = format!("&a{};", n - 1).repeat(10);
            write!(all, "<!ENTITY a{n} \"{ten}\">").expect("a string");
            all
        })
    );
    let bomb =
        format!("{bomb}<opml><outline text='&a29;' xmlUrl='http://heron.example/feed'/></opml>");
    let deep = opml(&"<outline text='a'>".repeat(100_000));
    let long = "x".repeat(10_000);
    for (file, said) in [
        (
            large,
            "REFUSED: “list.opml” cannot be read: it is larger than 5 MiB. Nothing was added. Divide",
        ),
        (
            "Dear Lede, please add The Heron.".to_owned(),
            "REFUSED: “list.opml” cannot be used: not an OPML file. Nothing",
        ),
        (
            String::new(),
            "REFUSED: “list.opml” cannot be used: not an OPML file.",
        ),
        (
            "{\"feeds\": []}".to_owned(),
            "REFUSED: “list.opml” cannot be used: not an OPML file.",
        ),
        (deep, "## 0 sources added"),
        (
            opml(&format!("<outline xmlUrl='http://heron.example/{long}'/>")),
            "## 0 sources added",
        ),
        (bomb, "## 1 source added"),
    ] {
        let said_now = world.types(&hands_over(&tern, file)).await;
        assert!(said_now.starts_with(said), "{said_now}");
    }
    let names: Vec<usize> = told(&world).await.iter().map(|one| one.1.len()).collect();
    assert!(names.iter().all(|length| *length < 2_000), "{names:?}");
    tern.answers(Fault::Status(404));
    let gone = world
        .types("/sources import file:http://tern.example/feed/a.opml?sign=1")
        .await;
    assert!(
        gone.starts_with("REFUSED: “a.opml” cannot be read: there is nothing"),
        "{gone}"
    );
    let private = world
        .types("/sources import file:http://127.0.0.1:9/a.opml")
        .await;
    assert!(private.contains("that address is private"), "{private}");
    let disk = world.types("/sources import file:/etc/passwd").await;
    assert!(
        disk.starts_with("REFUSED") && disk.contains("not a web address"),
        "{disk}"
    );
}

#[tokio::test]
async fn a_pack_is_shown_and_added_at_once() {
    let (world, ..) = of_two().await;
    let all = world.types("/sources packs").await;
    assert!(all.contains("- **Ukraine**: 7 sources"), "{all}");
    insta::assert_snapshot!(world.chooses("Choose a pack", "Science").await, @r"
    ## Pack: Science
    -# 7 sources
    None of these addresses was read when the pack was made; the first reading shows which of them work.
    - [Nature](https://www.nature.com/)
    - [Science: News](https://www.science.org/news)
    - [New Scientist](https://www.newscientist.com/)
    - [Phys.org](https://phys.org/)
    - [Quanta Magazine](https://www.quantamagazine.org/)
    - [ScienceDaily](https://www.sciencedaily.com/)
    - [The Guardian: Science](https://www.theguardian.com/science)
    [Another pack v] World | Europe | Ukraine | Technology | Science | Business | German | Spanish
    [Add 7 sources]
    ");
    let added = world.presses("Add 7 sources").await;
    assert!(added.starts_with("## 7 sources added"), "{added}");
    let folder = world.types("/sources list filter:folder:Science").await;
    assert!(
        folder.starts_with("## 7 of 9 sources in folder Science"),
        "{folder}"
    );
    let again = world.types("/sources packs science").await;
    assert!(
        again.contains("7 sources, 7 here already") && !again.contains("[Add"),
        "{again}"
    );
    assert!(
        world
            .types("/sources packs gardening")
            .await
            .starts_with("REFUSED")
    );
    let check = world.types("/sources check-packs").await;
    assert!(
        check.starts_with("REFUSED"),
        "only the host reads all: {check}"
    );
}

#[tokio::test]
async fn the_audit_tells_who_changed_what_and_takes_it_back_for_a_day() {
    let (world, ..) = of_two().await;
    world
        .types("/sources edit which:tern folder:Ports weight:less")
        .await;
    world
        .asks(lede::page::Ask::new("settings").value("zone", "Europe/Riga"))
        .await;
    assert!(
        world
            .types("/sources remove wren")
            .await
            .contains("is no source any more")
    );
    insta::assert_snapshot!(world.types("/audit").await, @r"
    ## Changes
    -# the last 5 changes; sources, stories, settings and subscriptions can be taken back for a day
    - #5 · now · <@7> removed The Wren
    - #4 · now · <@7> set Time zone: none → Europe/Riga
    - #3 · now · <@7> changed The Tern: folder none → Ports, weight normal → less
    - #2 · now · <@7> added The Wren
    - #1 · now · <@7> added The Tern
    [Take back v] #5 removed The Wren | #4 set Time zone | #3 changed The Tern | #2 added The Wren | #1 added The Tern
    ");
    let back = world.chooses("Take back", "#5 removed The Wren").await;
    insta::assert_snapshot!(back, @r"
    ## Taken back
    removed The Wren.
    -# It is again as it was before.
    [Changes]
    ");
    assert!(world.types("/sources list").await.contains("The Wren"));
    let zone = world.types("/audit undo:4").await;
    assert!(zone.contains("set Time zone: none → Europe/Riga"), "{zone}");
    let twice = world.types("/audit undo:#4").await;
    assert!(
        twice.starts_with("REFUSED: It was taken back before."),
        "{twice}"
    );
    assert!(
        world
            .types("/settings")
            .await
            .contains("UTC, as none was chosen")
    );
    world.clock.move_to(world.now() + DAY + 1);
    let late = world.types("/audit undo:3").await;
    assert!(
        late.starts_with("REFUSED: It is over 24 hours old"),
        "{late}"
    );
    assert!(
        world
            .types("/audit undo:99")
            .await
            .starts_with("REFUSED: There is no such")
    );
    assert!(world.types("/audit undo:x").await.starts_with("REFUSED"));
}

#[tokio::test]
async fn a_member_changes_nothing() {
    let (mut world, ..) = of_two().await;
    world.types("/sources edit tern").await;
    let weight = world.action("Remove");
    world.asker.moderator = false;
    for line in [
        "/sources edit which:tern weight:muted",
        "/sources export",
        "/audit",
        "/audit undo:1",
    ] {
        let said = world.types(line).await;
        assert!(
            said.starts_with("REFUSED: Only moderators"),
            "{line}: {said}"
        );
    }
    assert!(
        world
            .presses_action(&weight)
            .await
            .starts_with("REFUSED: Only moderators")
    );
    assert_eq!(told(&world).await.len(), 2);
}

/// The kind of a component that shows a file, as Discord numbers them.
const FILE: u64 = 13;

#[tokio::test(flavor = "multi_thread")]
async fn on_discord_a_list_goes_out_and_comes_in_as_an_attachment() {
    let clock = Clock::manual(MORNING);
    let (tern, wren) = (
        Outlet::alone(clock.clone()).await,
        Outlet::alone(clock.clone()).await,
    );
    let bot = Bot::start(clock, &[tern.authority(), wren.authority()]).await;
    bot.adds(&tern.feed()).await;
    let mia = bot.discord.moderator("Mia");
    let seen = bot.types(mia, "sources export", &[]).await;
    assert!(
        seen.private && seen.text().contains("1 source"),
        "{}",
        seen.text()
    );
    let sent = bot.discord.requests();
    let with_file = sent.iter().rev().find(|one| !one.files.is_empty());
    let sent = with_file.expect("a request with a file");
    let attached = &sent.files[0];
    let file = String::from_utf8_lossy(&attached.bytes).into_owned();
    assert_eq!(
        (attached.name.as_str(), sent.status / 100),
        ("sources.opml", 2)
    );
    assert!(file.contains(&tern.feed()), "{file}");
    let body = sent.body.as_ref().expect("a body");
    let message = if body["data"].is_object() {
        &body["data"]
    } else {
        body
    };
    assert_eq!(message["attachments"][0]["filename"], "sources.opml");
    let components = message["components"].as_array().expect("components");
    let shown = components.iter().find(|one| one["type"] == FILE);
    let shown = shown.expect("a component shows the file");
    assert_eq!(shown["file"]["url"], "attachment://sources.opml");

    wren.answers(Fault::Document(
        "application/octet-stream",
        file.into_bytes(),
    ));
    let address = format!("{}/sources.opml", wren.feed());
    let again = bot
        .types(mia, "sources import", &[("file", &address)])
        .await;
    assert!(again.text().contains("1 there already"), "{}", again.text());
    wren.answers(Fault::Document(
        "application/octet-stream",
        b"no list".to_vec(),
    ));
    let refused = bot
        .types(mia, "sources import", &[("file", &address)])
        .await;
    assert!(
        refused.text().contains("not an OPML file"),
        "{}",
        refused.text()
    );
    bot.stop().await;
}

#[tokio::test]
async fn in_a_shell_an_export_into_a_file_is_the_file_alone() {
    let lede = Lede::new(&[]);
    let list = lede.store().with_file_name("mine.opml");
    let one = "<outline text='Ports'><outline text='A &amp; B' xmlUrl='https://avel.example/feed'/></outline>";
    std::fs::write(&list, opml(one)).expect("written");
    let added = lede.run(&["sources", "import", "mine.opml"]).await;
    assert!(
        added.status == 0 && added.out.contains("1 source added"),
        "{}",
        added.err
    );
    let exported = lede.run(&["sources", "export"]).await;
    assert_eq!(exported.status, 0);
    assert!(
        exported.out.starts_with("<?xml") && exported.out.ends_with("</opml>\n"),
        "{}",
        exported.out
    );
    assert!(
        exported.out.contains("text=\"A &amp; B\""),
        "{}",
        exported.out
    );
    assert!(exported.err.contains("1 source"), "{}", exported.err);
    let gone = lede.run(&["sources", "import", "nowhere.opml"]).await;
    assert!(
        gone.status == 1 && gone.err.contains("cannot be read"),
        "{}",
        gone.err
    );
    let audit = lede.run(&["audit"]).await;
    assert!(audit.out.contains("the host added A & B"), "{}", audit.out);
    let undone = lede.run(&["audit", "--undo", "1"]).await;
    assert!(
        undone.out.contains("Taken back"),
        "{}{}",
        undone.out,
        undone.err
    );
    assert_eq!(lede.run(&["sources", "list"]).await.status, 1, "it is gone");
}
