-- SPDX-License-Identifier: GPL-3.0-or-later
-- A mail that is the same for all its recipients has a Message-ID of its own; NULL = each recipient gets
-- his own mail. Rows that bear the mail's Message-ID may share a transaction.

ALTER TABLE mail ADD COLUMN message_id TEXT;
