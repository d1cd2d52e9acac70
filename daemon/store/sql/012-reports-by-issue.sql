-- SPDX-License-Identifier: GPL-3.0-or-later
-- A report that returns nothing of a mail but its issue label and recipient finds the row by both.

CREATE INDEX mail_issue_label ON mail (issue_label) WHERE issue_label IS NOT NULL;
