-- The core: organisations, people, directives, tasks, assignments, reports, decisions, the ledger.
-- One text for SQLite and PostgreSQL; the dialect is described in migrations/README.md.

CREATE TABLE installation (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    -- Names this copy of the data; a restored copy gets another, so that no feed goes on across it.
    epoch TEXT NOT NULL,
    -- The key from which activation tokens and device proofs are derived.
    secret BYTEA NOT NULL,
    -- When readiness was last written, to know that writing works.
    touched_at TIMESTAMP,
    -- Since when nothing is sent to anybody: a restored copy holds what it has to say.
    held_at TIMESTAMP
);

CREATE TABLE signing_keys (
    kid TEXT NOT NULL PRIMARY KEY,
    secret BYTEA NOT NULL,
    created_at TIMESTAMP NOT NULL
);

-- A tenant. Its number stands first in every key, so that the database itself keeps what belongs to
-- one organisation from referring to, colliding with or telling about another's.
CREATE TABLE organisations (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    due_soon_days INTEGER NOT NULL,
    update_rate_days INTEGER NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);

CREATE TABLE units (
    id TEXT NOT NULL CHECK (length(id) = 36),
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    -- Name and aliases folded, for searching.
    search TEXT NOT NULL,
    parent_id TEXT,
    valid_from DATE,
    valid_to DATE,
    merged_into TEXT,
    merged_on DATE,
    merge_reason TEXT,
    version INTEGER NOT NULL CHECK (version >= 1),
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    PRIMARY KEY (organisation, id),
    FOREIGN KEY (organisation, parent_id) REFERENCES units (organisation, id),
    FOREIGN KEY (organisation, merged_into) REFERENCES units (organisation, id)
);
CREATE INDEX units_by_kind ON units (organisation, kind, name_folded, id);
CREATE INDEX units_by_parent ON units (organisation, parent_id);

CREATE TABLE unit_aliases (
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    unit_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    alias TEXT NOT NULL,
    alias_folded TEXT NOT NULL,
    PRIMARY KEY (organisation, unit_id, position),
    FOREIGN KEY (organisation, unit_id) REFERENCES units (organisation, id)
);

CREATE TABLE people (
    id TEXT NOT NULL CHECK (length(id) = 36),
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    phone TEXT,
    user_name TEXT,
    password_hash TEXT,
    language TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    anonymised_at TIMESTAMP,
    version INTEGER NOT NULL CHECK (version >= 1),
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    PRIMARY KEY (organisation, id)
);
CREATE UNIQUE INDEX people_by_phone ON people (phone, organisation);
CREATE UNIQUE INDEX people_by_user_name ON people (user_name, organisation);
CREATE INDEX people_by_name ON people (organisation, name_folded, id);

CREATE TABLE roles (
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    person_id TEXT NOT NULL,
    role TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    PRIMARY KEY (organisation, person_id, role, unit_id),
    FOREIGN KEY (organisation, person_id) REFERENCES people (organisation, id),
    FOREIGN KEY (organisation, unit_id) REFERENCES units (organisation, id)
);
CREATE INDEX roles_by_unit ON roles (organisation, unit_id, role);

CREATE TABLE oversights (
    id TEXT NOT NULL CHECK (length(id) = 36),
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    person_id TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    from_on DATE NOT NULL,
    to_on DATE,
    version INTEGER NOT NULL CHECK (version >= 1),
    updated_at TIMESTAMP NOT NULL,
    CHECK (to_on IS NULL OR to_on >= from_on),
    PRIMARY KEY (organisation, id),
    FOREIGN KEY (organisation, person_id) REFERENCES people (organisation, id),
    FOREIGN KEY (organisation, unit_id) REFERENCES units (organisation, id)
);
CREATE INDEX oversights_by_person ON oversights (organisation, person_id);
CREATE INDEX oversights_by_unit ON oversights (organisation, unit_id);

CREATE TABLE activations (
    id TEXT NOT NULL CHECK (length(id) = 36),
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    person_id TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP,
    -- A newer link, or a password change, makes an older link useless.
    withdrawn_at TIMESTAMP,
    PRIMARY KEY (organisation, id),
    FOREIGN KEY (organisation, person_id) REFERENCES people (organisation, id)
);
CREATE INDEX activations_by_person ON activations (organisation, person_id);

