-- What is large and written once stands in the order in which it came, so that a batch fills a few
-- pages: in the order of articles, which is that of their dates, each row had a page of its own.

-- Of a placement: pairs of article (8 bytes) and similarity (4 bytes, f32), little endian, in the
-- machine's order. None once swept, or where nothing is near.
CREATE TABLE placement_neighbours (
    sequence INTEGER PRIMARY KEY,
    neighbours BLOB NOT NULL
) STRICT;
INSERT INTO placement_neighbours (sequence, neighbours)
    SELECT sequence, neighbours FROM placement WHERE length(neighbours) > 0 ORDER BY sequence;

ALTER TABLE placement RENAME TO placement_before;
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
    same_text INTEGER NOT NULL
) STRICT;
INSERT INTO placement SELECT article, story, placed_by, placed_at, sequence, score, same_text
    FROM placement_before ORDER BY article;
DROP TABLE placement_before;
CREATE INDEX placement_story ON placement (story, article);

ALTER TABLE article_vector RENAME TO article_vector_before;
-- Term vectors (text::vector), apart from the articles so that the window loads without texts.
CREATE TABLE article_vector (
    id INTEGER PRIMARY KEY,
    article INTEGER NOT NULL UNIQUE REFERENCES article (id) ON DELETE CASCADE,
    terms BLOB NOT NULL
) STRICT;
INSERT INTO article_vector (article, terms) SELECT article, terms FROM article_vector_before ORDER BY article;
DROP TABLE article_vector_before;
