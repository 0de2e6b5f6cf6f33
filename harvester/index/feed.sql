
-- Operational too: the order in which papers last changed here, for those who keep a copy current.

CREATE TABLE feed (
  sequence INTEGER PRIMARY KEY,
  paper TEXT NOT NULL UNIQUE,
  is_gone INTEGER NOT NULL,
  fingerprint TEXT NOT NULL
) STRICT;

CREATE TABLE feed_generation (
  id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
