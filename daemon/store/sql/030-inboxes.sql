-- SPDX-License-Identifier: GPL-3.0-or-later
-- How things stand with a mailbox that is read: when it was last read to its end, and what has gone wrong since.

CREATE TABLE inbox (
    mailbox TEXT PRIMARY KEY,
    read_at INTEGER,
    problem TEXT,
    problem_at INTEGER
) STRICT, WITHOUT ROWID;
