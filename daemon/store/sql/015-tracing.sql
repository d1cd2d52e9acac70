-- SPDX-License-Identifier: GPL-3.0-or-later
-- Which parts the running daemon is to trace into its log, separated by commas; '' = none.

CREATE TABLE tracing (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    subsystems TEXT NOT NULL
) STRICT;

INSERT INTO tracing (one, subsystems) VALUES (1, '');
