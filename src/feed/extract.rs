//! From a web page to its article: title, text in paragraphs, language and time of publication.

mod blocks;
mod body;
mod dated;
mod facts;
mod linked;
mod main_part;
mod phrases;
mod prune;
mod sift;
mod state;
mod tree;

use blocks::Block;
use prune::Names;

use super::{PAGE_BYTES_MAX, clean, decode, entity};
use crate::clock::Millis;
use crate::text::plain;

/// With less, the names of boxes may have misled (bytes)...
const LINES_BYTES_FEW: usize = 250;
/// ... and did when there is so many times more without them.
const MORE_MIN: usize = 4;

/// Captions that make a page one of pictures, how long they are (bytes), and how many are read.
const CAPTIONS_MIN: usize = 2;
const CAPTION_BYTES_MIN: usize = 40;
const CAPTIONS_MAX: usize = 100;

/// A page's article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extracted {
    pub title: Option<String>,
    /// Paragraphs divided by line ends, no markup, no control marks.
    pub text: String,
    /// As the page writes it, else as its words tell.
    pub language: Option<String>,
    pub published: Option<Millis>,
}

/// Why a page gives no article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotReadable {
    #[error("the page is larger than 5 MiB")]
    TooLarge,
    #[error("the page holds no text of an article")]
    NoText,
}

/// Reads the article of a page.
///
/// # Errors
/// Pages over [`PAGE_BYTES_MAX`], pages without text.
pub fn extract(bytes: &[u8], content_type: Option<&str>) -> Result<Extracted, NotReadable> {
    if bytes.len() as u64 > PAGE_BYTES_MAX {
        return Err(NotReadable::TooLarge);
    }
    entity::begin();
    let page = decode::text(bytes, content_type);
    let mut page = tree::read(&page);
    let linked = linked::read(&page.head.linked).unwrap_or_default();
    let headings = tree::headings(&page.nodes, "h1");
    let title = facts::title(&page.head, &linked, &headings)
        .or_else(|| tree::headings(&page.nodes, "h2").into_iter().next());
    let description = facts::description(&page.head).unwrap_or_default();
    let mut lines = lines(
        &mut page.nodes,
        title.as_deref(),
        &description,
        Names::Believed,
    );
    if length(&lines) < LINES_BYTES_FEW {
        let more = self::lines(
            &mut page.nodes,
            title.as_deref(),
            &description,
            Names::Ignored,
        );
        if length(&more) > MORE_MIN * length(&lines) {
            lines = more;
        }
    }
    let chosen = body::vet(lines, linked.body.as_deref());
    let mut text = body::or(joined(&chosen), linked.body.as_deref());
    if text.is_empty() {
        let elsewhere = state::body(&page.head.scripts).or_else(|| captions(&page.nodes));
        text = plain::tidy(&elsewhere.unwrap_or_default());
    }
    if text.is_empty() {
        return Err(NotReadable::NoText);
    }
    Ok(Extracted {
        language: facts::language(&page.head, &linked, &text),
        published: facts::published(&page, &linked, title.as_deref()),
        title,
        text,
    })
}

/// The lines of the article. With names ignored, boxes are judged by what they hold alone.
fn lines(
    nodes: &mut [tree::Node],
    title: Option<&str>,
    description: &str,
    names: Names,
) -> Vec<Block> {
    let heading = prune::prune(nodes, title, names);
    let all = blocks::read(nodes, 0..nodes.len());
    sift::sift(main_part::find(nodes, all, heading, description), title)
}

/// What a page of nothing but pictures says of them.
fn captions(nodes: &[tree::Node]) -> Option<String> {
    let captions = nodes.iter().enumerate();
    let captions = captions.filter(|(_, node)| node.name == "figcaption");
    let said: Vec<Block> = captions
        .map(|(at, _)| Block {
            text: tree::words_of(nodes, at),
            ..Block::default()
        })
        .filter(|block| block.text.len() >= CAPTION_BYTES_MIN)
        .take(CAPTIONS_MAX)
        .collect();
    let said = sift::sift(said, None);
    (said.len() >= CAPTIONS_MIN).then(|| joined(&said))
}

fn length(lines: &[Block]) -> usize {
    lines.iter().map(|line| line.text.len()).sum()
}

