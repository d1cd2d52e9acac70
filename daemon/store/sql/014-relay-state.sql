-- SPDX-License-Identifier: GPL-3.0-or-later
-- How each relay fares, as the daemon that runs, or last ran, has found it.

CREATE TABLE relay_state (
    name TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state = 'closed' OR state = 'open' OR state = 'half-open'),
    until INTEGER,
    problem TEXT,
    connections INTEGER NOT NULL CHECK (connections >= 0)
) STRICT, WITHOUT ROWID;
