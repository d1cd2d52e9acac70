-- SPDX-License-Identifier: GPL-3.0-or-later
-- Reports kept with what they said, a row per recipient that a mail names; those that nothing was found for
-- wait in a tray for a clerk. Tokens are signed. Mailboxes that do not exist are flagged, relays that
-- are refused altogether are blamed, and who signed is kept.

-- part counts the recipients in a mail. facts: JSON, what the mail said of itself. tray: why a clerk is to
-- look at it, open until closed_at.
CREATE TABLE report_new (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    mailbox TEXT NOT NULL,
    uidvalidity INTEGER NOT NULL,
    uid INTEGER NOT NULL,
    part INTEGER NOT NULL CHECK (part >= 0),
    at INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('other', 'signed', 'automatic', 'relayed', 'delivered', 'delayed', 'failed',
        'unreadable')),
    delivery_id INTEGER REFERENCES delivery,
    settled INTEGER NOT NULL CHECK (settled IN (0, 1)),
    reply_code INTEGER,
    enhanced_code TEXT,
    text TEXT,
    facts TEXT NOT NULL,
    tray TEXT CHECK (tray IN ('unmatched', 'forged', 'stranger', 'unreadable')),
    closed_at INTEGER,
    closed_by TEXT,
    closed_how TEXT CHECK (closed_how IN ('matched', 'dismissed')),
    closed_reason TEXT,
    UNIQUE (mailbox, uidvalidity, uid, part),
    CHECK (settled = 0 OR delivery_id IS NOT NULL)
) STRICT;

INSERT INTO report_new (id, mailbox, uidvalidity, uid, part, at, kind, delivery_id, settled, reply_code, enhanced_code,
    text, facts, tray)
    SELECT id, mailbox, uidvalidity, uid, 0, at, kind, delivery_id, settled, reply_code, enhanced_code, text, '{}',
        CASE WHEN delivery_id IS NULL THEN 'unmatched' END
    FROM report;
DROP TABLE report;
ALTER TABLE report_new RENAME TO report;

CREATE INDEX report_delivery ON report (delivery_id);
CREATE INDEX report_tray ON report (id) WHERE tray IS NOT NULL AND closed_at IS NULL;

-- Mails over which the reader died or hung, and how often.
CREATE TABLE report_trouble (
    mailbox TEXT NOT NULL,
    uidvalidity INTEGER NOT NULL,
    uid INTEGER NOT NULL,
    n INTEGER NOT NULL CHECK (n > 0),
    PRIMARY KEY (mailbox, uidvalidity, uid)
) STRICT, WITHOUT ROWID;

-- What the tokens of new mails are signed with (daemon/store/tokens.h).
CREATE TABLE token_key (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    key TEXT NOT NULL
) STRICT;

-- Addresses, in lower case, that a mail system says do not exist.
CREATE TABLE mailbox_flag (
    address TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    status TEXT,
    text TEXT,
    delivery_id INTEGER NOT NULL REFERENCES delivery
) STRICT, WITHOUT ROWID;

-- A relay whose mails of an issue came back in numbers for the same reason: the clerk was told so once.
CREATE TABLE relay_blame (
    issue_id INTEGER NOT NULL REFERENCES issue,
    relay TEXT NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (issue_id, relay, kind)
) STRICT, WITHOUT ROWID;

-- 'reply' when the recipient's own answer said so, else the clerk who recorded it.
ALTER TABLE delivery ADD COLUMN signed_by TEXT;
