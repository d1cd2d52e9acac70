-- SPDX-License-Identifier: GPL-3.0-or-later
-- The first schema. Times are microseconds since 1970 UTC, NULL = never. Absent texts are NULL.
-- States and who may change them: doc/STATES.md. Ids are never given twice.

CREATE TABLE schema_version (
    version INTEGER PRIMARY KEY,
    applied_at INTEGER NOT NULL
) STRICT;

-- What was handed in. A refused text is never copied here: neither its JSON nor its headline.
CREATE TABLE issue (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    identity TEXT,
    revision INTEGER NOT NULL CHECK (revision >= 1),
    state TEXT NOT NULL CHECK (state IN ('held', 'refused', 'planned', 'released')),
    digest TEXT NOT NULL UNIQUE,
    file_name TEXT,
    path TEXT,
    series TEXT,
    title TEXT,
    year INTEGER NOT NULL,
    number INTEGER NOT NULL,
    total_number INTEGER NOT NULL,
    supplement INTEGER NOT NULL,
    office TEXT,
    date TEXT,
    headline TEXT,
    json TEXT,
    reasons TEXT NOT NULL,
    restricted INTEGER NOT NULL CHECK (restricted IN (0, 1)),
    seen_at INTEGER NOT NULL,
    planned_at INTEGER,
    released_at INTEGER,
    released_by TEXT,
    CHECK (state <> 'refused' OR (json IS NULL AND headline IS NULL))
) STRICT;

-- A number is given out once; what is held under the same number waits for a clerk.
CREATE UNIQUE INDEX issue_identity ON issue (identity, revision)
    WHERE state IN ('planned', 'released');
CREATE INDEX issue_named ON issue (identity);

CREATE TABLE mail (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    issue_id INTEGER REFERENCES issue,
    kind TEXT NOT NULL CHECK (kind IN ('issue', 'notice')),
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    html TEXT,
    attachment_digest TEXT,
    attachment_name TEXT,
    list_id TEXT,
    issue_label TEXT,
    priority INTEGER NOT NULL CHECK (priority BETWEEN 1 AND 5),
    date INTEGER NOT NULL,
    CHECK (kind = 'notice' OR issue_id IS NOT NULL)
) STRICT;

CREATE INDEX mail_issue ON mail (issue_id);

-- One row a recipient, channel and sending. notice_id is the mail of a notice to the clerk, 0 for
-- the issue itself: the clerk may get both. urgent is copied from the mail, so that one index holds
-- the order of sending.
CREATE TABLE delivery (
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
    state TEXT NOT NULL CHECK (state IN ('planned', 'queued', 'sending', 'accepted', 'deferred',
        'refused', 'unknown', 'delivered', 'bounced', 'cancelled')),
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
    CHECK (channel = 'email' OR state NOT IN ('queued', 'sending', 'deferred')),
    CHECK (state NOT IN ('queued', 'deferred') OR next_attempt IS NOT NULL)
) STRICT;

-- The queue: only rows that wait are in it, in the order in which they fall due.
CREATE INDEX delivery_due ON delivery (urgent, next_attempt, id)
    WHERE state IN ('queued', 'deferred');
-- Counts by state and the state shown for an issue are read from this index alone.
CREATE INDEX delivery_state ON delivery (state, issue_id, notice_id, channel);
-- The register asked by person or time; mails asked for their rows.
CREATE INDEX delivery_recipient ON delivery (recipient);
CREATE INDEX delivery_name ON delivery (name);
CREATE INDEX delivery_address ON delivery (address);
CREATE INDEX delivery_first_queued ON delivery (first_queued);
CREATE INDEX delivery_mail ON delivery (mail_id);

-- Every attempt that went as far as the relay, for good. (REPLACE would delete past the trigger on
-- DELETE: hence the one on INSERT.)
CREATE TABLE attempt (
    delivery_id INTEGER NOT NULL REFERENCES delivery,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('accepted', 'deferred', 'refused', 'unknown')),
    reply_code INTEGER,
    enhanced_code TEXT,
    reply_text TEXT,
    relay TEXT,
    queue_id TEXT,
    PRIMARY KEY (delivery_id, number)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER attempt_adds BEFORE INSERT ON attempt
WHEN EXISTS (SELECT 1 FROM attempt WHERE delivery_id = NEW.delivery_id AND number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'attempt is append-only'); END;
CREATE TRIGGER attempt_keeps BEFORE UPDATE ON attempt
BEGIN SELECT RAISE(ABORT, 'attempt is append-only'); END;
CREATE TRIGGER attempt_stays BEFORE DELETE ON attempt
BEGIN SELECT RAISE(ABORT, 'attempt is append-only'); END;

