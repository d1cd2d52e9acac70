-- SPDX-License-Identifier: GPL-3.0-or-later
-- A mail that answers one: its Message-ID, and those before it (RFC 5322 §3.6.4), parted by blanks.

ALTER TABLE mail ADD COLUMN in_reply_to TEXT;
ALTER TABLE mail ADD COLUMN refers_to TEXT;
