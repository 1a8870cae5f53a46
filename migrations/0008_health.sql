-- What moderators were told of how their sources are doing.
ALTER TABLE newsroom_source ADD COLUMN told_stage INTEGER NOT NULL DEFAULT 0;
-- (0 = fine, 1 = silent, 2 = down, 3 = dead: news::health::Stage.)

-- When moderators last had the daily line about their sources.
ALTER TABLE newsroom ADD COLUMN health_told_at INTEGER;

-- The address that a source had before it took the one it has, and when it took it.
ALTER TABLE source ADD COLUMN moved_from TEXT;
ALTER TABLE source ADD COLUMN moved_at INTEGER;

-- Without these a row that goes would have every row of another table looked at: all of a server
-- that was left goes at once.
CREATE INDEX action_newsroom ON action (newsroom);
CREATE INDEX notice_newsroom ON notice (newsroom);
CREATE INDEX subscription_of ON subscription (newsroom);
CREATE INDEX outbox_destination ON outbox (destination);
CREATE INDEX outbox_named ON outbox (named_in) WHERE named_in IS NOT NULL;
CREATE INDEX decision_outbox ON decision (outbox) WHERE outbox IS NOT NULL;
CREATE INDEX told_outbox ON told (outbox) WHERE outbox IS NOT NULL;
