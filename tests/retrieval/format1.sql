-- One library. A text is stored once; a chunk is a stretch of it.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- The ledger: where articles come from. `revision` is opaque: compared, never parsed.
CREATE TABLE items (
  uri TEXT PRIMARY KEY,
  revision TEXT NOT NULL,
  seen REAL NOT NULL,                -- seconds since 1970
  problems TEXT NOT NULL             -- JSON: what could not be read, in lines for people
) WITHOUT ROWID;

CREATE TABLE articles (
  id TEXT PRIMARY KEY,
  uri TEXT NOT NULL,
  fingerprint BLOB NOT NULL,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  url TEXT, published TEXT, source TEXT, author TEXT,
  published_at INTEGER,              -- seconds since 1970, UTC
  changed REAL NOT NULL              -- seconds since 1970
);
CREATE INDEX articles_by_item ON articles (uri);
CREATE INDEX articles_by_source ON articles (source);

CREATE TABLE chunks (
  id INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again, so an old vector cannot pass for a new one
  article TEXT NOT NULL,
  start INTEGER NOT NULL,            -- characters
  stop INTEGER NOT NULL,
  key BLOB NOT NULL                  -- hash of what is embedded
);
CREATE INDEX chunks_by_article ON chunks (article);
CREATE INDEX chunks_by_key ON chunks (key);

-- float16, unit length. Nothing is embedded twice by one embedder.
CREATE TABLE vectors (
  embedder TEXT NOT NULL, key BLOB NOT NULL, vector BLOB NOT NULL,
  PRIMARY KEY (key, embedder)
) WITHOUT ROWID;

-- Terms are analysed in terms.py, and the ascii tokenizer takes them as they are: it splits at spaces
-- alone, where unicode61 drops letters newer than Unicode 6.1. The texts are not stored again.
CREATE VIRTUAL TABLE keywords USING fts5 (title, body, content='', tokenize='ascii');
CREATE VIRTUAL TABLE terms USING fts5vocab (keywords, row);

-- What the indexes have to follow. `token` tells this log from that of an older copy of the file.
CREATE TABLE changes (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  token TEXT NOT NULL DEFAULT (lower(hex(randomblob(8)))),
  chunk INTEGER NOT NULL             -- added if it exists, else deleted
);
