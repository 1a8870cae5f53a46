-- What a source does and asks: JSON of news::Habits. NULL before its first full reading.
ALTER TABLE source ADD COLUMN habits TEXT;
