-- Work carried over from an earlier directive, and reports that count at several assignments.

-- How often the work was carried over before it stood here.
ALTER TABLE assignments ADD COLUMN carried_times INTEGER NOT NULL DEFAULT 0;

-- Which assignment goes on with which: one line, which never branches and never joins.
CREATE TABLE carry_overs (
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    from_id TEXT NOT NULL,
    to_id TEXT NOT NULL,
    PRIMARY KEY (organisation, from_id),
    FOREIGN KEY (organisation, from_id) REFERENCES assignments (organisation, id),
    FOREIGN KEY (organisation, to_id) REFERENCES assignments (organisation, id)
);
CREATE UNIQUE INDEX carry_overs_back ON carry_overs (organisation, to_id);

-- The assignments a report counts at besides the one it names.
CREATE TABLE report_places (
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    report_id TEXT NOT NULL,
    assignment_id TEXT NOT NULL,
    -- Whether it says that the work is done there: not where the unit has more to do of the same work.
    completes BOOLEAN NOT NULL,
    PRIMARY KEY (organisation, report_id, assignment_id),
    FOREIGN KEY (organisation, report_id) REFERENCES reports (organisation, id),
    FOREIGN KEY (organisation, assignment_id) REFERENCES assignments (organisation, id)
);
CREATE INDEX report_places_back ON report_places (organisation, assignment_id, report_id, completes);
