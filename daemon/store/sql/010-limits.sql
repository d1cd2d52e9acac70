-- SPDX-License-Identifier: GPL-3.0-or-later
-- What was sent today under each limit ("relay:NAME", "domain:NAME"), so that a restart does not begin
-- the day anew. And what a row that is queued for later waits for, in words.

CREATE TABLE quota (
    scope TEXT NOT NULL,
    day TEXT NOT NULL,
    used INTEGER NOT NULL CHECK (used >= 0),
    PRIMARY KEY (scope, day)
) STRICT, WITHOUT ROWID;

ALTER TABLE delivery ADD COLUMN waits_for TEXT;
