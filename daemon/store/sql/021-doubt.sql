-- SPDX-License-Identifier: GPL-3.0-or-later
-- What becomes of rows whose outcome is unknown.

-- Whether the recipient is a leader, by the directory of the plan (recipients/directory.h). Rows of plans
-- before this are taken for leaders': with those nothing is done twice unasked.
ALTER TABLE delivery ADD COLUMN leader INTEGER NOT NULL DEFAULT 1 CHECK (leader IN (0, 1));

-- Of an unknown row: NULL = the policy of its series was not asked yet; 'wait' = it is sent again at
-- next_attempt, unless a report or a clerk settles it before; 'clerk' = only a clerk sends it again. A row
-- that the policy sent again is born with 'clerk'.
ALTER TABLE delivery ADD COLUMN doubt TEXT CHECK (doubt = 'wait' OR doubt = 'clerk');
UPDATE delivery SET doubt = 'clerk' WHERE state = 'unknown';
