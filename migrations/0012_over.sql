-- What was told of sources says so once it is over; what waits for moderators is found again.

-- The sources of which a notice says that they are down, dead or silent.
CREATE TABLE notice_source (
    notice INTEGER NOT NULL REFERENCES notice (id) ON DELETE CASCADE,
    source INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    -- When that was over, and the notice changed; NULL while it lasts.
    over_at INTEGER,
    PRIMARY KEY (notice, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX notice_source_of ON notice_source (source);

-- When moderators whom no channel tells were last reminded of what waits for them.
ALTER TABLE newsroom ADD COLUMN reminded_at INTEGER;
