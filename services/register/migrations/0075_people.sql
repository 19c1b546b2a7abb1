-- Accounts of people: a name and a password, a second factor, codes for when either is lost.

-- Each stands on a token that nobody has seen in clear: sessions begin on it and end with it, as on any other.
CREATE TABLE accounts.people (
    name       text        PRIMARY KEY CHECK (name ~ '^[a-z0-9][a-z0-9._-]{2,39}$'),
    token      bytea       NOT NULL UNIQUE REFERENCES accounts.tokens (hash),
    password   text        CHECK (password LIKE '$argon2id$%'),
    secret     bytea,
    step       bigint      NOT NULL DEFAULT 0,
    made_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    changed_at timestamptz
);
COMMENT ON COLUMN accounts.people.name IS 'What one signs in with';
COMMENT ON COLUMN accounts.people.secret IS 'Of the second factor (RFC 6238), wrapped by the key file; NULL: none was set up';
COMMENT ON COLUMN accounts.people.step IS 'The last time step that was used: none is taken twice';

CREATE TABLE accounts.recovery_codes (
    hash    bytea       PRIMARY KEY CHECK (octet_length(hash) = 32),
    name    text        NOT NULL REFERENCES accounts.people (name),
    used_at timestamptz
);
COMMENT ON COLUMN accounts.recovery_codes.hash IS 'SHA-256 of a code of 120 random bits';
CREATE INDEX recovery_codes_name ON accounts.recovery_codes (name);

CREATE TABLE accounts.one_time_tokens (
    hash       bytea       PRIMARY KEY CHECK (octet_length(hash) = 32),
    name       text        NOT NULL REFERENCES accounts.people (name),
    purpose    text        NOT NULL CHECK (purpose IN ('password', 'second-factor')),
    payload    bytea,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);
COMMENT ON COLUMN accounts.one_time_tokens.purpose IS 'password: may choose one; second-factor: has given the password';
COMMENT ON COLUMN accounts.one_time_tokens.payload IS 'A new secret that is being set up, wrapped';

CREATE VIEW accounts.known_people AS
SELECT p.name, t.holder, t.kind, t.unit, t.label, p.token, p.password, p.secret, p.step,
       t.revoked_at IS NULL AND t.expires_at > clock_timestamp() AS open
FROM accounts.people AS p JOIN accounts.tokens AS t ON t.hash = p.token;

CREATE VIEW accounts.open_one_time_tokens AS
SELECT o.hash, o.name, o.purpose, o.payload FROM accounts.one_time_tokens AS o JOIN accounts.known_people AS p USING (name)
WHERE o.used_at IS NULL AND o.expires_at > clock_timestamp() AND p.open;

CREATE FUNCTION accounts.person(called text) RETURNS SETOF accounts.known_people
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM accounts.known_people WHERE name = called AND open
$$;

CREATE FUNCTION accounts.people_of(whose uuid[]) RETURNS SETOF accounts.known_people
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM accounts.known_people WHERE holder = ANY (whose) AND open ORDER BY name
$$;

CREATE FUNCTION accounts.person_signed_in(session bytea) RETURNS SETOF accounts.known_people
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT p.* FROM accounts.known_people AS p JOIN accounts.sessions AS s ON s.token = p.token
    JOIN accounts.open_sessions AS o ON o.hash = s.hash WHERE s.hash = session
$$;

-- Who has an open session; nobody else makes accounts or links. What they may is asked before.
CREATE FUNCTION accounts.signed_in(session bytea) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT holder FROM accounts.open_sessions WHERE hash = session
$$;

