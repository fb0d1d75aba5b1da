-- SPDX-License-Identifier: EUPL-1.2
-- How far the log has got, in one row: whoever keeps something made from the events sees at once whether it is still so.

CREATE TABLE log (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    cases  INTEGER NOT NULL,
    events INTEGER NOT NULL,
    last   BLOB NOT NULL CHECK (length(last) = 32) -- hash of the event written last
) STRICT;

INSERT INTO log (one, cases, events, last)
SELECT 1, count(*), coalesce(sum(sequence), 0), coalesce((SELECT hash FROM cases ORDER BY key DESC LIMIT 1), zeroblob(32)) FROM cases;

CREATE TRIGGER log_counts_a_case AFTER INSERT ON cases
BEGIN UPDATE log SET cases = cases + 1, events = events + NEW.sequence, last = NEW.hash; END;

CREATE TRIGGER log_counts_events AFTER UPDATE OF sequence, hash ON cases
BEGIN UPDATE log SET events = events + NEW.sequence - OLD.sequence, last = NEW.hash; END;
