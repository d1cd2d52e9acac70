-- SPDX-License-Identifier: GPL-3.0-or-later
-- Mails in the mailbox for hand-ins: a row each, written when what is in it is in the spool, and answered once.

-- sender: the address it is from, as far as that can be said. proof: what convinced that it is. identity: what two
-- copies of one mail have in common. facts: JSON, what an answer needs and what stayed behind. answer_id: the mail
-- that answers, in the transaction that sets answered_at.
CREATE TABLE letter (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    mailbox TEXT NOT NULL,
    uidvalidity INTEGER NOT NULL,
    uid INTEGER NOT NULL,
    at INTEGER NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('taken', 'repeated', 'unclear', 'stranger', 'unproved', 'automatic',
        'too-many', 'unreadable')),
    sender TEXT,
    proof TEXT,
    subject TEXT,
    message_id TEXT,
    identity TEXT,
    facts TEXT NOT NULL,
    answer_id INTEGER REFERENCES mail,
    answered_at INTEGER,
    UNIQUE (mailbox, uidvalidity, uid),
    CHECK (verdict <> 'taken' OR (sender IS NOT NULL AND identity IS NOT NULL)),
    CHECK (answered_at IS NULL OR verdict = 'taken')
) STRICT;

CREATE UNIQUE INDEX letter_identity ON letter (identity) WHERE verdict = 'taken';
CREATE INDEX letter_open ON letter (id) WHERE verdict = 'taken' AND answered_at IS NULL;
CREATE INDEX letter_sender ON letter (sender, at);

-- What a mail handed in.
CREATE TABLE letter_file (
    letter_id INTEGER NOT NULL REFERENCES letter,
    part INTEGER NOT NULL CHECK (part >= 0),
    hand_in_id INTEGER NOT NULL REFERENCES hand_in,
    PRIMARY KEY (letter_id, part)
) STRICT, WITHOUT ROWID;

CREATE INDEX hand_in_origin ON hand_in (origin);
