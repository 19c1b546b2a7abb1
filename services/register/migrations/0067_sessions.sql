-- Sessions of people who signed in on a page: each stands on a token, and ends with it.
CREATE TABLE accounts.sessions (
    hash       bytea       PRIMARY KEY CHECK (octet_length(hash) = 32),
    token      bytea       NOT NULL REFERENCES accounts.tokens (hash),
    address    text        CHECK (length(address) <= 64),
    begun_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    seen_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    idle       interval    NOT NULL CHECK (idle > interval '0'),
    expires_at timestamptz NOT NULL,
    ended_at   timestamptz
);
COMMENT ON COLUMN accounts.sessions.hash IS 'SHA-256 of the id in the cookie, which holds 256 random bits';
COMMENT ON COLUMN accounts.sessions.idle IS 'How long it may go unused';
COMMENT ON COLUMN accounts.sessions.expires_at IS 'The absolute end, however much it is used';
CREATE INDEX sessions_token ON accounts.sessions (token) WHERE ended_at IS NULL;

-- What is open now: neither ended, nor unused too long, nor past its end, and its token holds.
CREATE VIEW accounts.open_sessions AS
SELECT s.hash, t.holder, t.kind, t.unit, t.label, s.address, s.begun_at, s.seen_at, s.expires_at
FROM accounts.sessions AS s JOIN accounts.tokens AS t ON t.hash = s.token
WHERE s.ended_at IS NULL AND s.expires_at > clock_timestamp() AND s.seen_at + s.idle > clock_timestamp()
  AND t.revoked_at IS NULL AND t.expires_at > clock_timestamp();

-- One begins on a token that holds; false where it does not.
CREATE FUNCTION accounts.begin_session(id bytea, by_token bytea, place text, unused interval, whole interval)
RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH begun AS (
        INSERT INTO accounts.sessions (hash, token, address, idle, expires_at)
        SELECT id, t.hash, left(place, 64), unused, least(clock_timestamp() + whole, t.expires_at)
        FROM accounts.tokens AS t
        WHERE t.hash = by_token AND t.revoked_at IS NULL AND t.expires_at > clock_timestamp() RETURNING 1
    )
    SELECT EXISTS (SELECT FROM begun)
$$;
REVOKE ALL ON FUNCTION accounts.begin_session FROM PUBLIC;

-- Whose session it is, where it is open; that it was used is written once in half a minute.
CREATE FUNCTION accounts.use_session(id bytea) RETURNS SETOF accounts.open_sessions
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE accounts.sessions AS s SET seen_at = clock_timestamp()
    WHERE s.hash = id AND s.seen_at < clock_timestamp() - least(interval '30 seconds', s.idle / 4)
      AND EXISTS (SELECT FROM accounts.open_sessions AS o WHERE o.hash = id);
    SELECT * FROM accounts.open_sessions WHERE hash = id
$$;
REVOKE ALL ON FUNCTION accounts.use_session FROM PUBLIC;

CREATE FUNCTION accounts.sessions_of(whose uuid) RETURNS SETOF accounts.open_sessions
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM accounts.open_sessions WHERE holder = whose ORDER BY begun_at DESC, hash
$$;
REVOKE ALL ON FUNCTION accounts.sessions_of FROM PUBLIC;

-- A holder's open sessions are ended: the one whose hash begins so, or all; how many it were. Each leaves a line.
CREATE FUNCTION accounts.end_sessions(whose uuid, beginning text) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH ended AS (
        UPDATE accounts.sessions AS s SET ended_at = clock_timestamp()
        FROM accounts.open_sessions AS o
        WHERE o.hash = s.hash AND o.holder = whose AND starts_with(encode(s.hash, 'hex'), coalesce(beginning, ''))
        RETURNING s.token
    ), noted AS (
        INSERT INTO security.log (what, outcome, who, token, detail)
        SELECT 'session-ended', 'done', whose, left(encode(token, 'hex'), 16), '' FROM ended
    )
    SELECT count(*) FROM ended
$$;
REVOKE ALL ON FUNCTION accounts.end_sessions FROM PUBLIC;

ALTER TABLE security.log DROP CONSTRAINT log_what_check;
ALTER TABLE security.log ADD CONSTRAINT log_what_check
    CHECK (what IN ('sign-in', 'session-ended', 'token', 'access', 'token-made', 'token-revoked'));

-- Whoever serves begins, uses and ends sessions by these functions alone, and cannot read the table.
REVOKE ALL ON accounts.sessions, accounts.open_sessions FROM concord_writer;
GRANT EXECUTE ON FUNCTION accounts.begin_session, accounts.use_session, accounts.sessions_of, accounts.end_sessions
    TO concord_writer;
GRANT SELECT ON accounts.open_sessions TO concord_accounts;
GRANT EXECUTE ON FUNCTION accounts.end_sessions TO concord_accounts;
