-- SPDX-License-Identifier: GPL-3.0-or-later
-- What is to be noted of an issue without holding it, as reasons are written; and the numbers of a series in
-- their order.

ALTER TABLE issue ADD COLUMN notices TEXT;
CREATE INDEX issue_number ON issue (series, year, supplement, number);
CREATE INDEX issue_total ON issue (series, total_number);
