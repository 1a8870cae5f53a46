//! A fake outlet: what it published, and how it puts that into a feed.

use super::dates;
use super::fault::Fault;
use super::web::{Answer, Request, Web};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Something to publish.
#[derive(Clone, Debug, Default)]
pub struct Piece {
    pub title: String,
    pub text: String,
    /// Made from the title when none is given.
    pub link: Option<String>,
    pub guid: Option<String>,
    /// None: the feed gives no date.
    pub at: Option<i64>,
    pub image: Option<String>,
    undated: bool,
}

/// Begins an article: `article("Title").text("…").at(…)`.
pub fn article(title: &str) -> Piece {
    Piece {
        title: title.to_owned(),
        ..Piece::default()
    }
}

impl Piece {
    pub fn text(mut self, text: &str) -> Self {
        self.text = text.to_owned();
        self
    }

    pub fn link(mut self, link: &str) -> Self {
        self.link = Some(link.to_owned());
        self
    }

    pub fn guid(mut self, guid: &str) -> Self {
        self.guid = Some(guid.to_owned());
        self
    }

    pub fn at(mut self, at: i64) -> Self {
        self.at = Some(at);
        self
    }

    #[allow(dead_code)]
    pub fn image(mut self, image: &str) -> Self {
        self.image = Some(image.to_owned());
        self
    }

    /// Published without a date.
    pub fn undated(mut self) -> Self {
        self.undated = true;
        self
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    #[default]
    Rss,
    Atom,
    Json,
}

/// What the fake web knows of an outlet.
#[derive(Clone, Debug, Default)]
pub struct OutletState {
    pub host: String,
    /// The host as its addresses have it: with a port, where a real process must find it.
    pub authority: String,
    pub title: String,
    pub language: Option<String>,
    pub ttl_minutes: Option<u32>,
    pub cache_control: Option<String>,
    pub format: Format,
    /// Status and text of its robots.txt; none = 404.
    pub robots: Option<(u16, String)>,
    /// What stands in the head of its articles' pages.
    pub page_head: String,
    /// The newest first.
    pub pieces: Vec<Piece>,
    pub fault: Option<Fault>,
    /// Answers conditional requests.
    pub conditional: bool,
}

impl OutletState {
    pub fn fault_for(&self, path: &str) -> Option<Fault> {
        self.fault.clone().filter(|_| path.starts_with("/feed"))
    }

    pub fn answer(&self, request: &Request) -> Answer {
        let path = request.path.split('?').next().unwrap_or_default();
        match path {
            _ if path.starts_with("/feed") => self.answer_feed(request),
            "/" => Answer::new(200, "text/html; charset=utf-8", self.home()),
            "/robots.txt" => match &self.robots {
                Some((status, text)) => Answer::new(*status, "text/plain", text.as_str()),
                None => Answer::bare(404),
            },
            _ => match self
                .pieces
                .iter()
                .find(|piece| self.link_of(piece).ends_with(path))
            {
                Some(piece) => Answer::new(200, "text/html; charset=utf-8", self.page_of(piece)),
                None => Answer::bare(404),
            },
        }
    }

    fn answer_feed(&self, request: &Request) -> Answer {
        let body = self.body();
        let mut hasher = DefaultHasher::new();
        body.hash(&mut hasher);
        let etag = format!("\"{:x}\"", hasher.finish());
        if self.conditional && request.header("if-none-match") == Some(&etag) {
            return Answer::bare(304).header("etag", etag);
        }
        let kind = match self.format {
            Format::Rss => "application/rss+xml; charset=utf-8",
            Format::Atom => "application/atom+xml; charset=utf-8",
            Format::Json => "application/feed+json",
        };
        let mut answer = Answer::new(200, kind, body);
        if self.conditional {
            let newest = self
                .pieces
                .iter()
                .filter_map(|piece| piece.at)
                .max()
                .unwrap_or(0);
            answer = answer
                .header("etag", etag)
                .header("last-modified", dates::rfc2822(newest));
        }
        match &self.cache_control {
            Some(value) => answer.header("cache-control", value),
            None => answer,
        }
    }

    pub fn body(&self) -> String {
        match self.format {
            Format::Rss => self.rss(),
            Format::Atom => self.atom(),
            Format::Json => self.json(),
        }
    }