CREATE TABLE print_run (
    issue_id INTEGER PRIMARY KEY REFERENCES issue,
    declared INTEGER NOT NULL CHECK (declared >= 0),
    computed INTEGER NOT NULL CHECK (computed >= 0),
    archive INTEGER NOT NULL CHECK (archive >= 0),
    spare INTEGER NOT NULL CHECK (spare >= 0),
    printed INTEGER NOT NULL CHECK (printed >= 0),
    handed_over INTEGER NOT NULL CHECK (handed_over >= 0),
    signed_copies INTEGER NOT NULL CHECK (signed_copies >= 0)
) STRICT;

-- Who changed what. Each row's hash covers the hash before it; audit_head knows the last one, so
-- that a row taken off the end is missed.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    before TEXT,
    after TEXT,
    hash TEXT NOT NULL
) STRICT;

CREATE INDEX audit_subject ON audit (subject);

CREATE TABLE audit_head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;

INSERT INTO audit_head (one, id, hash) VALUES (1, 0, '');

CREATE TRIGGER audit_adds BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_keeps BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_stays BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;

-- The directory. A key is a name as it is compared: folded, without blanks. unit_name holds the
-- canonical name at position 0 and the short forms behind it, so that one index keeps all apart.
CREATE TABLE unit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    parent_id INTEGER REFERENCES unit,
    sort_order INTEGER NOT NULL,
    CHECK (parent_id <> id)
) STRICT;

CREATE INDEX unit_parent ON unit (parent_id);

CREATE TABLE unit_name (
    unit_id INTEGER NOT NULL REFERENCES unit ON DELETE CASCADE,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE CHECK (key <> ''),
    PRIMARY KEY (unit_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE post (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    unit_id INTEGER NOT NULL REFERENCES unit,
    name TEXT NOT NULL,
    key TEXT NOT NULL CHECK (key <> ''),
    kind TEXT NOT NULL CHECK (kind IN ('chief', 'deputy', 'member')),
    rank TEXT NOT NULL,
    sort_order INTEGER NOT NULL,
    UNIQUE (unit_id, key)
) STRICT;

CREATE TABLE person (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE CHECK (key <> ''),
    salutation TEXT NOT NULL
) STRICT;

-- Dates are YYYY-MM-DD, both inclusive; '' = open.
CREATE TABLE tenure (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    post_id INTEGER NOT NULL REFERENCES post,
    person_id INTEGER NOT NULL REFERENCES person,
    from_date TEXT NOT NULL,
    to_date TEXT NOT NULL,
    UNIQUE (post_id, person_id, from_date),
    CHECK (from_date = '' OR to_date = '' OR from_date <= to_date)
) STRICT;

CREATE INDEX tenure_person ON tenure (person_id);

CREATE TABLE directory_group (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE CHECK (key <> '')
) STRICT;

-- Members and targets are words ("unit:NAME", recipients/directory.h), read from left to right.
CREATE TABLE group_member (
    group_id INTEGER NOT NULL REFERENCES directory_group ON DELETE CASCADE,
    position INTEGER NOT NULL,
    member TEXT NOT NULL,
    PRIMARY KEY (group_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE alias (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    text TEXT NOT NULL,
    key TEXT NOT NULL CHECK (key <> ''),
    series TEXT NOT NULL,
    UNIQUE (series, key)
) STRICT;

CREATE TABLE alias_target (
    alias_id INTEGER NOT NULL REFERENCES alias ON DELETE CASCADE,
    position INTEGER NOT NULL,
    target TEXT NOT NULL,
    PRIMARY KEY (alias_id, position)
) STRICT, WITHOUT ROWID;

-- Exactly one owner; '' as address when all of it is paper.
CREATE TABLE mailbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    unit_id INTEGER REFERENCES unit,
    post_id INTEGER REFERENCES post,
    person_id INTEGER REFERENCES person,
    address TEXT NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('email', 'paper', 'both')),
    copies INTEGER NOT NULL CHECK (copies >= 0),
    suspended INTEGER NOT NULL CHECK (suspended IN (0, 1)),
    UNIQUE (unit_id, address),
    UNIQUE (post_id, address),
    UNIQUE (person_id, address),
    CHECK ((unit_id IS NOT NULL) + (post_id IS NOT NULL) + (person_id IS NOT NULL) = 1),
    CHECK (channel = 'paper' OR address <> ''),
    CHECK (channel = 'email' OR copies >= 1)
) STRICT;
