-- SPDX-License-Identifier: GPL-3.0-or-later
-- A mail carries a second attachment: the PDF made from its first, an object of the spool like that. NULL =
-- none was made.

ALTER TABLE mail ADD COLUMN pdf_digest TEXT;