    pub fn link_of(&self, piece: &Piece) -> String {
        let slug = || -> String {
            let title = piece.title.to_lowercase();
            title
                .chars()
                .map(|letter| {
                    if letter.is_alphanumeric() {
                        letter
                    } else {
                        '-'
                    }
                })
                .collect()
        };
        match &piece.link {
            Some(link) if link.starts_with("http") => link.clone(),
            Some(path) => format!("http://{}/{}", self.authority, path.trim_start_matches('/')),
            None => format!("http://{}/{}", self.authority, slug()),
        }
    }

    fn home(&self) -> String {
        let title = escaped(&self.title);
        format!(
            "<!doctype html><html><head><title>{title}</title><link rel=\"alternate\" type=\"application/rss+xml\" \
             title=\"{title}\" href=\"/feed\"></head><body><h1>{title}</h1></body></html>"
        )
    }

    fn page_of(&self, piece: &Piece) -> String {
        let paragraphs: String = piece
            .text
            .split('\n')
            .map(|text| format!("<p>{}</p>", escaped(text)))
            .collect();
        let title = escaped(&piece.title);
        let site = escaped(&self.title);
        let head = &self.page_head;
        format!(
            "<!doctype html><html lang=\"en\"><head><title>{title} - {site}</title>{head}</head>\
             <body><nav><a href=\"/\">{site}</a></nav><article><h1>{title}</h1>{paragraphs}</article></body></html>"
        )
    }

    fn rss(&self) -> String {
        let mut feed = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\">\n<channel>\n<title>{}</title>\n<link>http://{}/</link>\n",
            escaped(&self.title),
            self.authority
        );
        if let Some(language) = &self.language {
            feed.push_str(&format!("<language>{language}</language>\n"));
        }
        if let Some(ttl) = self.ttl_minutes {
            feed.push_str(&format!("<ttl>{ttl}</ttl>\n"));
        }
        for piece in &self.pieces {
            let link = escaped(&self.link_of(piece));
            let guid = piece.guid.as_ref().map_or_else(
                || format!("<guid>{link}</guid>"),
                |guid| format!("<guid isPermaLink=\"false\">{}</guid>", escaped(guid)),
            );
            let date = piece
                .at
                .map(|at| format!("<pubDate>{}</pubDate>", dates::rfc2822(at)))
                .unwrap_or_default();
            let image = piece.image.as_ref().map(|image| {
                format!(
                    "<enclosure url=\"{}\" type=\"image/jpeg\" length=\"1\"/>",
                    escaped(image)
                )
            });
            feed.push_str(&format!(
                "<item><title>{}</title><link>{link}</link>{guid}{date}{}<description>{}</description></item>\n",
                escaped(&piece.title),
                image.unwrap_or_default(),
                escaped(&paragraphs(&piece.text))
            ));
        }
        feed.push_str("</channel>\n</rss>\n");
        feed
    }

    fn atom(&self) -> String {
        let mut feed = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\"{}>\n<title>{}</title>\n\
             <link href=\"http://{}/\"/>\n<id>http://{}/feed</id>\n",
            self.language
                .as_ref()
                .map(|language| format!(" xml:lang=\"{language}\""))
                .unwrap_or_default(),
            escaped(&self.title),
            self.host,
            self.authority
        );
        for piece in &self.pieces {
            let link = escaped(&self.link_of(piece));
            let date = piece.at.map(dates::rfc3339);
            let dates = date
                .map(|at| format!("<published>{at}</published><updated>{at}</updated>"))
                .unwrap_or_default();
            feed.push_str(&format!(
                "<entry><title>{}</title><link href=\"{link}\"/><id>{}</id>{dates}<content type=\"html\">{}</content></entry>\n",
                escaped(&piece.title),
                piece.guid.as_deref().map_or(link.clone(), escaped),
                escaped(&paragraphs(&piece.text))
            ));
        }
        feed.push_str("</feed>\n");
        feed
    }

    fn json(&self) -> String {
        let entries = self.pieces.iter().map(|piece| {
            let link = self.link_of(piece);
            let mut entry = serde_json::json!({
                "id": piece.guid.clone().unwrap_or_else(|| link.clone()),
                "url": link,
                "title": piece.title,
                "content_html": paragraphs(&piece.text),
            });
            if let Some(at) = piece.at {
                entry["date_published"] = dates::rfc3339(at).into();
            }
            entry
        });
        let entries: Vec<_> = entries.collect();
        let home = format!("http://{}/", self.authority);
        let feed = serde_json::json!({
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.title,
            "language": self.language,
            "home_page_url": home,
            "items": entries,
        });
        feed.to_string()
    }
}

