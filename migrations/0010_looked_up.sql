-- What is looked up at every turn, or by everybody, without reading a table from end to end.

-- Notices that wait: asked for whenever something is decided.
CREATE INDEX notice_waits ON notice (id) WHERE told_at IS NULL;
-- A person's own, told ones included.
CREATE INDEX notice_of_person ON notice (person) WHERE person > 0;
CREATE INDEX asked_person ON asked (person);
-- Without it a newsroom that goes would have every suggestion looked at.
CREATE INDEX suggestion_newsroom ON suggestion (newsroom);
