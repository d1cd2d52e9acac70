-- SPDX-License-Identifier: GPL-3.0-or-later
-- What clerks decide before a release: whom an unspecified term (有关部门) means, and who has checked
-- the plan. And of which day the directory was that a plan was made with.

-- issue_id NULL = remembered for the series. members is a JSON array in member notation.
CREATE TABLE choice (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    issue_id INTEGER REFERENCES issue,
    series TEXT NOT NULL,
    term TEXT NOT NULL,
    members TEXT NOT NULL,
    who TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX choice_issue ON choice (issue_id, term) WHERE issue_id IS NOT NULL;
CREATE UNIQUE INDEX choice_series ON choice (series, term) WHERE issue_id IS NULL;

CREATE TABLE approval (
    issue_id INTEGER PRIMARY KEY REFERENCES issue,
    who TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;

ALTER TABLE issue ADD COLUMN directory_day TEXT;
CREATE INDEX issue_series ON issue (series, date);
