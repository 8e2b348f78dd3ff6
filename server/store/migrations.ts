import type { Database } from 'better-sqlite3'

import { StoreError } from './store.ts'

/** Marks a database as ours: "SGAT". */
const APPLICATION_ID = 0x53474154

/**
 * How the tables came to be, oldest first. A step that was released is never edited: what changes is a new one. Each runs
 * in a transaction of its own together with its number (`user_version`).
 */
export const MIGRATIONS: readonly string[] = [
  `
  PRAGMA application_id = ${APPLICATION_ID};

  -- Names this database among all others; the audit log's chain begins with it.
  CREATE TABLE instance (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id  BLOB NOT NULL CHECK (length(id) = 32)
  ) STRICT;
  INSERT INTO instance VALUES (1, randomblob(32));

  CREATE TABLE policy_version (
    version  INTEGER PRIMARY KEY CHECK (version > 0),
    at       INTEGER NOT NULL,
    author   TEXT NOT NULL,
    comment  TEXT NOT NULL,
    kind     TEXT NOT NULL,
    -- SHA-256 and length of the document, which comes last so that lists do not read it.
    hash     BLOB NOT NULL CHECK (length(hash) = 32),
    bytes    INTEGER NOT NULL,
    document TEXT NOT NULL
  ) STRICT;

  CREATE TABLE policy_pending (
    one       INTEGER PRIMARY KEY CHECK (one = 1),
    version   INTEGER NOT NULL REFERENCES policy_version,
    revert_to INTEGER NOT NULL REFERENCES policy_version,
    deadline  INTEGER NOT NULL,
    window_ms INTEGER NOT NULL,
    existing  TEXT NOT NULL,
    drain_ms  INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE rule_hits (
    rule    TEXT PRIMARY KEY,
    hits    INTEGER NOT NULL,
    last_at INTEGER
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE audit (
    seq        INTEGER PRIMARY KEY CHECK (seq > 0),
    at         INTEGER NOT NULL,
    actor      TEXT NOT NULL,
    action     TEXT NOT NULL,
    object     TEXT NOT NULL,
    result     TEXT NOT NULL,
    origin     TEXT NOT NULL,
    request_id TEXT NOT NULL,
    detail     TEXT NOT NULL,
    hash       TEXT NOT NULL CHECK (length(hash) = 64)
  ) STRICT;
  CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
  CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
  -- INSERT OR REPLACE deletes without asking the trigger above.
  CREATE TRIGGER audit_at_end BEFORE INSERT ON audit WHEN NEW.seq <= (SELECT max(seq) FROM audit)
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

  CREATE TABLE user (
    name          TEXT PRIMARY KEY,
    role          TEXT NOT NULL,
    groups        TEXT NOT NULL CHECK (json_valid(groups)),
    enabled       INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    password_hash TEXT,
    certificate   TEXT,
    created_at    INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE token (
    id           TEXT PRIMARY KEY,
    name         TEXT NOT NULL,
    user         TEXT NOT NULL REFERENCES user ON DELETE CASCADE,
    scope        TEXT NOT NULL,
    hash         BLOB NOT NULL UNIQUE,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,
    last_used_at INTEGER
  ) STRICT;
  CREATE INDEX token_user ON token (user);

  CREATE TABLE session (
    id         TEXT PRIMARY KEY,
    hash       BLOB NOT NULL UNIQUE,
    user       TEXT NOT NULL REFERENCES user ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    origin     TEXT NOT NULL
  ) STRICT;
  CREATE INDEX session_user ON session (user);
  `,
  `
  CREATE TABLE service (
    name  TEXT PRIMARY KEY,
    entry TEXT NOT NULL CHECK (json_valid(entry))
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Of whoever works with the rules; not all of them have an account: \`local\` has none.
  CREATE TABLE draft (
    user     TEXT PRIMARY KEY,
    base     INTEGER NOT NULL,
    saved_at INTEGER NOT NULL,
    -- JSON; comes last so that lists do not read it.
    document TEXT NOT NULL
  ) STRICT;

  CREATE TABLE preference (
    user  TEXT NOT NULL,
    key   TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (user, key)
  ) STRICT, WITHOUT ROWID;

  CREATE TRIGGER user_takes_all AFTER DELETE ON user BEGIN
    DELETE FROM draft WHERE user = OLD.name;
    DELETE FROM preference WHERE user = OLD.name;
  END;
  `,
  `
  CREATE TABLE service_disabled (
    name TEXT PRIMARY KEY,
    at   INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
]

/**
 * Looks whether a database may be used, and changes nothing.
 * @param file its name, for the sentence
 * @returns true when there is nothing in it yet
 * @throws StoreError when it belongs to another program or to a newer sockgate
 */
export function examine(db: Database, file: string, newest = MIGRATIONS.length): boolean {
  const application = db.pragma('application_id', { simple: true })
  const format = db.pragma('user_version', { simple: true }) as number
  if (db.prepare('SELECT 1 FROM sqlite_schema').get() === undefined) return true
  if (application !== APPLICATION_ID)
    throw new StoreError(
      `${file} is the database of another program: move it away or choose another directory with --data`,
    )
  if (format > newest)
    throw new StoreError(
      `${file} was written by a newer sockgate (its format is ${format}, this one knows ${newest}): ` +
        'install that version, or put back a backup from before the update',
    )
  return false
}

/** Brings a database up to date. @throws SqliteError when a step fails, which leaves those before it */
export function migrate(db: Database, migrations: readonly string[] = MIGRATIONS): void {
  const format = db.pragma('user_version', { simple: true }) as number
  for (let at = format; at < migrations.length; at++) {
    const step = () => {
      db.exec(migrations[at]!)
      db.pragma(`user_version = ${at + 1}`)
    }
    db.transaction(step).immediate()
  }
}
