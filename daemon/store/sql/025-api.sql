-- SPDX-License-Identifier: GPL-3.0-or-later
-- Programs that use the HTTP interface.

-- digest: SHA-256 of a token that was shown once. series: its hand-ins must be of that one, NULL = any.
CREATE TABLE api_token (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    digest TEXT NOT NULL UNIQUE,
    series TEXT,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER,
    last_used_at INTEGER
) STRICT;

CREATE UNIQUE INDEX api_token_name ON api_token (name) WHERE revoked_at IS NULL;

-- Requests with a key of the caller's own (daemon/store/api-requests.h). body: digest of what was sent.
CREATE TABLE api_request (
    token_id INTEGER NOT NULL REFERENCES api_token,
    request_key TEXT NOT NULL,
    at INTEGER NOT NULL,
    body TEXT NOT NULL,
    hand_in_id INTEGER REFERENCES hand_in,
    status INTEGER,
    answer TEXT,
    PRIMARY KEY (token_id, request_key)
) STRICT, WITHOUT ROWID;

CREATE INDEX api_request_at ON api_request (at);
