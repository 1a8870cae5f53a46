-- Notices with buttons, changes that are told, and sources that members suggest.

-- What a notice says beside its words: JSON of page::letter::Card; NULL = the words are all of it.
-- It may name persons by Discord's id.
ALTER TABLE notice ADD COLUMN card TEXT;
-- JSON list of page::Button.
ALTER TABLE notice ADD COLUMN buttons TEXT NOT NULL DEFAULT '[]';
-- Moderators': 0 = in their channel, else above an answer to one of them; 1 = in their channel or
-- nowhere. A person's: 0 = waits in /following; 1 = by direct message where they follow something,
-- else above their next private answer.
ALTER TABLE notice ADD COLUMN way INTEGER NOT NULL DEFAULT 0;
-- Discord's id of the person who dealt with it by one of its buttons; 0 = the host. NULL = nobody did.
ALTER TABLE notice ADD COLUMN dealt_by INTEGER;
ALTER TABLE notice ADD COLUMN dealt_at INTEGER;
-- The label of that button.
ALTER TABLE notice ADD COLUMN dealt TEXT;
CREATE INDEX notice_person ON notice (person) WHERE told_at IS NULL AND person > 0;
CREATE INDEX notice_key ON notice (newsroom, key);
CREATE INDEX outbox_notice ON outbox (cause ->> 'notice') WHERE kind = 4;

-- When the channel for notices was told of a change, or was not to be.
ALTER TABLE audit ADD COLUMN told_at INTEGER;
UPDATE audit SET told_at = at;
CREATE INDEX audit_untold ON audit (newsroom, id) WHERE told_at IS NULL;

-- Sources that members suggest to their moderators.
CREATE TABLE suggestion (
    id INTEGER PRIMARY KEY,
    newsroom INTEGER NOT NULL REFERENCES newsroom (id) ON DELETE CASCADE,
    -- As it was typed, without credentials.
    link TEXT NOT NULL,
    -- Address of the feed that was found there.
    feed TEXT NOT NULL,
    -- Discord's id of the member; 0 = the host. NULL once they had it deleted.
    person INTEGER,
    why TEXT,
    -- JSON of page::sources::Report: what the test found.
    report TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    -- Discord's id of the moderator; 0 = the host. NULL while it is open, and of one withdrawn.
    decided_by INTEGER,
    decided_at INTEGER,
    -- 0 = declined, 1 = approved, 2 = withdrawn.
    outcome INTEGER CHECK (outcome BETWEEN 0 AND 2),
    reason TEXT
) STRICT;
CREATE UNIQUE INDEX suggestion_open ON suggestion (newsroom, feed) WHERE decided_at IS NULL;
CREATE INDEX suggestion_person ON suggestion (person, made_at);
CREATE INDEX suggestion_made ON suggestion (made_at);
