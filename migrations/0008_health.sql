-- What moderators were told of how their sources are doing.
ALTER TABLE newsroom_source ADD COLUMN told_stage INTEGER NOT NULL DEFAULT 0;
-- (0 = fine, 1 = silent, 2 = down, 3 = dead: news::health::Stage.)

-- When moderators last had the daily line about their sources.
ALTER TABLE newsroom ADD COLUMN health_told_at INTEGER;

-- The address that a source had before it took the one it has, and when it took it.
ALTER TABLE source ADD COLUMN moved_from TEXT;
ALTER TABLE source ADD COLUMN moved_at INTEGER;
