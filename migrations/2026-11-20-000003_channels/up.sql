-- Channels: how a message reaches a person who is not looking, and the outbox it waits in.

-- The installation's key for push notices (RFC 8292): browsers subscribe to it, so it never changes.
CREATE TABLE push_keys (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    secret BYTEA NOT NULL,
    created_at TIMESTAMP NOT NULL
);

-- What a person has chosen. Without a row: every way that has an address.
CREATE TABLE channel_choices (
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    person_id TEXT NOT NULL,
    push BOOLEAN NOT NULL,
    mail BOOLEAN NOT NULL,
    gateway BOOLEAN NOT NULL,
    email TEXT,
    -- When its owner pressed the link he was sent; nothing else goes there before.
    email_confirmed_at TIMESTAMP,
    -- When the address's own server refused it; it is not tried again until it is changed.
    email_failing_at TIMESTAMP,
    version INTEGER NOT NULL CHECK (version >= 1),
    updated_at TIMESTAMP NOT NULL,
    CHECK (email IS NOT NULL OR (email_confirmed_at IS NULL AND email_failing_at IS NULL)),
    PRIMARY KEY (organisation, person_id),
    FOREIGN KEY (organisation, person_id) REFERENCES people (organisation, id)
);

CREATE TABLE push_subscriptions (
    id TEXT NOT NULL CHECK (length(id) = 36),
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    person_id TEXT NOT NULL,
    -- The session it came with; it ends with it.
    device_id TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    p256dh TEXT NOT NULL,
    auth TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (organisation, id),
    FOREIGN KEY (organisation, person_id) REFERENCES people (organisation, id)
);
CREATE INDEX push_subscriptions_by_person ON push_subscriptions (organisation, person_id);
CREATE INDEX push_subscriptions_by_endpoint ON push_subscriptions (organisation, endpoint);

CREATE TABLE messages (
    id TEXT NOT NULL CHECK (length(id) = 36),
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    person_id TEXT NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('notice', 'test', 'confirmation')),
    -- Counts and days, in the program's own words: it may go anywhere.
    title TEXT NOT NULL,
    -- These go by e-mail only. A list of texts, as JSON.
    body TEXT NOT NULL,
    lines TEXT NOT NULL,
    -- A place in the app, from its #.
    link TEXT,
    urgent BOOLEAN NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (organisation, id),
    FOREIGN KEY (organisation, person_id) REFERENCES people (organisation, id)
);
CREATE INDEX messages_by_person ON messages (organisation, person_id, created_at);
CREATE INDEX messages_by_age ON messages (organisation, created_at);

-- One way of one message: to one browser, to the e-mail address, to the phone number.
CREATE TABLE sendings (
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    message_id TEXT NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('push', 'mail', 'gateway')),
    -- The subscription, of a push; otherwise empty, for there is one address only.
    target TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'given_up', 'dropped')),
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    next_at TIMESTAMP NOT NULL,
    -- Until when one process has it to itself.
    leased_until TIMESTAMP,
    last_error TEXT,
    settled_at TIMESTAMP,
    CHECK ((state = 'waiting') = (settled_at IS NULL)),
    PRIMARY KEY (organisation, message_id, channel, target),
    FOREIGN KEY (organisation, message_id) REFERENCES messages (organisation, id)
);
CREATE INDEX sendings_waiting ON sendings (organisation, channel, next_at) WHERE settled_at IS NULL;
