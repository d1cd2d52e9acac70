-- SPDX-License-Identifier: GPL-3.0-or-later
-- Mails found in the mailbox for reports: a row each, written together with what it changed, so that
-- each is handled once. delivery_id NULL = nothing of ours was recognised in it.

CREATE TABLE report (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    mailbox TEXT NOT NULL,
    uidvalidity INTEGER NOT NULL,
    uid INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('other', 'automatic', 'relayed', 'delivered', 'delayed', 'failed')),
    delivery_id INTEGER REFERENCES delivery,
    settled INTEGER NOT NULL CHECK (settled IN (0, 1)),
    reply_code INTEGER,
    enhanced_code TEXT,
    text TEXT,
    UNIQUE (mailbox, uidvalidity, uid),
    CHECK (settled = 0 OR delivery_id IS NOT NULL)
) STRICT;

CREATE INDEX report_delivery ON report (delivery_id);
CREATE INDEX delivery_message_id ON delivery (message_id);
