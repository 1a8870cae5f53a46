-- Messages of announcement channels are published to the channels that follow them in a step of
-- its own, which is tried again.

-- When it is to be published; NULL where it is not, was, or was given up.
ALTER TABLE outbox ADD COLUMN publish_at INTEGER;
-- Tries that failed.
ALTER TABLE outbox ADD COLUMN publish_tries INTEGER NOT NULL DEFAULT 0;
CREATE INDEX outbox_publish ON outbox (publish_at) WHERE publish_at IS NOT NULL;

-- Of notice.way, beside what was there: 2 = a person's, above their next private answer and nowhere
-- else.

-- A push that was dropped lets go of its story, which may be decided to be sent later.
UPDATE outbox SET story = NULL WHERE state = 5 AND kind = 0;
