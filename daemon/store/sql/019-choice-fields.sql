-- SPDX-License-Identifier: GPL-3.0-or-later
-- Whom a term means may differ from field to field (发, 抄送). '' = in any field, as all choices were until now.

ALTER TABLE choice ADD COLUMN field TEXT NOT NULL DEFAULT '';

DROP INDEX choice_issue;
DROP INDEX choice_series;
CREATE UNIQUE INDEX choice_issue ON choice (issue_id, term, field) WHERE issue_id IS NOT NULL;
CREATE UNIQUE INDEX choice_series ON choice (series, term, field) WHERE issue_id IS NULL;
