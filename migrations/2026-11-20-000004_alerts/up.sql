-- Warnings: the ladder, what was warned of, and what each person was told.

-- Organisations without a row go by the usual ladder.
CREATE TABLE ladders (
    organisation INTEGER PRIMARY KEY REFERENCES organisations (number),
    ladder TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    updated_at TIMESTAMP NOT NULL
);

-- One for each assignment, due date and rung; never two.
CREATE TABLE alerts (
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    assignment_id TEXT NOT NULL,
    due_on DATE NOT NULL,
    -- Days from the due date: negative before it.
    rung INTEGER NOT NULL,
    warned_at TIMESTAMP NOT NULL,
    PRIMARY KEY (organisation, assignment_id, due_on, rung),
    FOREIGN KEY (organisation, assignment_id) REFERENCES assignments (organisation, id)
);

-- How often a question that nobody answers has been passed on: 1 to the overseer, 2 to the leaders.
CREATE TABLE escalations (
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    -- A difficulty or a request for more time.
    question_id TEXT NOT NULL,
    stage INTEGER NOT NULL CHECK (stage IN (1, 2)),
    passed_on_at TIMESTAMP NOT NULL,
    PRIMARY KEY (organisation, question_id, stage)
);

-- The last number given in a person's inbox.
CREATE TABLE inboxes (
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    person_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    PRIMARY KEY (organisation, person_id),
    FOREIGN KEY (organisation, person_id) REFERENCES people (organisation, id)
);

CREATE TABLE notices (
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    id TEXT NOT NULL CHECK (length(id) = 36),
    person_id TEXT NOT NULL,
    -- Its place in the person's inbox; it gets a new one when it is read, so that the feed tells of it.
    number BIGINT NOT NULL,
    kind TEXT NOT NULL,
    escalated BOOLEAN NOT NULL,
    -- Whether it may not wait for the digest.
    at_once BOOLEAN NOT NULL,
    assignment_id TEXT,
    unit_id TEXT,
    -- Of an issued document, which is never deleted; drafts are, and would be looked for here.
    directive_id TEXT,
    -- The difficulty or request it asks an answer of.
    question_id TEXT,
    due_on DATE,
    rung INTEGER,
    created_at TIMESTAMP NOT NULL,
    -- When nothing was left to be done about it: sent, silenced, or no longer true.
    settled_at TIMESTAMP,
    -- The message it went out in.
    message_id TEXT,
    read_at TIMESTAMP,
    CHECK (message_id IS NULL OR settled_at IS NOT NULL),
    PRIMARY KEY (organisation, id),
    FOREIGN KEY (organisation, person_id) REFERENCES people (organisation, id),
    FOREIGN KEY (organisation, assignment_id) REFERENCES assignments (organisation, id),
    FOREIGN KEY (organisation, unit_id) REFERENCES units (organisation, id)
);
CREATE UNIQUE INDEX notices_by_person ON notices (organisation, person_id, number);
CREATE INDEX notices_to_send ON notices (organisation, person_id, created_at, id) WHERE settled_at IS NULL;
CREATE INDEX notices_at_once ON notices (organisation, at_once, person_id) WHERE settled_at IS NULL;
CREATE INDEX notices_by_age ON notices (organisation, created_at);
CREATE INDEX notices_unread ON notices (organisation, person_id, id) WHERE read_at IS NULL;
CREATE INDEX notices_newest ON notices (organisation, person_id, id);

-- The digest of a day, one for each person.
CREATE TABLE digests (
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    person_id TEXT NOT NULL,
    on_day DATE NOT NULL,
    message_id TEXT NOT NULL,
    PRIMARY KEY (organisation, person_id, on_day),
    FOREIGN KEY (organisation, person_id) REFERENCES people (organisation, id)
);

-- Documents a person does not want to be disturbed by.
CREATE TABLE mutes (
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    person_id TEXT NOT NULL,
    directive_id TEXT NOT NULL,
    since TIMESTAMP NOT NULL,
    PRIMARY KEY (organisation, person_id, directive_id),
    FOREIGN KEY (organisation, person_id) REFERENCES people (organisation, id),
    FOREIGN KEY (organisation, directive_id) REFERENCES directives (organisation, id)
);
CREATE INDEX mutes_by_directive ON mutes (organisation, directive_id);

-- How far the jobs have come.
CREATE TABLE warning_progress (
    organisation INTEGER PRIMARY KEY REFERENCES organisations (number),
    -- The place in the ledger up to which people have been told what happened.
    position BIGINT NOT NULL,
    -- The last day whose digests have all gone out.
    digest_on DATE
);
-- What happened before there were notices is no news.
INSERT INTO warning_progress (organisation, position)
SELECT organisation, position FROM ledger_heads;

-- What waits for an answer.
CREATE INDEX difficulties_unanswered ON difficulties (organisation, received_at, id) WHERE answered_at IS NULL;
CREATE INDEX extensions_waiting ON extensions (organisation, received_at, id) WHERE decided_at IS NULL;
