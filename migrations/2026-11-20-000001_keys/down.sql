-- Takes keys and calendar feeds away. Whom a key stood for stays among the people: the record of what
-- it did names it.
DROP TABLE calendar_feeds;
DROP TABLE api_key_secrets;
DROP TABLE api_keys;
ALTER TABLE people DROP COLUMN integration;
