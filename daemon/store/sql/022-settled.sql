-- SPDX-License-Identifier: GPL-3.0-or-later
-- Who said what became of a mail whose outcome was unknown, when, and why; the reply stays as it was.

ALTER TABLE delivery ADD COLUMN settled_as TEXT CHECK (settled_as = 'received' OR settled_as = 'lost');
ALTER TABLE delivery ADD COLUMN settled_by TEXT;
ALTER TABLE delivery ADD COLUMN settled_at INTEGER;
ALTER TABLE delivery ADD COLUMN settled_why TEXT;
