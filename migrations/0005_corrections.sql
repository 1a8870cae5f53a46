-- What a newsroom's moderators corrected of stories, for that newsroom alone, and what members reported.
-- Where the machine placed an article stays for all.

CREATE TABLE correction (
    id INTEGER PRIMARY KEY,
    newsroom INTEGER NOT NULL REFERENCES newsroom (id) ON DELETE CASCADE,
    -- 0 = two stories are one, 1 = articles are a story of their own, 2 = not shown here, 3 = not about a
    -- topic.
    kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 3),
    -- As it was named then: merges are followed when it is read.
    story INTEGER NOT NULL REFERENCES story (id),
    -- Of a merge the other story; of a split the story that it made, which is this newsroom's own: the
    -- correction's id below zero, where no article's is. Undone, that story is an alias of what it left.
    other INTEGER REFERENCES story (id),
    -- The key of the topic that it is not about.
    topic TEXT,
    -- Discord's id of the person; 0 = the host.
    by INTEGER NOT NULL,
    at INTEGER NOT NULL,
    undone_at INTEGER
) STRICT;
CREATE INDEX correction_live ON correction (newsroom, id) WHERE undone_at IS NULL;
CREATE INDEX correction_newsroom ON correction (newsroom);
CREATE INDEX correction_story ON correction (story);
CREATE INDEX correction_other ON correction (other) WHERE other IS NOT NULL;
CREATE INDEX correction_at ON correction (at);

-- Articles of stories that a newsroom split off, those that were placed later included. Of several
-- rows of an article the one of the latest correction counts. Gone once the correction is undone.
CREATE TABLE corrected (
    newsroom INTEGER NOT NULL REFERENCES newsroom (id) ON DELETE CASCADE,
    article INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE,
    correction INTEGER NOT NULL REFERENCES correction (id) ON DELETE CASCADE,
    -- The story that the correction made.
    story INTEGER NOT NULL REFERENCES story (id),
    PRIMARY KEY (newsroom, article, correction)
) STRICT, WITHOUT ROWID;
CREATE INDEX corrected_article ON corrected (article);
CREATE INDEX corrected_correction ON corrected (correction);
CREATE INDEX corrected_story ON corrected (story);

-- Articles about which is decided again, for the newsroom that corrected their story and for no other.
CREATE TABLE undecided_again (
    newsroom INTEGER NOT NULL REFERENCES newsroom (id) ON DELETE CASCADE,
    article INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE,
    PRIMARY KEY (newsroom, article)
) STRICT, WITHOUT ROWID;
CREATE INDEX undecided_again_article ON undecided_again (article);

-- Stories of which members said that something is wrong.
CREATE TABLE report (
    id INTEGER PRIMARY KEY,
    newsroom INTEGER NOT NULL REFERENCES newsroom (id) ON DELETE CASCADE,
    story INTEGER NOT NULL REFERENCES story (id),
    -- Discord's id.
    person INTEGER NOT NULL,
    -- 0 = not one story, 1 = the same as another one, 2 = not about this topic, 3 = should not be here.
    what INTEGER NOT NULL CHECK (what BETWEEN 0 AND 3),
    at INTEGER NOT NULL,
    -- When moderators dealt with it.
    closed_at INTEGER
) STRICT;
CREATE UNIQUE INDEX report_open ON report (newsroom, story, person) WHERE closed_at IS NULL;
CREATE INDEX report_person ON report (person, at);
CREATE INDEX report_newsroom ON report (newsroom);
CREATE INDEX report_story ON report (story);
CREATE INDEX report_at ON report (at);
