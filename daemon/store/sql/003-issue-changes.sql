-- SPDX-License-Identifier: GPL-3.0-or-later
-- Counts the changes of a row: who read it before somebody else changed it must read it again, for
-- daemon and songfactl judge the same issue at their own pace.

ALTER TABLE issue ADD COLUMN changes INTEGER NOT NULL DEFAULT 0;

-- What was stopped after its release (held, with a time of release) keeps its number: some have it.
DROP INDEX issue_identity;
CREATE UNIQUE INDEX issue_identity ON issue (identity, revision)
    WHERE state IN ('planned', 'released') OR released_at IS NOT NULL;
