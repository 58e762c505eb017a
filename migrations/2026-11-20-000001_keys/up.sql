-- API keys of other systems, and secret addresses for calendar programs.

-- Whoever stands in the record for another system: no person. It has the id and the name of its key,
-- holds no role, never signs in and is listed nowhere.
ALTER TABLE people ADD COLUMN integration BOOLEAN NOT NULL DEFAULT FALSE;

CREATE TABLE api_keys (
    id TEXT NOT NULL CHECK (length(id) = 36),
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    name TEXT NOT NULL,
    -- Lists in JSON; of units and addresses null is no limit.
    scopes TEXT NOT NULL,
    units TEXT,
    addresses TEXT,
    days INTEGER NOT NULL CHECK (days BETWEEN 1 AND 366),
    created_at TIMESTAMP NOT NULL,
    created_by TEXT NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    rotated_at TIMESTAMP,
    revoked_at TIMESTAMP,
    -- To the minute: written by a job.
    last_used_at TIMESTAMP,
    PRIMARY KEY (organisation, id),
    FOREIGN KEY (organisation, id) REFERENCES people (organisation, id),
    FOREIGN KEY (organisation, created_by) REFERENCES people (organisation, id)
);

-- The secrets of a key: its newest, and those before it while they go on.
CREATE TABLE api_key_secrets (
    id TEXT NOT NULL CHECK (length(id) = 36),
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    key_id TEXT NOT NULL,
    -- Its beginning, to know it by.
    starts_with TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    -- From this and the installation's key the secret can be made again; gone after ten minutes.
    salt BYTEA,
    -- The request that made it, to know it again; the first secret has none.
    asked TEXT,
    made_at TIMESTAMP NOT NULL,
    -- When it stops working, if before its key; set when another takes its place.
    ends_at TIMESTAMP,
    PRIMARY KEY (organisation, id),
    FOREIGN KEY (organisation, key_id) REFERENCES api_keys (organisation, id)
);
CREATE INDEX api_key_secrets_by_key ON api_key_secrets (organisation, key_id, made_at);
CREATE INDEX api_key_secrets_shown ON api_key_secrets (made_at) WHERE salt IS NOT NULL;

CREATE TABLE calendar_feeds (
    id TEXT NOT NULL CHECK (length(id) = 36),
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    person_id TEXT NOT NULL,
    -- Whose due dates it shows; those its maker sees without one.
    unit_id TEXT,
    name TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    -- As with keys: gone after ten minutes.
    salt BYTEA,
    created_at TIMESTAMP NOT NULL,
    last_read_at TIMESTAMP,
    revoked_at TIMESTAMP,
    PRIMARY KEY (organisation, id),
    FOREIGN KEY (organisation, person_id) REFERENCES people (organisation, id),
    FOREIGN KEY (organisation, unit_id) REFERENCES units (organisation, id)
);
CREATE INDEX calendar_feeds_by_person ON calendar_feeds (organisation, person_id, id);
CREATE INDEX calendar_feeds_by_unit ON calendar_feeds (organisation, unit_id, id) WHERE unit_id IS NOT NULL;
CREATE INDEX calendar_feeds_shown ON calendar_feeds (created_at) WHERE salt IS NOT NULL;
