-- SPDX-License-Identifier: EUPL-1.2
-- Cases, their events, the rulebooks they are pinned to, and the only table that says who people are.

CREATE TABLE rulebooks (
    digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    body   TEXT NOT NULL
) STRICT;

CREATE TABLE subjects (
    id       BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    kind     TEXT NOT NULL CHECK (kind IN ('person', 'company')),
    tax_code TEXT NOT NULL,
    name     TEXT,
    UNIQUE (kind, tax_code)
) STRICT;

CREATE TABLE cases (
    key       INTEGER PRIMARY KEY, -- stands for the id in events, to keep them small and a bulk import in order
    id        BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    subject   BLOB NOT NULL REFERENCES subjects (id),
    level     TEXT NOT NULL,
    region    TEXT,
    office    TEXT,
    rulebook  BLOB NOT NULL REFERENCES rulebooks (digest),
    external  TEXT UNIQUE,
    opened_on INTEGER NOT NULL,
    -- where the history has got to
    state     TEXT NOT NULL,
    sequence  INTEGER NOT NULL CHECK (sequence >= 1),
    hash      BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE INDEX cases_of_subject ON cases (subject);

CREATE TABLE events (
    case_key    INTEGER NOT NULL REFERENCES cases (key),
    sequence    INTEGER NOT NULL CHECK (sequence >= 1),
    on_day      INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    hash        BLOB NOT NULL CHECK (length(hash) = 32),
    actor       TEXT NOT NULL,
    body        TEXT NOT NULL,
    PRIMARY KEY (case_key, sequence)
) STRICT, WITHOUT ROWID;

-- Append only. These stop mistakes, ours or made by hand; the hash chain is what shows the rest.
CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'gli eventi non si modificano'); END;

CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'gli eventi non si cancellano'); END;

CREATE TRIGGER cases_keep_their_identity
BEFORE UPDATE OF key, id, subject, level, region, office, rulebook, external, opened_on ON cases
BEGIN SELECT RAISE(ABORT, 'i dati fissi di una pratica non si modificano'); END;

CREATE TRIGGER cases_are_not_deleted BEFORE DELETE ON cases
BEGIN SELECT RAISE(ABORT, 'le pratiche non si cancellano'); END;

CREATE TRIGGER rulebooks_are_not_changed BEFORE UPDATE ON rulebooks
BEGIN SELECT RAISE(ABORT, 'i regolamenti non si modificano'); END;

CREATE TRIGGER rulebooks_are_not_deleted BEFORE DELETE ON rulebooks
BEGIN SELECT RAISE(ABORT, 'i regolamenti non si cancellano'); END;