CREATE TABLE devices (
    id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    person_id TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    last_seen_at TIMESTAMP NOT NULL,
    refresh_hash TEXT NOT NULL UNIQUE,
    -- The token before it, and when it was exchanged: used again at once it was a lost answer,
    -- used again later it was copied.
    previous_hash TEXT UNIQUE,
    rotated_at TIMESTAMP NOT NULL,
    refresh_expires_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    FOREIGN KEY (organisation, person_id) REFERENCES people (organisation, id)
);
CREATE INDEX devices_by_person ON devices (organisation, person_id);

CREATE TABLE sign_in_failures (
    -- Hash of the login and of what tries it: any stranger, an address, or one known device.
    key TEXT NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_at TIMESTAMP NOT NULL,
    not_before TIMESTAMP NOT NULL
);

CREATE TABLE named_events (
    id TEXT NOT NULL CHECK (length(id) = 36),
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    from_on DATE,
    to_on DATE,
    version INTEGER NOT NULL CHECK (version >= 1),
    updated_at TIMESTAMP NOT NULL,
    CHECK (to_on IS NULL OR (from_on IS NOT NULL AND to_on >= from_on)),
    PRIMARY KEY (organisation, id)
);
CREATE UNIQUE INDEX named_events_by_name ON named_events (organisation, name_folded);

CREATE TABLE calendar_years (
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    year INTEGER NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (organisation, year)
);
CREATE TABLE calendar_days (
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    on_day DATE NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (organisation, on_day)
);

CREATE TABLE roster_imports (
    id TEXT NOT NULL CHECK (length(id) = 36),
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    sha256 TEXT NOT NULL,
    report TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (organisation, id)
);

CREATE TABLE directives (
    id TEXT NOT NULL CHECK (length(id) = 36),
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    kind TEXT NOT NULL,
    issuer TEXT NOT NULL,
    issuer_unit_id TEXT,
    number TEXT,
    symbol TEXT,
    -- Issuer, kind, number, symbol and date folded together, when there is a number.
    natural_key TEXT,
    title TEXT NOT NULL,
    -- Title, number and symbol folded, for searching.
    search TEXT NOT NULL,
    issued_on DATE,
    meeting_on DATE,
    signer TEXT,
    signing_authority TEXT,
    signing_position TEXT,
    concluded_by TEXT,
    period_text TEXT,
    period_from DATE,
    period_to DATE,
    recipients TEXT NOT NULL,
    body TEXT,
    notes TEXT,
    state TEXT NOT NULL CHECK (state IN ('draft', 'issued', 'closed')),
    issued_at TIMESTAMP,
    issued_by TEXT,
    closed_at TIMESTAMP,
    closed_reason TEXT,
    version INTEGER NOT NULL CHECK (version >= 1),
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    CHECK ((state = 'draft') = (issued_at IS NULL)),
    CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
    CHECK ((period_from IS NULL) = (period_to IS NULL)),
    PRIMARY KEY (organisation, id),
    FOREIGN KEY (organisation, issuer_unit_id) REFERENCES units (organisation, id),
    FOREIGN KEY (organisation, issued_by) REFERENCES people (organisation, id)
);
CREATE UNIQUE INDEX directives_by_number ON directives (organisation, natural_key);
CREATE INDEX directives_by_time ON directives (organisation, created_at, id);

CREATE TABLE tasks (
    id TEXT NOT NULL CHECK (length(id) = 36),
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    directive_id TEXT NOT NULL,
    parent_id TEXT,
    carried_from_id TEXT,
    position INTEGER NOT NULL,
    place TEXT,
    heading TEXT,
    content TEXT NOT NULL,
    -- Content folded, for searching.
    search TEXT NOT NULL,
    quote TEXT,
    kind TEXT NOT NULL,
    nature TEXT NOT NULL,
    priority TEXT NOT NULL,
    due_text TEXT,
    due_on DATE,
    due_precision TEXT,
    due_source TEXT NOT NULL,
    event_id TEXT,
    event_relation TEXT,
    due_shared_with TEXT,
    product TEXT,
    targets TEXT NOT NULL,
    recurrence TEXT,
    assignees TEXT NOT NULL,
    -- Whether no assignee is bound to a unit or class.
    unassigned BOOLEAN NOT NULL,
    suggestions TEXT NOT NULL,
    notes TEXT,
    private_note TEXT,
    version INTEGER NOT NULL CHECK (version >= 1),
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    CHECK ((event_id IS NULL) = (event_relation IS NULL)),
    CHECK (parent_id IS NULL OR parent_id <> id),
    PRIMARY KEY (organisation, id),
    FOREIGN KEY (organisation, directive_id) REFERENCES directives (organisation, id),
    FOREIGN KEY (organisation, parent_id) REFERENCES tasks (organisation, id),
    FOREIGN KEY (organisation, carried_from_id) REFERENCES tasks (organisation, id),
    FOREIGN KEY (organisation, event_id) REFERENCES named_events (organisation, id),
    FOREIGN KEY (organisation, due_shared_with) REFERENCES tasks (organisation, id)
);
CREATE INDEX tasks_by_directive ON tasks (organisation, directive_id, position, id);
CREATE INDEX tasks_by_parent ON tasks (organisation, parent_id);
CREATE INDEX tasks_by_event ON tasks (organisation, event_id) WHERE event_id IS NOT NULL;
CREATE INDEX tasks_by_origin ON tasks (organisation, carried_from_id) WHERE carried_from_id IS NOT NULL;
CREATE INDEX tasks_by_shared_due ON tasks (organisation, due_shared_with) WHERE due_shared_with IS NOT NULL;
CREATE INDEX tasks_recurring ON tasks (organisation, id) WHERE recurrence IS NOT NULL;

