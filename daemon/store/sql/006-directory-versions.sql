-- SPDX-License-Identifier: GPL-3.0-or-later
-- The directory over time: a table per kind of record (recipients/directory-kind.c names tables and
-- columns), a row per version. Days are YYYY-MM-DD, both inclusive, '' = open. Lists are texts with
-- line ends between. Names, references and days are checked by the program, over all days at once.

-- Ids are unique over all kinds and never given twice: rows stay when the record is gone.
CREATE TABLE directory_record (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL
) STRICT;

-- from_day: the first day on which the change holds.
CREATE TABLE directory_change (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    words TEXT NOT NULL,
    from_day TEXT NOT NULL,
    undoes INTEGER REFERENCES directory_change,
    undone_by INTEGER REFERENCES directory_change
) STRICT;

-- The records a change wrote; the versions before and after are in the audit log.
CREATE TABLE directory_change_row (
    change INTEGER NOT NULL REFERENCES directory_change,
    record_id INTEGER NOT NULL REFERENCES directory_record,
    audit_id INTEGER NOT NULL REFERENCES audit,
    PRIMARY KEY (change, record_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX directory_change_row_record ON directory_change_row (record_id, change);
CREATE INDEX directory_change_row_audit ON directory_change_row (audit_id);

CREATE TABLE units (
    id INTEGER NOT NULL REFERENCES directory_record,
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    change INTEGER NOT NULL REFERENCES directory_change,
    "name" TEXT NOT NULL,
    "short" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "parent" INTEGER,
    "order" INTEGER NOT NULL,
    PRIMARY KEY (id, valid_from)
) STRICT, WITHOUT ROWID;

CREATE TABLE posts (
    id INTEGER NOT NULL REFERENCES directory_record,
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    change INTEGER NOT NULL REFERENCES directory_change,
    "unit" INTEGER,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL CHECK ("kind" IN ('chief', 'deputy', 'member')),
    "rank" TEXT NOT NULL,
    "order" INTEGER NOT NULL,
    PRIMARY KEY (id, valid_from)
) STRICT, WITHOUT ROWID;

CREATE TABLE persons (
    id INTEGER NOT NULL REFERENCES directory_record,
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    change INTEGER NOT NULL REFERENCES directory_change,
    "name" TEXT NOT NULL,
    "salutation" TEXT NOT NULL,
    PRIMARY KEY (id, valid_from)
) STRICT, WITHOUT ROWID;

CREATE TABLE tenures (
    id INTEGER NOT NULL REFERENCES directory_record,
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    change INTEGER NOT NULL REFERENCES directory_change,
    "person" INTEGER,
    "post" INTEGER,
    "from" TEXT NOT NULL,
    "to" TEXT NOT NULL,
    PRIMARY KEY (id, valid_from)
) STRICT, WITHOUT ROWID;

CREATE TABLE stand_ins (
    id INTEGER NOT NULL REFERENCES directory_record,
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    change INTEGER NOT NULL REFERENCES directory_change,
    "person" INTEGER,
    "stand_in" INTEGER,
    "from" TEXT NOT NULL,
    "to" TEXT NOT NULL,
    "both" INTEGER NOT NULL CHECK ("both" IN (0, 1)),
    PRIMARY KEY (id, valid_from)
) STRICT, WITHOUT ROWID;

CREATE TABLE "groups" (
    id INTEGER NOT NULL REFERENCES directory_record,
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    change INTEGER NOT NULL REFERENCES directory_change,
    "name" TEXT NOT NULL,
    "members" TEXT NOT NULL,
    PRIMARY KEY (id, valid_from)
) STRICT, WITHOUT ROWID;

CREATE TABLE aliases (
    id INTEGER NOT NULL REFERENCES directory_record,
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    change INTEGER NOT NULL REFERENCES directory_change,
    "text" TEXT NOT NULL,
    "series" TEXT NOT NULL,
    "office" TEXT NOT NULL,
    "targets" TEXT NOT NULL,
    PRIMARY KEY (id, valid_from)
) STRICT, WITHOUT ROWID;

CREATE TABLE mailboxes (
    id INTEGER NOT NULL REFERENCES directory_record,
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    change INTEGER NOT NULL REFERENCES directory_change,
    "owner" INTEGER,
    "address" TEXT NOT NULL,
    "owner_kind" TEXT NOT NULL CHECK ("owner_kind" IN ('unit', 'post', 'person')),
    "channel" TEXT NOT NULL CHECK ("channel" IN ('email', 'paper', 'both')),
    "copies" INTEGER NOT NULL CHECK ("copies" >= 0),
    "suspended" INTEGER NOT NULL CHECK ("suspended" IN (0, 1)),
    "secretary" TEXT NOT NULL,
    "keeper" TEXT NOT NULL,
    "review" TEXT NOT NULL,
    PRIMARY KEY (id, valid_from)
) STRICT, WITHOUT ROWID;

-- What is there becomes one version from the start. Ids of different kinds collided: each kind moves
-- behind the one before it. It all counts as change 1.
CREATE TABLE moved AS
    SELECT *, tenure + (SELECT coalesce(max(id), 0) FROM tenure) AS "group" FROM (
    SELECT *, person + (SELECT coalesce(max(id), 0) FROM person) AS tenure FROM (
    SELECT *, post + (SELECT coalesce(max(id), 0) FROM post) AS person FROM (
    SELECT coalesce(max(id), 0) AS post FROM unit)));
CREATE TABLE moved_on AS
    SELECT *, alias + (SELECT coalesce(max(id), 0) FROM alias) AS mailbox FROM (
    SELECT *, "group" + (SELECT coalesce(max(id), 0) FROM directory_group) AS alias FROM moved);

INSERT INTO directory_record (id, kind)
    SELECT id, 'unit' FROM unit
    UNION ALL SELECT m.post + r.id, 'post' FROM post r, moved_on m
    UNION ALL SELECT m.person + r.id, 'person' FROM person r, moved_on m
    UNION ALL SELECT m.tenure + r.id, 'tenure' FROM tenure r, moved_on m
    UNION ALL SELECT m."group" + r.id, 'group' FROM directory_group r, moved_on m
    UNION ALL SELECT m.alias + r.id, 'alias' FROM alias r, moved_on m
    UNION ALL SELECT m.mailbox + r.id, 'mailbox' FROM mailbox r, moved_on m;

INSERT INTO directory_change (number, at, who, words, from_day)
    SELECT 1, CAST(strftime('%s', 'now') AS INTEGER) * 1000000, 'songfad', '数据库升级', ''
    WHERE EXISTS (SELECT 1 FROM directory_record);

INSERT INTO units
    SELECT u.id, '', '', 1, n.name,
        coalesce((SELECT group_concat(name, char(10)) FROM (SELECT s.name AS name FROM unit_name s
            WHERE s.unit_id = u.id AND s.position > 0 ORDER BY s.position)), ''),
        u.kind, u.parent_id, u.sort_order
    FROM unit u JOIN unit_name n ON n.unit_id = u.id AND n.position = 0;
INSERT INTO posts
    SELECT m.post + r.id, '', '', 1, r.unit_id, r.name, r.kind, r.rank, r.sort_order
    FROM post r, moved_on m;
INSERT INTO persons
    SELECT m.person + r.id, '', '', 1, r.name, r.salutation FROM person r, moved_on m;
INSERT INTO tenures
    SELECT m.tenure + r.id, '', '', 1, m.person + r.person_id, m.post + r.post_id, r.from_date, r.to_date
    FROM tenure r, moved_on m;
INSERT INTO "groups"
    SELECT m."group" + r.id, '', '', 1, r.name,
        coalesce((SELECT group_concat(member, char(10)) FROM (SELECT s.member AS member FROM group_member s
            WHERE s.group_id = r.id ORDER BY s.position)), '')
    FROM directory_group r, moved_on m;
INSERT INTO aliases
    SELECT m.alias + r.id, '', '', 1, r.text, r.series, '',
        coalesce((SELECT group_concat(target, char(10)) FROM (SELECT s.target AS target FROM alias_target s
            WHERE s.alias_id = r.id ORDER BY s.position)), '')
    FROM alias r, moved_on m;
INSERT INTO mailboxes
    SELECT m.mailbox + r.id, '', '', 1, coalesce(r.unit_id, m.post + r.post_id, m.person + r.person_id),
        r.address,
        CASE WHEN r.unit_id IS NOT NULL THEN 'unit' WHEN r.post_id IS NOT NULL THEN 'post' ELSE 'person' END,
        r.channel, r.copies, r.suspended, '', '', ''
    FROM mailbox r, moved_on m;

DROP TABLE moved;
DROP TABLE moved_on;
DROP TABLE mailbox;
DROP TABLE alias_target;
DROP TABLE alias;
DROP TABLE group_member;
DROP TABLE directory_group;
DROP TABLE tenure;
DROP TABLE person;
DROP TABLE post;
DROP TABLE unit_name;
DROP TABLE unit;
