-- SPDX-License-Identifier: GPL-3.0-or-later
-- The same indexes, their conditions said by comparing: SQLite fills a table for each list behind IN, once a
-- statement and index, which cost more than the change of a row itself. A query that is to use such an
-- index says the condition in the same words (deliveries-private.h, failures.c).

DROP INDEX delivery_due;
CREATE INDEX delivery_due ON delivery (urgent, next_attempt, id) WHERE state = 'queued' OR state = 'deferred';
DROP INDEX delivery_resting;
CREATE INDEX delivery_resting ON delivery (state, issue_id, notice_id, channel)
    WHERE state <> 'queued' AND state <> 'sending' AND state <> 'accepted';
DROP INDEX delivery_untold;
CREATE INDEX delivery_untold ON delivery (issue_id)
    WHERE told = 0 AND notice_id = 0 AND (state = 'refused' OR state = 'unknown' OR state = 'bounced');
-- Rows whose time to wait was prolonged: few, and looked at when a clock was set back.
CREATE INDEX delivery_held_for ON delivery (held_for) WHERE held_for > 0;
