-- Standing wishes, what was decided for each story, and what is sent.

-- Where Lede sends without being asked at that moment.
CREATE TABLE destination (
    id INTEGER PRIMARY KEY,
    -- 0 = a channel or thread, 1 = a person by direct message, 2 = the terminal.
    kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 2),
    -- Discord's id of the channel, thread or person; 0 for the terminal.
    discord INTEGER NOT NULL,
    -- What it takes: 0 text, 1 announcement, 2 thread, 3 forum (a post a story), 4 direct message,
    -- 5 terminal.
    form INTEGER NOT NULL CHECK (form BETWEEN 0 AND 5),
    -- Its name when it was last seen, for the terminal and the log.
    name TEXT NOT NULL DEFAULT '',
    -- Whether Lede may read what was posted there: without it nothing is sent a second time.
    readable INTEGER NOT NULL DEFAULT 1,
    -- NULL while it takes messages, else when it refused and why (JSON of news::push::Lost).
    lost_at INTEGER,
    lost TEXT,
    UNIQUE (kind, discord)
) STRICT;

CREATE TABLE subscription (
    id INTEGER PRIMARY KEY,
    newsroom INTEGER NOT NULL REFERENCES newsroom (id) ON DELETE CASCADE,
    destination INTEGER NOT NULL REFERENCES destination (id) ON DELETE CASCADE,
    -- JSON of news::subscription::What; equal for equal wishes.
    what TEXT NOT NULL,
    -- JSON of news::subscription::Wish.
    wish TEXT NOT NULL,
    -- Discord's id of the person; 0 = the host.
    made_by INTEGER NOT NULL,
    -- What was seen by then is no news for it.
    made_at INTEGER NOT NULL,
    -- JSON of news::subscription::Pause; NULL while it is awake.
    paused TEXT,
    -- When its next digest is due; NULL where it has none.
    digest_at INTEGER,
    -- The row outlives the removal so that it can be undone.
    removed_at INTEGER
) STRICT;
CREATE INDEX subscription_newsroom ON subscription (newsroom) WHERE removed_at IS NULL;
CREATE INDEX subscription_destination ON subscription (destination);
CREATE UNIQUE INDEX subscription_once ON subscription (destination, newsroom, what)
    WHERE removed_at IS NULL;
CREATE INDEX subscription_removed ON subscription (removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX subscription_digest ON subscription (digest_at)
    WHERE digest_at IS NOT NULL AND removed_at IS NULL;

-- Articles that were placed and not yet decided about, written with the placement where any
-- subscription is there.
CREATE TABLE undecided (
    sequence INTEGER PRIMARY KEY,
    article INTEGER NOT NULL UNIQUE REFERENCES article (id) ON DELETE CASCADE
) STRICT;

-- What is to be sent, is being sent, or was.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    destination INTEGER NOT NULL REFERENCES destination (id) ON DELETE CASCADE,
    -- The subscription that asked for it; NULL for notices.
    subscription INTEGER REFERENCES subscription (id) ON DELETE SET NULL,
    -- 0 = push, 1 = digest, 2 = new facts of a story that was pushed, 3 = hello, 4 = notice.
    kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 4),
    -- Of a push and of new facts; NULL else.
    story INTEGER REFERENCES story (id),
    -- Counts messages of one kind about one story, and the parts of a digest.
    part INTEGER NOT NULL DEFAULT 0,
    -- What the body is drawn from beside the story (JSON of news::push::Cause).
    cause TEXT NOT NULL,
    -- Not before; for a digest, the time for which it was meant.
    due_at INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    -- 0 = waiting, 1 = sending, 2 = sent, 3 = refused, 4 = unknown, 5 = dropped.
    state INTEGER NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 5),
    -- Written by the claim and never changed: a second try sends the same bytes.
    body TEXT,
    nonce TEXT,
    -- The first try since nothing was known to be posted, and the last one.
    first_try INTEGER,
    last_try INTEGER,
    tries INTEGER NOT NULL DEFAULT 0,
    -- Tries that may have posted it: begun, and not known to have come to nothing.
    open INTEGER NOT NULL DEFAULT 0,
    next_try INTEGER,
    -- Where it came to stand: the channel or thread and the message.
    channel INTEGER,
    message INTEGER,
    -- The thread opened on it.
    thread INTEGER,
    sent_at INTEGER,
    -- Outlets that the message names, and when it should be redrawn.
    outlets INTEGER NOT NULL DEFAULT 0,
    edit_at INTEGER,
    -- What went wrong, in words for the log and for Why?.
    error TEXT,
    -- Of an unknown one: the digest that names it.
    named_in INTEGER REFERENCES outbox (id) ON DELETE SET NULL
) STRICT;
CREATE INDEX outbox_unknown ON outbox (destination) WHERE state = 4 AND named_in IS NULL;
CREATE UNIQUE INDEX outbox_story ON outbox (destination, story, kind, part) WHERE story IS NOT NULL;
CREATE UNIQUE INDEX outbox_digest ON outbox (subscription, due_at, part) WHERE kind = 1;
CREATE INDEX outbox_queue ON outbox (destination, id) WHERE state IN (0, 1);
CREATE INDEX outbox_edit ON outbox (edit_at) WHERE edit_at IS NOT NULL;
CREATE INDEX outbox_of ON outbox (subscription, made_at);
CREATE INDEX outbox_made ON outbox (made_at);

