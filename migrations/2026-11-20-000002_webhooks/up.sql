-- Webhooks: endpoints of other systems, the keys that sign, and what is on its way to them.

CREATE TABLE webhooks (
    id TEXT NOT NULL CHECK (length(id) = 36),
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    url TEXT NOT NULL,
    description TEXT,
    -- A JSON list of event types; all when it is empty.
    events TEXT NOT NULL,
    format TEXT NOT NULL,
    state TEXT NOT NULL,
    disabled_why TEXT,
    disabled_at TIMESTAMP,
    -- Since when nothing but failures came back.
    failing_since TIMESTAMP,
    -- The place in the ledger up to which entries have been taken.
    position BIGINT NOT NULL CHECK (position >= 0),
    version INTEGER NOT NULL CHECK (version >= 1),
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    CHECK ((state = 'disabled') = (disabled_at IS NOT NULL)),
    CHECK ((state = 'disabled') = (disabled_why IS NOT NULL)),
    PRIMARY KEY (organisation, id)
);

-- A key is derived from the installation's own and from this chance; it is not stored.
CREATE TABLE webhook_secrets (
    id TEXT NOT NULL CHECK (length(id) = 36),
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    webhook_id TEXT NOT NULL,
    chance BYTEA NOT NULL,
    -- What was asked for when it was made; none for the first.
    overlap_hours INTEGER,
    created_at TIMESTAMP NOT NULL,
    -- When it stops signing; none for the newest.
    ends_at TIMESTAMP,
    PRIMARY KEY (organisation, webhook_id, id),
    FOREIGN KEY (organisation, webhook_id) REFERENCES webhooks (organisation, id)
);

-- One event on its way to one endpoint. Its id is that of its entry in the ledger, or of a ping.
CREATE TABLE webhook_deliveries (
    id TEXT NOT NULL CHECK (length(id) = 36),
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    webhook_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- The place of its entry in the ledger; none for a ping.
    sequence BIGINT,
    at TIMESTAMP NOT NULL,
    -- What it tells, as JSON: ids, states and dates.
    data TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    tried_at TIMESTAMP,
    -- When it is due; none when it is settled.
    next_at TIMESTAMP,
    -- Until when a server holds it for sending.
    leased_until TIMESTAMP,
    status INTEGER,
    error TEXT,
    -- When it was delivered or given up.
    settled_at TIMESTAMP,
    CHECK ((state = 'waiting') = (next_at IS NOT NULL)),
    CHECK ((state = 'waiting') = (settled_at IS NULL)),
    PRIMARY KEY (organisation, webhook_id, id),
    FOREIGN KEY (organisation, webhook_id) REFERENCES webhooks (organisation, id)
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (organisation, webhook_id, next_at, id)
    WHERE next_at IS NOT NULL;
CREATE INDEX webhook_deliveries_settled ON webhook_deliveries (organisation, webhook_id, settled_at)
    WHERE settled_at IS NOT NULL;

CREATE TABLE webhook_replays (
    id TEXT NOT NULL CHECK (length(id) = 36),
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    webhook_id TEXT NOT NULL,
    -- What was asked for: a place or a moment.
    asked_sequence BIGINT,
    asked_from TIMESTAMP,
    from_sequence BIGINT NOT NULL CHECK (from_sequence >= 1),
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (organisation, webhook_id, id),
    FOREIGN KEY (organisation, webhook_id) REFERENCES webhooks (organisation, id)
);
