-- SPDX-License-Identifier: GPL-3.0-or-later
-- Each hand-in by itself: who brought the file and when, what the way in asks for, and what came of it.
-- place is its name in the spool while it waits there; clerk is whom a mail answers, told_at when it did.

CREATE TABLE hand_in (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    origin TEXT NOT NULL,
    file_name TEXT NOT NULL,
    digest TEXT NOT NULL,
    place TEXT,
    series TEXT,
    release TEXT,
    result TEXT CHECK (result IN ('released', 'planned', 'held', 'refused', 'duplicate')),
    taken_at INTEGER,
    issue_id INTEGER REFERENCES issue,
    clerk TEXT,
    told_at INTEGER,
    CHECK ((result IS NULL) = (taken_at IS NULL)),
    CHECK (told_at IS NULL OR clerk IS NOT NULL)
) STRICT;

CREATE INDEX hand_in_issue ON hand_in (issue_id);
CREATE INDEX hand_in_told ON hand_in (clerk, told_at) WHERE clerk IS NOT NULL;
CREATE INDEX hand_in_waiting ON hand_in (place) WHERE result IS NULL;
CREATE INDEX hand_in_untold ON hand_in (clerk) WHERE clerk IS NOT NULL AND told_at IS NULL AND result IS NOT NULL;