/// Lines as one text, cut at a line where it gets too long.
fn joined(blocks: &[Block]) -> String {
    let mut text = String::new();
    for block in blocks {
        if text.len() + block.text.len() > clean::TEXT_BYTES_MAX {
            break;
        }
        text.push_str(&block.text);
        text.push('\n');
    }
    plain::tidy(&text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feed::dates::rfc_3339;

    const FIRST: &str = "The ferry between Avel and Morn stopped on Monday morning after a pump failed in the engine room.";
    const SECOND: &str = "About 300 passengers waited on the quay until noon, when buses took them to the bridge at Lower Morn.";
    const THIRD: &str = "The harbour master said that the ship would sail again on Thursday at the earliest, weather permitting.";

    /// A page with the three paragraphs of a report and what stands around and between them.
    fn page(before: &str, between: &str, after: &str) -> String {
        format!(
            "<html lang=en><head><title>Ferry to Morn stops - Basin Post</title><meta property=og:site_name content='Basin Post'></head>
            <body><nav><a href=/>Home</a></nav><main><h1>Ferry to Morn stops</h1>{before}
            <div class=text><p>{FIRST}</p>{between}<p>{SECOND}</p><p>{THIRD}</p></div>{after}</main>
            <footer>About Basin Post</footer></body></html>"
        )
    }

    fn read(page: &str) -> Extracted {
        extract(page.as_bytes(), Some("text/html; charset=utf-8")).expect("a readable page")
    }

    fn only_the_report(page: &str) {
        assert_eq!(read(page).text, [FIRST, SECOND, THIRD].join("\n"));
    }

    #[test]
    fn a_report_is_read_without_the_page_around_it() {
        let found = read(&page("", "", ""));
        assert_eq!(found.title.as_deref(), Some("Ferry to Morn stops"));
        assert_eq!(found.language.as_deref(), Some("en"));
        assert_eq!(found.text, [FIRST, SECOND, THIRD].join("\n"));
    }

    #[test]
    fn related_links_are_left_out_however_they_are_marked() {
        let links = "<li><a href=/a>Bridge at Lower Morn to be painted</a><li><a href=/b>Storm damages the quay of Avel</a>";
        only_the_report(&page(
            "",
            &format!("<div class='c-relatedStories'><h3>More</h3><ul>{links}</ul></div>"),
            "",
        ));
        only_the_report(&page("", &format!("<p>Read also:</p><ul>{links}</ul>"), ""));
        only_the_report(&page(
            "",
            "<p><b>Lees ook:</b> <a href=/a>Brug bij Morn wordt geverfd</a></p>",
            "",
        ));
        let card = "<div><h3><a href=/a>Bridge at Lower Morn to be painted</a></h3><p>Work on the bridge begins in May and will last for three weeks.</p></div>";
        only_the_report(&page(
            "",
            "",
            &format!("<section>{}</section>", card.repeat(6)),
        ));
    }

    #[test]
    fn captions_and_credits_are_left_out() {
        only_the_report(&page(
            "<figure><img src=f.jpg><figcaption>The ferry at its moorings.</figcaption></figure>",
            "<div class='article__image-wrap'><img src=q.jpg><span>The quay on Monday.</span></div><p>Photo: Anna Holm</p>",
            "",
        ));
    }

    #[test]
    fn consent_texts_are_left_out_even_where_they_outweigh_the_report() {
        let cookies = "<p>We and our partners store cookies on your device, to measure how our pages are used and to show what suits you.</p>".repeat(20);
        let mut text = page("", "", "");
        text.push_str(&format!(
            "<div class='cmp-modal'><div>{cookies}</div></div>"
        ));
        text = text.replace(FIRST, &format!("{FIRST} {SECOND} {THIRD} {FIRST} {SECOND}"));
        let found = read(&text).text;
        assert!(
            found.starts_with("The ferry") && !found.contains("partners"),
            "{found}"
        );
    }

    #[test]
    fn author_boxes_share_bars_newsletters_and_comments_are_left_out() {
        only_the_report(&page(
            "<div class=byline>By <a href=/anna>Anna Holm</a></div><div class='share-bar'>Share Copy link</div>",
            "<div class=newsletter-signup><p>Get the news of the harbour in your mailbox every morning, for free.</p></div>",
            "<div class='author-bio'>Anna Holm has written about ships since 2019. She lives in Avel.</div>
             <div id=comments><p>I was on that ferry and nobody told us anything for three whole hours.</p></div>",
        ));
    }

    #[test]
    fn a_link_among_the_words_of_a_sentence_stays_whatever_its_class() {
        let linked = FIRST.replace(
            "a pump failed",
            "<a class='related-link ad' href=/p>a pump failed</a>",
        );
        only_the_report(&page("", "", "").replace(FIRST, &linked));
        let related = FIRST.replace("Avel", "<b>related</b>");
        assert!(
            read(&page("", "", "").replace(FIRST, &related))
                .text
                .contains("between related and Morn")
        );
    }

    #[test]
    fn a_lead_above_the_text_is_kept() {
        let lead = "Hundreds were left on the quay of Avel when the pump of the only ship failed.";
        let found = read(&page(&format!("<p class=lead>{lead}</p>"), "", ""));
        assert_eq!(found.text, [lead, FIRST, SECOND, THIRD].join("\n"));
    }

    #[test]
    fn a_live_blog_keeps_its_entries() {
        let entries: String = (1..9)
            .map(|hour| format!("<article><time>{hour}:00</time><h3>News at {hour}</h3><p>At {hour} o'clock the harbour master said that {hour} boats had left the port of Avel.</p></article>"))
            .collect();
        let found = read(&format!(
            "<h1>Storm in Avel: live</h1><div class=entries>{entries}</div>"
        ))
        .text;
        assert_eq!(found.lines().count(), 16, "{found}");
        assert!(found.contains("said that 1 boats") && found.contains("said that 8 boats"));
    }

    #[test]
    fn a_short_note_is_read() {
        let note = "The market of Avel is closed today because of the storm.";
        let found = read(&format!(
            "<nav>Home</nav><h1>Market closed</h1><p>{note}</p><footer>Basin</footer>"
        ));
        assert_eq!(found.text, note);
    }

    #[test]
    fn the_body_in_json_counts_where_the_page_shows_none() {
        let page = format!(
            r#"<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Ferry stops", "datePublished": "2031-03-04T09:30:00+05:45", "articleBody": "{FIRST}\n{SECOND}"}}</script><div id=app>Loading</div>"#
        );
        let found = read(&page);
        assert_eq!(found.text, [FIRST, SECOND].join("\n"));
        assert_eq!(found.title.as_deref(), Some("Ferry stops"));
        assert_eq!(
            found.published.map(rfc_3339).as_deref(),
            Some("2031-03-04T03:45:00Z")
        );
    }

    #[test]
    fn a_page_that_draws_itself_and_one_of_pictures_have_a_text() {
        let html = format!("<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>");
        let state = serde_json::json!({ "story": { "body": html } });
        let page =
            format!("<title>Ferry stops</title><div id=app></div><script>var s = {state}</script>");
        assert_eq!(read(&page).text, [FIRST, SECOND, THIRD].join("\n"));
        let picture = |words: &str| {
            format!("<figure><img src=a.jpg><figcaption>{words}</figcaption></figure>")
        };
        let found = read(&format!(
            "<h2>Boats</h2>{}{}",
            picture(FIRST),
            picture(SECOND)
        ));
        assert_eq!(found.text, [FIRST, SECOND].join("\n"));
        assert_eq!(found.title.as_deref(), Some("Boats"));
    }

    #[test]
    fn names_that_mislead_do_not_hide_a_report() {
        let found = read(&page("", "", "").replace("class=text", "class=sponsored"));
        assert_eq!(found.text, [FIRST, SECOND, THIRD].join("\n"));
        let wide = page("", "", "").replace("<main>", "<main class='cookie-ok modal'>");
        only_the_report(&wide);
    }

    #[test]
    fn pages_in_any_charset_and_script_are_read() {
        let text = "<meta charset=windows-1251><h1>Паром</h1><p>Паром между Авелем и Морном остановился утром в понедельник.</p>";
        let bytes: Vec<u8> = encoding_rs::WINDOWS_1251.encode(text).0.into_owned();
        let found = extract(&bytes, None).expect("readable");
        assert_eq!(
            found.text,
            "Паром между Авелем и Морном остановился утром в понедельник."
        );
        let japanese = "アベルとモルンを結ぶフェリーは月曜日の朝、機関室のポンプが故障したため運航を停止した。";
        let found = read(&format!(
            "<h1>フェリー停止</h1><div class=related><a href=/a>関連記事</a></div><p>{japanese}</p>"
        ));
        assert_eq!(
            (found.text.as_str(), found.language.as_deref()),
            (japanese, Some("ja"))
        );
    }

    #[test]
    fn marks_that_cannot_be_seen_are_taken_out() {
        let found = read(&page("", "", "").replace("ferry", "fer\u{202e}ry\u{200b}"));
        assert!(found.text.starts_with("The ferry between"));
    }

    #[test]
    fn a_page_without_text_or_too_large_is_refused() {
        assert_eq!(extract(b"", None), Err(NotReadable::NoText));
        assert_eq!(
            extract(b"<nav>Home</nav><img src=a.jpg>", None),
            Err(NotReadable::NoText)
        );
        let large = vec![b' '; PAGE_BYTES_MAX as usize + 1];
        assert_eq!(extract(&large, None), Err(NotReadable::TooLarge));
    }

    #[test]
    fn hostile_pages_end() {
        for piece in [
            "<div>",
            "<p><b id=1>x",
            "<h2><a href=/>",
            "<table><tr><td>",
            "<![CDATA[>",
            "<svg><a>",
            "</div>",
            "<",
            "&x;",
            "<ul><li>a",
        ] {
            let _ = extract(piece.repeat(100_000).as_bytes(), None);
        }
    }
}