CREATE TABLE task_links (
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    task_id TEXT NOT NULL,
    related_id TEXT NOT NULL,
    PRIMARY KEY (organisation, task_id, related_id),
    FOREIGN KEY (organisation, task_id) REFERENCES tasks (organisation, id),
    FOREIGN KEY (organisation, related_id) REFERENCES tasks (organisation, id)
);
CREATE INDEX task_links_back ON task_links (organisation, related_id);

CREATE TABLE assignments (
    id TEXT NOT NULL CHECK (length(id) = 36),
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    directive_id TEXT NOT NULL,
    task_id TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    role TEXT NOT NULL,
    -- 0 for work that does not recur.
    period_number INTEGER NOT NULL,
    period_from DATE,
    period_to DATE,
    state TEXT NOT NULL,
    due_on DATE,
    -- The due date, or 9999-12-31: so that lists can be paged by it.
    due_sort DATE NOT NULL,
    original_due_on DATE,
    -- The due date while the clock runs (openapi::timeliness::Facts::runs_out_on): on any day,
    -- overdue is exactly "this is before that day".
    runs_out_on DATE,
    -- Days late of what waits for review, whose days have stopped counting
    -- (openapi::timeliness::Facts::stopped_late); nothing when it was reported in time.
    stopped_late INTEGER CHECK (stopped_late > 0),
    assigned_at TIMESTAMP NOT NULL,
    acknowledged_at TIMESTAMP,
    finished_on DATE,
    closed_at TIMESTAMP,
    percent INTEGER,
    quantity BIGINT,
    last_report_id TEXT,
    last_report_at TIMESTAMP,
    last_report_completes BOOLEAN,
    -- When we received it: the update rate counts by our clock.
    last_received_at TIMESTAMP,
    reason TEXT,
    -- Where it stood before it was paused.
    paused_from TEXT,
    extension_asked BOOLEAN NOT NULL,
    excused BOOLEAN NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    updated_at TIMESTAMP NOT NULL,
    CHECK ((state IN ('completed', 'cancelled')) = (closed_at IS NOT NULL)),
    CHECK ((state = 'paused') = (paused_from IS NOT NULL)),
    CHECK ((period_number = 0) = (period_from IS NULL)),
    CHECK ((period_from IS NULL) = (period_to IS NULL)),
    PRIMARY KEY (organisation, id),
    FOREIGN KEY (organisation, directive_id) REFERENCES directives (organisation, id),
    FOREIGN KEY (organisation, task_id) REFERENCES tasks (organisation, id),
    FOREIGN KEY (organisation, unit_id) REFERENCES units (organisation, id)
);
CREATE UNIQUE INDEX assignments_once ON assignments (organisation, task_id, unit_id, period_number)
    WHERE state <> 'cancelled';
CREATE INDEX assignments_by_task ON assignments (organisation, task_id);
CREATE INDEX assignments_by_directive ON assignments (organisation, directive_id, id);
CREATE INDEX assignments_by_unit_due ON assignments (organisation, unit_id, due_sort, id);
CREATE INDEX assignments_by_due ON assignments (organisation, due_sort, id);
CREATE INDEX assignments_by_update ON assignments (organisation, updated_at, id);
CREATE INDEX assignments_open_unit_due ON assignments (organisation, unit_id, due_sort, id)
    WHERE closed_at IS NULL;
CREATE INDEX assignments_open_due ON assignments (organisation, due_sort, id)
    WHERE closed_at IS NULL;