-- The stories of a digest, in its order.
CREATE TABLE digest_story (
    outbox INTEGER NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    story INTEGER NOT NULL REFERENCES story (id),
    PRIMARY KEY (outbox, place)
) STRICT, WITHOUT ROWID;

-- One row for each subscription and story, with its reason.
CREATE TABLE decision (
    subscription INTEGER NOT NULL REFERENCES subscription (id) ON DELETE CASCADE,
    -- As it was named then: merges are followed when it is read.
    story INTEGER NOT NULL REFERENCES story (id),
    -- 0 = send, 1 = hold, 2 = skip.
    verdict INTEGER NOT NULL CHECK (verdict BETWEEN 0 AND 2),
    -- JSON of news::push::Reason and of the figures that it came from (news::push::Grounds).
    reason TEXT NOT NULL,
    grounds TEXT NOT NULL,
    -- Of a hold: when it is decided again by itself; NULL = when something comes.
    until INTEGER,
    decided_at INTEGER NOT NULL,
    -- The message that it led to.
    outbox INTEGER REFERENCES outbox (id) ON DELETE SET NULL,
    PRIMARY KEY (subscription, story)
) STRICT, WITHOUT ROWID;
CREATE INDEX decision_story ON decision (story);
CREATE INDEX decision_until ON decision (until) WHERE verdict = 1 AND until IS NOT NULL;
CREATE INDEX decision_decided ON decision (decided_at);

-- What a destination was told, written by the claim of the message that tells it.
CREATE TABLE told (
    destination INTEGER NOT NULL REFERENCES destination (id) ON DELETE CASCADE,
    story INTEGER NOT NULL REFERENCES story (id),
    at INTEGER NOT NULL,
    outbox INTEGER REFERENCES outbox (id) ON DELETE SET NULL,
    PRIMARY KEY (destination, story)
) STRICT, WITHOUT ROWID;
CREATE INDEX told_story ON told (story);
CREATE INDEX told_at ON told (at);

-- Sentences that a destination was quoted: hashes of their words.
CREATE TABLE told_sentence (
    destination INTEGER NOT NULL REFERENCES destination (id) ON DELETE CASCADE,
    hash INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (destination, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX told_sentence_at ON told_sentence (at);

-- When a person last asked about a topic, for "since I last asked".
CREATE TABLE asked (
    newsroom INTEGER NOT NULL REFERENCES newsroom (id) ON DELETE CASCADE,
    -- Discord's id; 0 = the host.
    person INTEGER NOT NULL,
    -- The topic's key; empty = top stories.
    topic TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (newsroom, person, topic)
) STRICT, WITHOUT ROWID;
CREATE INDEX asked_at ON asked (at);

-- What moderators or a person still have to be told: in the notices channel, else with the next
-- answer.
CREATE TABLE notice (
    id INTEGER PRIMARY KEY,
    newsroom INTEGER NOT NULL REFERENCES newsroom (id) ON DELETE CASCADE,
    -- Discord's id of the person whom it concerns; 0 = the newsroom's moderators.
    person INTEGER NOT NULL,
    -- The same thing is told once: notices of one key that are not told yet are one.
    key TEXT NOT NULL,
    text TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    told_at INTEGER
) STRICT;
CREATE INDEX notice_made ON notice (made_at);
CREATE UNIQUE INDEX notice_open ON notice (newsroom, person, key) WHERE told_at IS NULL;

-- What a person did, for /privacy.
CREATE INDEX audit_by ON audit (by, at);
CREATE INDEX newsroom_source_added ON newsroom_source (added_by);
