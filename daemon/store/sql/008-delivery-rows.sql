-- SPDX-License-Identifier: GPL-3.0-or-later
-- Deliveries made cheap to send: a row on its way from queued over sending to accepted changes three
-- small indexes instead of one large one twice, and its state is checked by comparing, not by filling a
-- table at each statement. The last attempt stands in the row itself; the log has those before it.

CREATE TABLE delivery_new (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    issue_id INTEGER REFERENCES issue,
    mail_id INTEGER REFERENCES mail,
    notice_id INTEGER NOT NULL,
    urgent INTEGER NOT NULL CHECK (urgent IN (0, 1)),
    recipient TEXT NOT NULL,
    name TEXT,
    salutation TEXT,
    unit TEXT,
    channel TEXT NOT NULL CHECK (channel IN ('email', 'paper')),
    address TEXT,
    copies INTEGER NOT NULL CHECK (copies >= 0),
    because TEXT NOT NULL,
    token TEXT UNIQUE,
    message_id TEXT,
    sending_no INTEGER NOT NULL CHECK (sending_no >= 0),
    reason TEXT,
    state TEXT NOT NULL CHECK (state = 'accepted' OR state = 'sending' OR state = 'queued'
        OR state = 'deferred' OR state = 'planned' OR state = 'refused' OR state = 'unknown'
        OR state = 'delivered' OR state = 'bounced' OR state = 'cancelled'),
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    first_queued INTEGER,
    next_attempt INTEGER,
    last_attempt INTEGER,
    signed_at INTEGER,
    reply_code INTEGER,
    enhanced_code TEXT,
    reply_text TEXT,
    relay TEXT,
    queue_id TEXT,
    UNIQUE (issue_id, notice_id, recipient, channel, sending_no),
    CHECK (issue_id IS NOT NULL OR notice_id > 0),
    CHECK (channel = 'paper' OR (mail_id IS NOT NULL AND address IS NOT NULL)),
    CHECK (channel = 'email' OR (state <> 'queued' AND state <> 'sending' AND state <> 'deferred')),
    CHECK (next_attempt IS NOT NULL OR (state <> 'queued' AND state <> 'deferred'))
) STRICT;

INSERT INTO delivery_new SELECT * FROM delivery;
DELETE FROM sqlite_sequence WHERE name = 'delivery_new';
INSERT INTO sqlite_sequence (name, seq) SELECT 'delivery_new', seq FROM sqlite_sequence WHERE name = 'delivery';
DROP TABLE delivery;
ALTER TABLE delivery_new RENAME TO delivery;

-- The queue: only rows that wait are in it, in the order in which they fall due.
CREATE INDEX delivery_due ON delivery (urgent, next_attempt, id) WHERE state IN ('queued', 'deferred');
-- Counts by state and the state shown for an issue. What is in none of the three is accepted.
CREATE INDEX delivery_queued ON delivery (issue_id, notice_id) WHERE state = 'queued';
CREATE INDEX delivery_sending ON delivery (issue_id, notice_id) WHERE state = 'sending';
CREATE INDEX delivery_resting ON delivery (state, issue_id, notice_id, channel)
    WHERE state NOT IN ('queued', 'sending', 'accepted');
-- The register asked by person, time or report; mails asked for their rows.
CREATE INDEX delivery_recipient ON delivery (recipient);
CREATE INDEX delivery_name ON delivery (name);
CREATE INDEX delivery_address ON delivery (address);
CREATE INDEX delivery_first_queued ON delivery (first_queued);
CREATE INDEX delivery_mail ON delivery (mail_id);
CREATE INDEX delivery_message_id ON delivery (message_id);
