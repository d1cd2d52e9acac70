-- SPDX-License-Identifier: GPL-3.0-or-later
-- Attachments by link: how long the links of a mail hold, and who fetched what.

-- Seconds from the day that a row was queued first; 0 = the mail carries the file itself.
ALTER TABLE mail ADD COLUMN link_lasts INTEGER NOT NULL DEFAULT 0;

-- address: the IP address that asked. whole: all of it was sent.
CREATE TABLE download (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    delivery_id INTEGER NOT NULL REFERENCES delivery,
    at INTEGER NOT NULL,
    address TEXT NOT NULL,
    whole INTEGER NOT NULL CHECK (whole IN (0, 1))
) STRICT;

CREATE INDEX download_delivery ON download (delivery_id);
