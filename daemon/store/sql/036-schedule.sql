-- SPDX-License-Identifier: GPL-3.0-or-later
-- Planned issues that are let go and wait for their time. delay: how long that is, when nothing but a delay
-- asks for it (the clock may be set back), else 0: the time of the day is meant.
CREATE TABLE schedule (
    issue_id INTEGER PRIMARY KEY REFERENCES issue,
    at INTEGER NOT NULL,
    delay INTEGER NOT NULL CHECK (delay >= 0),
    who TEXT NOT NULL
) STRICT;

-- What the clerk is told once: a key that says of what, and when.
CREATE TABLE told_once (
    what TEXT PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
