-- SPDX-License-Identifier: GPL-3.0-or-later
-- Time a row was held does not count for its deadline; a failure is told to the clerk once; and what a
-- clerk stops stays stopped, on the wire's side too.

-- stopped: a word about this row alone ('paused', 'cancelled'); it holds while the row is sending too.
ALTER TABLE delivery ADD COLUMN held_at INTEGER;
ALTER TABLE delivery ADD COLUMN held_for INTEGER NOT NULL DEFAULT 0;
ALTER TABLE delivery ADD COLUMN told INTEGER NOT NULL DEFAULT 0 CHECK (told IN (0, 1));
ALTER TABLE delivery ADD COLUMN stopped TEXT CHECK (stopped = 'paused' OR stopped = 'cancelled');

UPDATE delivery SET told = 1 WHERE state IN ('refused', 'unknown', 'bounced');
CREATE INDEX delivery_untold ON delivery (issue_id)
    WHERE told = 0 AND notice_id = 0 AND state IN ('refused', 'unknown', 'bounced');
CREATE INDEX delivery_stopped ON delivery (recipient) WHERE stopped IS NOT NULL;

-- What nothing goes to or over until a clerk resumes it: a relay by name, a recipient by id.
CREATE TABLE pause (
    scope TEXT NOT NULL CHECK (scope = 'relay' OR scope = 'recipient'),
    key TEXT NOT NULL,
    who TEXT NOT NULL,
    at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID;

-- Counts stops, so that the daemon takes back what it has in memory at once.
CREATE TABLE stop_count (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    n INTEGER NOT NULL
) STRICT;

INSERT INTO stop_count (one, n) VALUES (1, 0);