CREATE FUNCTION accounts.note_person(what text, whose uuid, said text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO security.log (what, outcome, who, detail) VALUES (what, 'done', whose, said)
$$;

-- A new account without a password; false where the name is taken, or the session is over.
CREATE FUNCTION accounts.add_person(session bytea, called text, unseen bytea, whose uuid, as_kind text, of_unit uuid, says text)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    made_by uuid := accounts.signed_in(session);
BEGIN
    IF made_by IS NULL OR EXISTS (SELECT FROM accounts.people WHERE name = called) THEN
        RETURN false;
    END IF;
    INSERT INTO accounts.tokens (hash, holder, kind, unit, label, expires_at)
        VALUES (unseen, whose, as_kind, of_unit, says, timestamptz '9999-01-01 00:00+00');
    INSERT INTO accounts.people (name, token) VALUES (called, unseen);
    PERFORM accounts.note_person('account', made_by, 'made ' || called);
    RETURN true;
END
$$;

-- A link by which a password is chosen, once, until then; those before are void. False where the session is over.
CREATE FUNCTION accounts.add_link(session bytea, called text, link bytea, until timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    made_by uuid := accounts.signed_in(session);
BEGIN
    IF made_by IS NULL THEN
        RETURN false;
    END IF;
    UPDATE accounts.one_time_tokens SET used_at = clock_timestamp()
        WHERE name = called AND purpose = 'password' AND used_at IS NULL;
    INSERT INTO accounts.one_time_tokens (hash, name, purpose, expires_at)
        SELECT link, p.name, 'password', least(until, clock_timestamp() + interval '7 days')
        FROM accounts.known_people AS p WHERE p.name = called AND p.open;
    PERFORM accounts.note_person('account', made_by, 'link for ' || called);
    RETURN FOUND;
END
$$;

CREATE FUNCTION accounts.one_time(id bytea, wanted text) RETURNS SETOF accounts.open_one_time_tokens
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM accounts.open_one_time_tokens WHERE hash = id AND purpose = wanted
$$;

-- A password was chosen: all sessions end, codes that were given before are void.
CREATE FUNCTION accounts.chosen(called text, chosen text, codes bytea[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE accounts.people SET password = chosen, changed_at = clock_timestamp() WHERE name = called;
    IF codes IS NOT NULL THEN
        DELETE FROM accounts.recovery_codes WHERE name = called;
        INSERT INTO accounts.recovery_codes (hash, name) SELECT one, called FROM unnest(codes) AS one;
    END IF;
    UPDATE accounts.sessions SET ended_at = clock_timestamp()
        WHERE ended_at IS NULL AND token = (SELECT token FROM accounts.people WHERE name = called);
    PERFORM accounts.note_person('password', (SELECT holder FROM accounts.known_people WHERE name = called), 'chosen');
END
$$;
REVOKE ALL ON FUNCTION accounts.chosen FROM PUBLIC;

CREATE FUNCTION accounts.choose_by_link(link bytea, new_password text, codes bytea[]) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    called text;
BEGIN
    UPDATE accounts.one_time_tokens AS o SET used_at = clock_timestamp()
        FROM accounts.open_one_time_tokens AS p WHERE p.hash = o.hash AND o.hash = link AND o.purpose = 'password'
        RETURNING o.name INTO called;
    IF called IS NOT NULL THEN
        PERFORM accounts.chosen(called, new_password, codes);
    END IF;
    RETURN called;
END
$$;

-- A code is used once; whether there was one.
CREATE FUNCTION accounts.use_code(called text, code bytea) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH used AS (
        UPDATE accounts.recovery_codes SET used_at = clock_timestamp()
        WHERE name = called AND hash = code AND used_at IS NULL RETURNING 1
    ), noted AS (
        INSERT INTO security.log (what, outcome, who, detail)
        SELECT 'account', 'done', p.holder, 'recovery code used' FROM accounts.known_people AS p, used WHERE p.name = called
    )
    SELECT EXISTS (SELECT FROM used)
$$;

CREATE FUNCTION accounts.choose_by_code(called text, code bytea, new_password text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT accounts.use_code(called, code) THEN
        RETURN false;
    END IF;
    PERFORM accounts.chosen(called, new_password, NULL);
    RETURN true;
END
$$;

-- By whoever is signed in with it, whose password was asked for again before.
CREATE FUNCTION accounts.choose_signed_in(session bytea, new_password text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    called text;
BEGIN
    SELECT name INTO called FROM accounts.person_signed_in(session);
    IF called IS NOT NULL THEN
        PERFORM accounts.chosen(called, new_password, NULL);
    END IF;
    RETURN called;
END
$$;

-- New codes for whoever is signed in; those before are void.
CREATE FUNCTION accounts.new_codes(session bytea, codes bytea[]) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    called text;
BEGIN
    SELECT name INTO called FROM accounts.person_signed_in(session);
    IF called IS NULL THEN
        RETURN false;
    END IF;
    DELETE FROM accounts.recovery_codes WHERE name = called;
    INSERT INTO accounts.recovery_codes (hash, name) SELECT one, called FROM unnest(codes) AS one;
    RETURN true;
END
$$;

-- Who has given the password is to give the second factor, within five minutes; `new_secret` where one is set up.
CREATE FUNCTION accounts.ask_second(called text, id bytea, new_secret bytea) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO accounts.one_time_tokens (hash, name, purpose, payload, expires_at)
    SELECT id, p.name, 'second-factor', new_secret, clock_timestamp() + interval '5 minutes'
    FROM accounts.known_people AS p WHERE p.name = called AND p.open
$$;

-- The second factor was given for a time step that was not used yet, or (step NULL) a code was; the token to begin on.
CREATE FUNCTION accounts.second_given(id bytea, given_step bigint) RETURNS bytea
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    asked accounts.open_one_time_tokens;
    begun bytea;
BEGIN
    SELECT * INTO asked FROM accounts.open_one_time_tokens WHERE hash = id AND purpose = 'second-factor';
    IF asked.name IS NULL THEN
        RETURN NULL;
    END IF;
    UPDATE accounts.people AS p
        SET step = coalesce(given_step, p.step), secret = coalesce(asked.payload, p.secret)
        WHERE p.name = asked.name AND (given_step IS NULL OR p.step < given_step) RETURNING p.token INTO begun;
    IF begun IS NOT NULL THEN
        UPDATE accounts.one_time_tokens SET used_at = clock_timestamp() WHERE hash = id;
    END IF;
    RETURN begun;
END
$$;

-- An account is closed: its token is revoked, and its sessions end with it. Its name stays taken.
CREATE FUNCTION accounts.close_person(session bytea, called text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    made_by uuid := accounts.signed_in(session);
BEGIN
    IF made_by IS NULL THEN
        RETURN false;
    END IF;
    UPDATE accounts.tokens SET revoked_at = clock_timestamp()
        WHERE hash = (SELECT token FROM accounts.people WHERE name = called) AND revoked_at IS NULL;
    PERFORM accounts.note_person('account', made_by, 'closed ' || called);
    RETURN true;
END
$$;

-- Who lost both the second factor and the codes sets it up anew at the next sign-in.
CREATE FUNCTION accounts.forget_second(session bytea, called text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    made_by uuid := accounts.signed_in(session);
BEGIN
    IF made_by IS NULL THEN
        RETURN false;
    END IF;
    UPDATE accounts.people SET secret = NULL WHERE name = called;
    PERFORM accounts.note_person('account', made_by, 'second factor removed for ' || called);
    RETURN true;
END
$$;

ALTER TABLE security.log DROP CONSTRAINT log_what_check;
ALTER TABLE security.log ADD CONSTRAINT log_what_check CHECK (what IN (
    'sign-in', 'session-ended', 'token', 'access', 'token-made', 'token-revoked', 'account', 'password'));

REVOKE ALL ON accounts.people, accounts.recovery_codes, accounts.one_time_tokens, accounts.known_people,
    accounts.open_one_time_tokens FROM concord_writer;
REVOKE ALL ON FUNCTION accounts.person, accounts.person_signed_in, accounts.people_of, accounts.signed_in, accounts.note_person, accounts.add_person,
    accounts.add_link, accounts.one_time, accounts.choose_by_link, accounts.use_code, accounts.choose_by_code,
    accounts.choose_signed_in, accounts.new_codes, accounts.ask_second, accounts.second_given, accounts.close_person, accounts.forget_second
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounts.person, accounts.person_signed_in, accounts.people_of, accounts.add_person, accounts.add_link, accounts.one_time,
    accounts.choose_by_link, accounts.use_code, accounts.choose_by_code, accounts.choose_signed_in, accounts.new_codes, accounts.ask_second,
    accounts.second_given, accounts.close_person, accounts.forget_second TO concord_writer;