CREATE INDEX assignments_running_unit ON assignments (organisation, unit_id, runs_out_on, id)
    WHERE runs_out_on IS NOT NULL;
CREATE INDEX assignments_running ON assignments (organisation, runs_out_on, id)
    WHERE runs_out_on IS NOT NULL;
CREATE INDEX assignments_stopped_late ON assignments (organisation, unit_id, stopped_late)
    WHERE stopped_late IS NOT NULL;
CREATE INDEX assignments_submitted ON assignments (organisation, due_sort, id)
    WHERE state = 'submitted';

-- What each assignment was from one moment to the next: what `as_of` asks.
CREATE TABLE assignment_past (
    assignment_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    from_at TIMESTAMP NOT NULL,
    -- Null for what it is now.
    until_at TIMESTAMP,
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    directive_id TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    state TEXT NOT NULL,
    due_on DATE,
    original_due_on DATE,
    runs_out_on DATE,
    finished_on DATE,
    excused BOOLEAN NOT NULL,
    PRIMARY KEY (organisation, assignment_id, number),
    FOREIGN KEY (organisation, assignment_id) REFERENCES assignments (organisation, id),
    FOREIGN KEY (organisation, unit_id) REFERENCES units (organisation, id)
);
CREATE INDEX assignment_past_by_time ON assignment_past (organisation, from_at);

CREATE TABLE reports (
    id TEXT NOT NULL CHECK (length(id) = 36),
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    assignment_id TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    author_id TEXT NOT NULL,
    percent INTEGER,
    quantity BIGINT,
    words TEXT,
    completes BOOLEAN NOT NULL,
    made_at TIMESTAMP NOT NULL,
    received_at TIMESTAMP NOT NULL,
    counts_on DATE NOT NULL,
    corrects_id TEXT,
    told_by TEXT,
    -- Codes separated by spaces.
    flags TEXT NOT NULL,
    verdict TEXT,
    verdict_reason TEXT,
    reviewed_by TEXT,
    reviewed_at TIMESTAMP,
    version INTEGER NOT NULL CHECK (version >= 1),
    CHECK ((verdict IS NULL) = (reviewed_at IS NULL)),
    PRIMARY KEY (organisation, id),
    FOREIGN KEY (organisation, assignment_id) REFERENCES assignments (organisation, id),
    FOREIGN KEY (organisation, unit_id) REFERENCES units (organisation, id),
    FOREIGN KEY (organisation, author_id) REFERENCES people (organisation, id),
    FOREIGN KEY (organisation, corrects_id) REFERENCES reports (organisation, id),
    FOREIGN KEY (organisation, reviewed_by) REFERENCES people (organisation, id)
);
CREATE INDEX reports_by_assignment ON reports (organisation, assignment_id, received_at, id);

CREATE TABLE attachments (
    id TEXT NOT NULL CHECK (length(id) = 36),
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    report_id TEXT,
    directive_id TEXT,
    -- The unit whose report it belongs to; none for a directive's.
    unit_id TEXT,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    stored_at TIMESTAMP,
    CHECK ((report_id IS NULL) <> (directive_id IS NULL)),
    PRIMARY KEY (organisation, id),
    FOREIGN KEY (organisation, report_id) REFERENCES reports (organisation, id),
    FOREIGN KEY (organisation, directive_id) REFERENCES directives (organisation, id),
    FOREIGN KEY (organisation, unit_id) REFERENCES units (organisation, id)
);
CREATE INDEX attachments_by_report ON attachments (organisation, report_id, position);
CREATE INDEX attachments_by_directive ON attachments (organisation, directive_id, position);

CREATE TABLE attachment_contents (
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    attachment_id TEXT NOT NULL,
    content BYTEA NOT NULL,
    PRIMARY KEY (organisation, attachment_id),
    FOREIGN KEY (organisation, attachment_id) REFERENCES attachments (organisation, id)
);

CREATE TABLE extensions (
    id TEXT NOT NULL CHECK (length(id) = 36),
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    assignment_id TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    author_id TEXT NOT NULL,
    asked_due_on DATE NOT NULL,
    reason TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    received_at TIMESTAMP NOT NULL,
    due_on_before DATE,
    state TEXT NOT NULL,
    granted_due_on DATE,
    decision_reason TEXT,
    decided_by TEXT,
    decided_at TIMESTAMP,
    version INTEGER NOT NULL CHECK (version >= 1),
    CHECK ((state = 'waiting') = (decided_at IS NULL)),
    PRIMARY KEY (organisation, id),
    FOREIGN KEY (organisation, assignment_id) REFERENCES assignments (organisation, id),
    FOREIGN KEY (organisation, unit_id) REFERENCES units (organisation, id),
    FOREIGN KEY (organisation, author_id) REFERENCES people (organisation, id),
    FOREIGN KEY (organisation, decided_by) REFERENCES people (organisation, id)
);
CREATE INDEX extensions_by_assignment ON extensions (organisation, assignment_id, id);
CREATE INDEX extensions_by_organisation ON extensions (organisation, received_at, id);

