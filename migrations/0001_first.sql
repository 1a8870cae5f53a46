-- The first schema. A merged migration is never edited: changes come as further files.
--
-- Every time is in Unix milliseconds. Every id is made by the program. Discord's ids are kept as
-- they are (they fit in 63 bits). 0/1 columns are booleans. Hashes are the first 64 bits of a
-- SHA-256, as signed integers.

-- "LEDE": tells this file from other programs' databases.
PRAGMA application_id = 1279607877;

-- Values of the whole program (not of a newsroom): registration hash, installation id.
CREATE TABLE program_value (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Rows counted as they come and go, because counting them in the table would read all of it.
CREATE TABLE tally (
    name TEXT PRIMARY KEY,
    count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Discord servers that Lede was ever a member of.
CREATE TABLE server (
    id INTEGER PRIMARY KEY,
    joined_at INTEGER NOT NULL,
    -- NULL while Lede is a member.
    left_at INTEGER
) STRICT;
CREATE INDEX server_left ON server (left_at) WHERE left_at IS NOT NULL;

-- Whose sources an answer is made from.
CREATE TABLE newsroom (
    id INTEGER PRIMARY KEY,
    -- 0 = a server's, 1 = a person's, 2 = the terminal's.
    kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 2),
    -- Discord's id of the server or person; 0 for the terminal.
    discord INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    UNIQUE (kind, discord)
) STRICT;

CREATE TABLE setting (
    newsroom INTEGER NOT NULL REFERENCES newsroom (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (newsroom, name)
) STRICT, WITHOUT ROWID;

-- Feeds, each read once for all newsrooms that have it.
CREATE TABLE source (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE,
    -- The feed's own title, trimmed.
    title TEXT NOT NULL,
    -- Address of the site that the feed belongs to.
    site TEXT,
    language TEXT,
    -- Validators of the last full answer, for conditional requests.
    etag TEXT,
    last_modified TEXT,
    added_at INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    interval_ms INTEGER NOT NULL,
    -- 1 while a newsroom has it that is not a left server's: only then is it read. Computed anew
    -- from newsroom_source and server in every transaction that changes one of them.
    wanted INTEGER NOT NULL DEFAULT 0,
    -- Last time that it answered well ("unchanged" included).
    good_at INTEGER,
    tried_at INTEGER,
    -- In a row.
    failures INTEGER NOT NULL DEFAULT 0,
    failing_since INTEGER,
    -- JSON of news::ReadingError.
    error TEXT,
    -- Where permanent redirects led lately, and in how many readings in a row.
    moved_to TEXT,
    moved_times INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX source_due ON source (next_at) WHERE wanted = 1;

-- A source as one newsroom has it.
CREATE TABLE newsroom_source (
    newsroom INTEGER NOT NULL REFERENCES newsroom (id) ON DELETE CASCADE,
    source INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    -- The moderator's name for it; NULL = the feed's title.
    name TEXT,
    -- 1 = less, 2 = normal, 3 = more.
    weight INTEGER NOT NULL DEFAULT 2,
    -- Wins over the weight, which stays for when it is heard again.
    muted INTEGER NOT NULL DEFAULT 0,
    folder TEXT,
    -- Discord's id of the person; 0 = the host.
    added_by INTEGER NOT NULL,
    added_at INTEGER NOT NULL,
    -- Its first saved reading since it was added: nothing carried then or earlier counts as news.
    -- NULL until there is one.
    baseline_at INTEGER,
    -- NULL while the newsroom has it. The row outlives the removal so that it can be undone.
    removed_at INTEGER,
    PRIMARY KEY (newsroom, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX newsroom_source_source ON newsroom_source (source, removed_at);
CREATE INDEX newsroom_source_removed ON newsroom_source (removed_at) WHERE removed_at IS NOT NULL;

-- Hosts that asked to be left alone, kept so that a restart does not forget it.
CREATE TABLE host (
    name TEXT PRIMARY KEY,
    next_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX host_next ON host (next_at);

-- The reading log. Readings in a row that brought nothing new and ended alike are one line.
CREATE TABLE reading (
    source INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    -- The first reading of the line.
    at INTEGER NOT NULL,
    -- The last one, and how many there were.
    last_at INTEGER NOT NULL,
    times INTEGER NOT NULL,
    -- JSON of news::ReadingError; NULL when the source answered well.
    error TEXT,
    -- Of the line's last reading: entries in the feed, decoded bytes.
    entries INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    new INTEGER NOT NULL,
    edited INTEGER NOT NULL,
    PRIMARY KEY (source, at)
) STRICT, WITHOUT ROWID;
CREATE INDEX reading_last ON reading (last_at);

-- Who publishes: registrable domains, or host:port where there is none.
CREATE TABLE outlet (
    id INTEGER PRIMARY KEY,
    domain TEXT NOT NULL UNIQUE
) STRICT;

-- Articles at their newest revision.
CREATE TABLE article (
    -- Milliseconds of the earlier of publication and sighting, shifted left by 20, plus a sequence:
    -- a period is a range of ids. Never changed.
    id INTEGER PRIMARY KEY,
    -- Counts from 1; a new title or text makes a new one.
    revision INTEGER NOT NULL,
    -- The source in which it was seen first.
    source INTEGER NOT NULL REFERENCES source (id),
    -- The source whose wording is stored: a fuller one takes over from a teaser.
    worded_by INTEGER NOT NULL REFERENCES source (id),
    outlet INTEGER NOT NULL REFERENCES outlet (id),
    -- Canonical.
    link TEXT,
    title TEXT NOT NULL,
    -- Paragraphs divided by line feeds. Empty once swept.
    text TEXT NOT NULL,
    language TEXT,
    author TEXT,
    image TEXT,
    -- As the feed dated it, however wrong.
    published INTEGER,
    seen_at INTEGER NOT NULL,
    edited_at INTEGER,
    -- 1 once retention has emptied the text, its index row and its vector.
    swept INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX article_unswept ON article (seen_at) WHERE swept = 0;

-- What an article can be recognised by, within its outlet: hashes of its links, guids, long texts
-- and of link with title, those of former revisions included. A hit is a candidate, no proof.
-- No index by article: nothing deletes articles yet, and it would be the largest of all.
CREATE TABLE identity (
    outlet INTEGER NOT NULL REFERENCES outlet (id),
    hash INTEGER NOT NULL,
    article INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE,
    PRIMARY KEY (outlet, hash, article)
) STRICT, WITHOUT ROWID;

-- Which sources carry which articles. A newsroom sees what one of its sources carries.
CREATE TABLE carried (
    source INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    article INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE,
    -- Hash of the guid as this source wrote it; NULL without one.
    guid INTEGER,
    -- Hash of title and text as this source last gave them: while it stays, nothing is compared.
    mark INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (source, article)
) STRICT, WITHOUT ROWID;
CREATE INDEX carried_article ON carried (article, source, seen_at);
CREATE INDEX carried_seen ON carried (source, seen_at);

-- Term vectors (text::vector), apart from the articles so that the window loads without texts.
CREATE TABLE article_vector (
    article INTEGER PRIMARY KEY REFERENCES article (id) ON DELETE CASCADE,
    terms BLOB NOT NULL
) STRICT;

-- Full text over the terms that text::terms makes, divided by blanks: the tokeniser only keeps
-- them whole. rowid = article.id. Contentless: a change deletes the row and inserts it anew.
CREATE VIRTUAL TABLE article_terms USING fts5 (
    title,
    text,
    content = '',
    contentless_delete = 1,
    tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co'"
);

-- Articles not yet placed, in the order of saving.
CREATE TABLE waiting (
    sequence INTEGER PRIMARY KEY,
    article INTEGER NOT NULL UNIQUE REFERENCES article (id) ON DELETE CASCADE
) STRICT;

CREATE TABLE story (
    -- The id of its first article.
    id INTEGER PRIMARY KEY,
    made_at INTEGER NOT NULL,
    -- The elder story into which it was merged, never itself an alias; NULL for a living story.
    alias_of INTEGER REFERENCES story (id)
) STRICT;
CREATE INDEX story_alias ON story (alias_of) WHERE alias_of IS NOT NULL;

-- An article's place in a story, and why.
CREATE TABLE placement (
    article INTEGER PRIMARY KEY REFERENCES article (id) ON DELETE CASCADE,
    -- Never an alias: a merge rewrites it.
    story INTEGER NOT NULL REFERENCES story (id),
    -- 0 = the machine, else Discord's id of the person who placed it.
    placed_by INTEGER NOT NULL DEFAULT 0,
    placed_at INTEGER NOT NULL,
    -- Order of placing, in which the window is loaded again after a restart.
    sequence INTEGER NOT NULL UNIQUE,
    -- Of the story joined, when it was joined; NULL for the first article of a story.
    score REAL,
    -- First article with near-equal text, else itself.
    same_text INTEGER NOT NULL,
    -- Pairs of article (8 bytes) and similarity (4 bytes, f32), little endian, in the machine's
    -- order. NULL once swept.
    neighbours BLOB
) STRICT;
CREATE INDEX placement_story ON placement (story, article);

-- What buttons and selects ask for, by their keys.
CREATE TABLE action (
    key TEXT PRIMARY KEY,
    newsroom INTEGER NOT NULL REFERENCES newsroom (id) ON DELETE CASCADE,
    -- JSON of page::Action.
    action TEXT NOT NULL,
    kept_at INTEGER NOT NULL,
    -- When a one-time action was used.
    used_at INTEGER,
    -- 1 once only the request is left.
    stripped INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX action_kept ON action (kept_at, stripped);

-- Answers shown to a channel: the same one is linked instead of shown again.
CREATE TABLE shown (
    channel INTEGER NOT NULL,
    request TEXT NOT NULL,
    -- Link of the message.
    link TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (channel, request)
) STRICT, WITHOUT ROWID;
CREATE INDEX shown_at ON shown (at);

-- What moderators changed, with what is needed to undo it.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    newsroom INTEGER NOT NULL REFERENCES newsroom (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    -- Discord's id of the person; 0 = the host.
    by INTEGER NOT NULL,
    -- What was done: source.add, source.remove, source.restore, setting.
    what TEXT NOT NULL,
    -- To what: a source's id, a setting's name.
    subject TEXT NOT NULL,
    before TEXT,
    after TEXT,
    undone_at INTEGER
) STRICT;
CREATE INDEX audit_newsroom ON audit (newsroom, at);
CREATE INDEX audit_at ON audit (at);