fn paragraphs(text: &str) -> String {
    text.split('\n')
        .map(|text| format!("<p>{}</p>", escaped(text)))
        .collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// A handle on one outlet of the fake web.
#[derive(Clone)]
pub struct Outlet {
    web: Web,
    host: String,
    now: super::Now,
}

impl Outlet {
    pub fn new(web: &Web, host: &str, now: super::Now) -> Self {
        let title = host.split('.').next().unwrap_or_default();
        let title = title[..1].to_uppercase() + &title[1..];
        let fresh = || OutletState {
            host: host.to_owned(),
            authority: host.to_owned(),
            title: format!("The {title}"),
            language: Some("en".to_owned()),
            conditional: true,
            ..OutletState::default()
        };
        web.state()
            .outlets
            .entry(host.to_owned())
            .or_insert_with(fresh);
        Self {
            web: web.clone(),
            host: host.to_owned(),
            now,
        }
    }

    /// An outlet with a port of its own, for the real program, which resolves no names of ours.
    pub async fn alone(now: super::Now) -> Self {
        Self::alone_at("127.0.0.1", now).await
    }

    /// Like [`Self::alone`], at a number of its own: another host to those who are polite.
    pub async fn alone_at(number: &str, now: super::Now) -> Self {
        let web = Web::start_at(number).await;
        let authority = web.address.to_string();
        let outlet = Self::new(&web, number, now);
        outlet.with(|state| {
            state.title = format!("Outlet {authority}");
            state.authority = authority;
        });
        outlet
    }

    /// `host:port`, or the host alone.
    pub fn authority(&self) -> String {
        self.web.state().outlets[&self.host].authority.clone()
    }

    /// Changes anything about it.
    pub fn with(&self, change: impl FnOnce(&mut OutletState)) -> &Self {
        let mut state = self.web.state();
        change(
            state
                .outlets
                .get_mut(&self.host)
                .expect("the outlet was made with its handle"),
        );
        drop(state);
        self
    }

    /// Publishes an article, at this moment unless it says otherwise.
    pub fn publishes(&self, piece: Piece) -> &Self {
        let now = self.now.now();
        self.with(|outlet| {
            let at = (!piece.undated).then(|| piece.at.unwrap_or(now));
            outlet.pieces.insert(0, Piece { at, ..piece });
        })
    }

    /// Changes the article whose link ends so.
    pub fn edits(&self, link: &str, change: impl FnOnce(&mut Piece)) -> &Self {
        self.with(|outlet| {
            let at = outlet
                .pieces
                .iter()
                .position(|piece| outlet.link_of(piece).ends_with(link));
            let at = at.unwrap_or_else(|| panic!("nothing published at {link}"));
            // An edit does not move the article to another address.
            let kept = outlet.link_of(&outlet.pieces[at]);
            outlet.pieces[at].link = Some(kept);
            change(&mut outlet.pieces[at]);
        })
    }

    /// Takes the article whose link ends so out of the feed, and returns it.
    pub fn withdraws(&self, link: &str) -> Piece {
        let mut gone = None;
        self.with(|outlet| {
            let at = outlet
                .pieces
                .iter()
                .position(|piece| outlet.link_of(piece).ends_with(link));
            gone = at.map(|at| outlet.pieces.remove(at));
        });
        gone.unwrap_or_else(|| panic!("nothing published at {link}"))
    }

    /// Misbehaves from now on.
    pub fn answers(&self, fault: Fault) -> &Self {
        self.with(|outlet| outlet.fault = Some(fault))
    }

    /// Behaves again.
    pub fn recovers(&self) -> &Self {
        self.with(|outlet| outlet.fault = None)
    }

    pub fn format(&self, format: Format) -> &Self {
        self.with(|outlet| outlet.format = format)
    }

    /// Address of its feed.
    pub fn feed(&self) -> String {
        format!("http://{}/feed", self.authority())
    }

    /// Every request that it got, in order.
    pub fn requests(&self) -> Vec<Request> {
        self.web.requests(&self.host)
    }

    /// The most requests that it had at one moment.
    pub fn at_once_max(&self) -> u32 {
        self.web
            .state()
            .at_once_max
            .get(&self.host)
            .copied()
            .unwrap_or(0)
    }
}
