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
  changed REAL NOT NULL,             -- seconds since 1970
  language TEXT                      -- BCP 47, as the article says itself
);
CREATE INDEX articles_by_item ON articles (uri);
CREATE INDEX articles_by_source ON articles (source);

CREATE TABLE chunks (
  id INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again, so an old vector cannot pass for a new one
  article TEXT NOT NULL,
  start INTEGER NOT NULL,            -- characters
  stop INTEGER NOT NULL,
  key BLOB NOT NULL,                 -- hash of what is embedded
  words BLOB NOT NULL DEFAULT x''    -- format 3: the terms of title and text, see terms.packed
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

-- From here on: format 2. What an article was before it was edited.
CREATE TABLE history (
  article TEXT NOT NULL,
  fingerprint BLOB NOT NULL,
  stored REAL NOT NULL,              -- since when it was so, seconds since 1970
  ended REAL NOT NULL
);
CREATE INDEX history_by_article ON history (article);

-- What is followed, and how asking for it went. Times are seconds since 1970, 0 is never.
CREATE TABLE follows (
  address TEXT PRIMARY KEY,
  every REAL,                        -- seconds that a person chose
  pace REAL NOT NULL,                -- seconds that the source asks for; 0: nothing
  etag TEXT NOT NULL,
  modified TEXT NOT NULL,
  asked REAL NOT NULL,
  succeeded REAL NOT NULL,
  next REAL NOT NULL,
  failures INTEGER NOT NULL,         -- in a row
  error TEXT NOT NULL                -- of the last failure; empty when all is well
) WITHOUT ROWID;

-- Items that are web pages. `follow` is what listed it, `same` the item that holds its article.
CREATE TABLE pages (
  uri TEXT PRIMARY KEY,
  follow TEXT NOT NULL,
  etag TEXT NOT NULL,
  modified TEXT NOT NULL,
  first REAL NOT NULL,
  next REAL NOT NULL,                -- when it is to be asked for again
  missing REAL NOT NULL,             -- since when it is gone; 0: it is there
  failures INTEGER NOT NULL,
  same TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX pages_by_follow ON pages (follow, next);
CREATE INDEX pages_by_same ON pages (same);

CREATE TABLE robots (origin TEXT PRIMARY KEY, text TEXT NOT NULL, fetched REAL NOT NULL) WITHOUT ROWID;

-- Parts of articles' MinHashes: near-duplicates share one (ingest/near.py).
CREATE TABLE bands (band BLOB NOT NULL, article TEXT NOT NULL, PRIMARY KEY (band, article)) WITHOUT ROWID;
CREATE INDEX bands_by_article ON bands (article);
