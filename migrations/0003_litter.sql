-- Sentences that a source sets under article after article, learned from its last articles
-- (text::refrain). One small row a source, rewritten when it brings something new.
CREATE TABLE source_refrain (
    source INTEGER PRIMARY KEY REFERENCES source (id) ON DELETE CASCADE,
    -- Hashes of the refrains known now, four bytes each.
    refrains BLOB NOT NULL,
    -- Of each of the last 60 articles, oldest first: hashes of its title's words and of its
    -- sentences. Last in the row, as most who ask for the refrains do not need it.
    memory BLOB NOT NULL
) STRICT;