CREATE TABLE excuses (
    id TEXT NOT NULL CHECK (length(id) = 36),
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    assignment_id TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    author_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    received_at TIMESTAMP NOT NULL,
    state TEXT NOT NULL,
    decision_reason TEXT,
    decided_by TEXT,
    decided_at TIMESTAMP,
    version INTEGER NOT NULL CHECK (version >= 1),
    CHECK ((state = 'waiting') = (decided_at IS NULL)),
    PRIMARY KEY (organisation, id),
    FOREIGN KEY (organisation, assignment_id) REFERENCES assignments (organisation, id),
    FOREIGN KEY (organisation, unit_id) REFERENCES units (organisation, id),
    FOREIGN KEY (organisation, author_id) REFERENCES people (organisation, id),
    FOREIGN KEY (organisation, decided_by) REFERENCES people (organisation, id)
);
CREATE INDEX excuses_by_assignment ON excuses (organisation, assignment_id, id);
CREATE INDEX excuses_by_organisation ON excuses (organisation, received_at, id);

CREATE TABLE difficulties (
    id TEXT NOT NULL CHECK (length(id) = 36),
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    assignment_id TEXT,
    unit_id TEXT NOT NULL,
    author_id TEXT NOT NULL,
    words TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    received_at TIMESTAMP NOT NULL,
    answer TEXT,
    answered_by TEXT,
    answered_at TIMESTAMP,
    version INTEGER NOT NULL CHECK (version >= 1),
    CHECK ((answer IS NULL) = (answered_at IS NULL)),
    PRIMARY KEY (organisation, id),
    FOREIGN KEY (organisation, assignment_id) REFERENCES assignments (organisation, id),
    FOREIGN KEY (organisation, unit_id) REFERENCES units (organisation, id),
    FOREIGN KEY (organisation, author_id) REFERENCES people (organisation, id),
    FOREIGN KEY (organisation, answered_by) REFERENCES people (organisation, id)
);
CREATE INDEX difficulties_by_assignment ON difficulties (organisation, assignment_id, id);
CREATE INDEX difficulties_by_organisation ON difficulties (organisation, received_at, id);

-- The audit trail, the delta feed and (later) the source of webhooks: one append-only record.
-- `position`, `previous_hash` and `hash` are given once, when the entry is sealed in its place.
CREATE TABLE ledger (
    id TEXT NOT NULL CHECK (length(id) = 36),
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    at TIMESTAMP NOT NULL,
    by_person TEXT,
    deed TEXT NOT NULL,
    subject TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    -- The assignment it happened to, for its history.
    assignment_id TEXT,
    -- The unit in whose view it is, and the one whose view it has left.
    unit_id TEXT,
    former_unit_id TEXT,
    before TEXT,
    after TEXT,
    position BIGINT,
    previous_hash TEXT,
    hash TEXT,
    CHECK ((position IS NULL) = (hash IS NULL)),
    CHECK ((position IS NULL) = (previous_hash IS NULL)),
    PRIMARY KEY (organisation, id),
    FOREIGN KEY (organisation, by_person) REFERENCES people (organisation, id),
    FOREIGN KEY (organisation, assignment_id) REFERENCES assignments (organisation, id)
);
CREATE UNIQUE INDEX ledger_by_position ON ledger (organisation, position);
CREATE INDEX ledger_unsealed ON ledger (organisation, at, id) WHERE position IS NULL;
CREATE INDEX ledger_by_assignment ON ledger (organisation, assignment_id, position) WHERE assignment_id IS NOT NULL;
CREATE INDEX ledger_by_unit ON ledger (organisation, unit_id, position) WHERE unit_id IS NOT NULL;
CREATE INDEX ledger_by_former_unit ON ledger (organisation, former_unit_id, position)
    WHERE former_unit_id IS NOT NULL;
CREATE INDEX ledger_by_subject ON ledger (organisation, subject_id, position);

CREATE TABLE ledger_heads (
    organisation INTEGER PRIMARY KEY REFERENCES organisations (number),
    position BIGINT NOT NULL,
    hash TEXT NOT NULL
);
