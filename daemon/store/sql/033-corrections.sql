-- SPDX-License-Identifier: GPL-3.0-or-later
-- A correction and the version it voids know each other; its mails answer those it takes the place of.

-- corrects: the version that was in force before; superseded_by: the correction that voids this one.
ALTER TABLE issue ADD COLUMN corrects INTEGER REFERENCES issue;
ALTER TABLE issue ADD COLUMN correction_reason TEXT;
ALTER TABLE issue ADD COLUMN superseded_by INTEGER REFERENCES issue;
CREATE INDEX issue_superseded ON issue (superseded_by) WHERE superseded_by IS NOT NULL;

-- Message-IDs of the void mails this recipient has or may have, oldest first, a blank between (RFC 5322
-- section 3.6.4).
ALTER TABLE delivery ADD COLUMN follows TEXT;
