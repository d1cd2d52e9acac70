-- SPDX-License-Identifier: GPL-3.0-or-later
-- What was said at an attempt. A dialogue is that of a connection until its mails begin (link NULL), or of
-- one transaction on it; rows that shared the transaction share the dialogue. Of an attempt that went as it
-- should, timing alone stands in the row, and in the log of attempts behind it.

CREATE TABLE dialogue (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    relay TEXT NOT NULL,
    link INTEGER REFERENCES dialogue,
    text TEXT NOT NULL
) STRICT;

-- recipient: which of the transaction's is the row's own.
CREATE TABLE attempt_dialogue (
    delivery_id INTEGER NOT NULL REFERENCES delivery,
    number INTEGER NOT NULL,
    dialogue_id INTEGER NOT NULL REFERENCES dialogue,
    recipient INTEGER,
    PRIMARY KEY (delivery_id, number, dialogue_id)
) STRICT, WITHOUT ROWID;

-- "LINK N MAIL RCPT DATA DOT": the N-th transaction of that connection, and the µs to the replies.
ALTER TABLE delivery ADD COLUMN timing TEXT;
ALTER TABLE attempt ADD COLUMN timing TEXT;

-- How many went under each limit by the minute ("relay:NAME", "domain:NAME") in the minute before at.
CREATE TABLE minute_use (
    scope TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    used INTEGER NOT NULL CHECK (used >= 0)
) STRICT, WITHOUT ROWID;
