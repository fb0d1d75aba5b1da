-- SPDX-License-Identifier: EUPL-1.2
-- What a front end keeps beside the cases: who may enter, who has looked at what, and a row for lists for each case.

CREATE TABLE accounts (
    id           BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    username     TEXT NOT NULL UNIQUE,
    name         TEXT NOT NULL,
    role         TEXT NOT NULL CHECK (role IN ('operatore', 'responsabile', 'amministratore', 'verificatore')),
    region       TEXT,
    office       TEXT,
    password     TEXT,
    must_change  INTEGER NOT NULL CHECK (must_change IN (0, 1)),
    disabled     INTEGER NOT NULL CHECK (disabled IN (0, 1)),
    failures     INTEGER NOT NULL CHECK (failures >= 0),
    locked_until INTEGER,
    external     TEXT UNIQUE,
    identities   INTEGER NOT NULL CHECK (identities IN (0, 1)),
    created_at   INTEGER NOT NULL
) STRICT;

CREATE TRIGGER accounts_keep_their_name BEFORE UPDATE OF id, username, created_at ON accounts
WHEN NEW.id IS NOT OLD.id OR NEW.username IS NOT OLD.username OR NEW.created_at IS NOT OLD.created_at
BEGIN SELECT RAISE(ABORT, 'il nome di un account non si modifica'); END;

CREATE TRIGGER accounts_are_not_deleted BEFORE DELETE ON accounts
BEGIN SELECT RAISE(ABORT, 'gli account non si cancellano'); END;

CREATE TABLE sessions (
    digest     BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    account    BLOB NOT NULL REFERENCES accounts (id),
    csrf       BLOB NOT NULL CHECK (length(csrf) = 32),
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_of_account ON sessions (account);

CREATE TABLE tokens (
    id         BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    digest     BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    account    BLOB NOT NULL REFERENCES accounts (id),
    label      TEXT NOT NULL,
    writes     INTEGER NOT NULL CHECK (writes IN (0, 1)),
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER,
    used_at    INTEGER
) STRICT;

CREATE INDEX tokens_of_account ON tokens (account, created_at, id);

CREATE TABLE links (
    digest     BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    account    BLOB REFERENCES accounts (id), -- none: makes the first administrator
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE secrets (
    name  TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL CHECK (length(value) = 32)
) STRICT, WITHOUT ROWID;

-- No reference to accounts or cases: an access is noted whatever else is the matter.
CREATE TABLE accesses (
    key      INTEGER PRIMARY KEY,
    at       INTEGER NOT NULL,
    account  BLOB NOT NULL,
    username TEXT NOT NULL,
    region   TEXT,
    action   TEXT NOT NULL,
    case_id  BLOB,
    subject  BLOB,
    why      TEXT,
    request  TEXT NOT NULL
) STRICT;

-- Each goes on in the order of the key.
CREATE INDEX accesses_by_account ON accesses (account);
CREATE INDEX accesses_by_case ON accesses (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX accesses_by_subject ON accesses (subject) WHERE subject IS NOT NULL;
CREATE INDEX accesses_by_region ON accesses (region) WHERE region IS NOT NULL;

CREATE TRIGGER accesses_are_not_changed BEFORE UPDATE ON accesses
BEGIN SELECT RAISE(ABORT, 'gli accessi non si modificano'); END;

CREATE TRIGGER accesses_are_not_deleted BEFORE DELETE ON accesses
BEGIN SELECT RAISE(ABORT, 'gli accessi non si cancellano'); END;

CREATE TABLE answers (
    account     BLOB NOT NULL REFERENCES accounts (id),
    key         TEXT NOT NULL,
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
    status      INTEGER NOT NULL,
    body        TEXT NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (account, key)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER answers_are_not_changed BEFORE UPDATE ON answers
BEGIN SELECT RAISE(ABORT, 'le risposte date non si modificano'); END;

CREATE TRIGGER answers_are_not_deleted BEFORE DELETE ON answers
BEGIN SELECT RAISE(ABORT, 'le risposte date non si cancellano'); END;

CREATE TABLE desks (
    case_key      INTEGER PRIMARY KEY REFERENCES cases (key),
    sequence      INTEGER NOT NULL CHECK (sequence >= 1),
    region        TEXT,
    office        TEXT,
    operator      TEXT,
    level         TEXT NOT NULL,
    closed        INTEGER NOT NULL CHECK (closed IN (0, 1)),
    due_on        INTEGER,
    kind          TEXT NOT NULL,
    what          TEXT NOT NULL,
    awaits        INTEGER NOT NULL CHECK (awaits >= 0),
    registrations INTEGER NOT NULL CHECK (registrations >= 0),
    meeting_on    INTEGER,
    meeting_at    INTEGER CHECK (meeting_at BETWEEN 0 AND 65535),
    -- What lists are ordered by; no day at all comes last.
    due_key       INTEGER NOT NULL AS (coalesce(due_on, 9223372036854775807)),
    meeting_key   INTEGER NOT NULL AS
        (coalesce(meeting_on * 65536 + coalesce(meeting_at, 0), 9223372036854775807))
) STRICT;

-- For each whose list it is and each order. Each goes on in the order of the key of the case, which is all that the order
-- of the newest needs. The long lists by due day also have what they are sifted by, so that no row is read in vain.
CREATE INDEX desks_of_office_by_due ON desks (office, closed, due_key, case_key, level, kind, awaits);
CREATE INDEX desks_of_operator_by_due ON desks (operator, closed, due_key);
CREATE INDEX desks_of_region_by_due ON desks (region, closed, due_key, case_key, level, kind, awaits);
CREATE INDEX desks_of_all_by_due ON desks (closed, due_key, case_key, level, kind, awaits);
CREATE INDEX desks_of_office_by_meeting ON desks (office, closed, meeting_key);
CREATE INDEX desks_of_operator_by_meeting ON desks (operator, closed, meeting_key);
CREATE INDEX desks_of_region_by_meeting ON desks (region, closed, meeting_key);
CREATE INDEX desks_of_all_by_meeting ON desks (closed, meeting_key);
CREATE INDEX desks_of_office_by_age ON desks (office, closed);
CREATE INDEX desks_of_operator_by_age ON desks (operator, closed);
CREATE INDEX desks_of_region_by_age ON desks (region, closed);
CREATE INDEX desks_of_all_by_age ON desks (closed);

-- The sequence from which the desk row of a case was made; none yet for the cases that were there before.
ALTER TABLE cases ADD COLUMN desk_sequence INTEGER;

-- Holds only the cases whose desk row is missing or behind: where there are none, nothing is read.
CREATE INDEX cases_with_stale_desk ON cases (id) WHERE desk_sequence IS NOT sequence;
