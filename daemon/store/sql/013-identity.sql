-- SPDX-License-Identifier: GPL-3.0-or-later
-- Which store this is, and how far it has come: the spool keeps the same marks, so that a store that was
-- copied or restored is noticed. held: why nothing is sent until an operator releases it.

CREATE TABLE store_identity (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id TEXT NOT NULL,
    stamp INTEGER NOT NULL,
    held TEXT
) STRICT;

INSERT INTO store_identity (one, id, stamp, held) VALUES (1, '', 0, NULL);
