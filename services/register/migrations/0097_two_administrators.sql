-- Links and second factors take two administrators (T-04): one asks, another confirms. The link is shown to who
-- confirms, a code for it to who asked: neither can use it alone.

CREATE TABLE accounts.requests (
    id         uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    what       text        NOT NULL CHECK (what IN ('link', 'second-factor')),
    name       text        NOT NULL REFERENCES accounts.people (name),
    code       bytea       CHECK (octet_length(code) = 32),
    asked_by   uuid        NOT NULL,
    asked_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz NOT NULL,
    settled_by uuid,
    settled_at timestamptz,
    confirmed  boolean,
    CHECK ((what = 'link') = (code IS NOT NULL)),
    CHECK (NOT confirmed OR settled_by <> asked_by)
);
COMMENT ON COLUMN accounts.requests.code IS 'SHA-256 of the code that who asked hands over, beside the link that who confirms does';
COMMENT ON COLUMN accounts.requests.confirmed IS 'False: turned down or withdrawn; NULL: it waits';

CREATE VIEW accounts.open_requests AS
SELECT r.id, r.what, r.name, r.asked_by, r.asked_at, r.expires_at, p.holder
FROM accounts.requests AS r JOIN accounts.known_people AS p USING (name)
WHERE r.settled_at IS NULL AND r.expires_at > clock_timestamp() AND p.open;

CREATE FUNCTION accounts.requests_open() RETURNS SETOF accounts.open_requests
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM accounts.open_requests ORDER BY asked_at, id
$$;

ALTER TABLE accounts.one_time_tokens ADD COLUMN code bytea CHECK (octet_length(code) = 32);
ALTER TABLE accounts.one_time_tokens ADD COLUMN wrong int NOT NULL DEFAULT 0;
COMMENT ON COLUMN accounts.one_time_tokens.code IS 'SHA-256 of what has to be given beside it; NULL: nothing';
COMMENT ON COLUMN accounts.one_time_tokens.wrong IS 'How often another code was given: the fifth voids it';

-- An administrator asks; what was asked before of the same sort for the same account is withdrawn. False where the
-- session is over.
CREATE FUNCTION accounts.ask_another(session bytea, wanted text, called text, handed bytea, until timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    asking uuid := accounts.signed_in(session);
BEGIN
    IF asking IS NULL THEN
        RETURN false;
    END IF;
    UPDATE accounts.requests SET settled_by = asking, settled_at = clock_timestamp(), confirmed = false
        WHERE what = wanted AND name = called AND settled_at IS NULL;
    INSERT INTO accounts.requests (what, name, code, asked_by, expires_at)
        SELECT wanted, p.name, handed, asking, least(until, clock_timestamp() + interval '7 days')
        FROM accounts.known_people AS p WHERE p.name = called AND p.open;
    PERFORM accounts.note_person('account', asking, wanted || ' asked for ' || called);
    RETURN true;
END
$$;

-- Another administrator confirms: the link is good from then on, or the second factor is gone. Whether it was done.
CREATE FUNCTION accounts.confirm_request(session bytea, request uuid, link bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    confirming uuid := accounts.signed_in(session);
    asked accounts.requests;
BEGIN
    UPDATE accounts.requests AS r SET settled_by = confirming, settled_at = clock_timestamp(), confirmed = true
        FROM accounts.open_requests AS o
        WHERE o.id = r.id AND r.id = request AND confirming IS NOT NULL AND confirming <> r.asked_by AND confirming <> o.holder
        RETURNING r.* INTO asked;
    IF asked.id IS NULL THEN
        RETURN false;
    END IF;
    IF asked.what = 'link' THEN
        UPDATE accounts.one_time_tokens SET used_at = clock_timestamp()
            WHERE name = asked.name AND purpose = 'password' AND used_at IS NULL;
        INSERT INTO accounts.one_time_tokens (hash, name, purpose, code, expires_at)
            VALUES (link, asked.name, 'password', asked.code, asked.expires_at);
    ELSE
        UPDATE accounts.people SET secret = NULL WHERE name = asked.name;
    END IF;
    PERFORM accounts.note_person('account', confirming, asked.what || ' confirmed for ' || asked.name);
    RETURN true;
END
$$;

-- Who asked withdraws it, or another turns it down.
CREATE FUNCTION accounts.drop_request(session bytea, request uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    dropping uuid := accounts.signed_in(session);
    called text;
BEGIN
    UPDATE accounts.requests SET settled_by = dropping, settled_at = clock_timestamp(), confirmed = false
        WHERE id = request AND settled_at IS NULL AND dropping IS NOT NULL RETURNING name INTO called;
    IF called IS NULL THEN
        RETURN false;
    END IF;
    PERFORM accounts.note_person('account', dropping, 'request dropped for ' || called);
    RETURN true;
END
$$;

-- A link is good with its code alone; the fifth wrong one voids it.
DROP FUNCTION accounts.choose_by_link(bytea, text, bytea[]);
CREATE FUNCTION accounts.choose_by_link(link bytea, given bytea, new_password text, codes bytea[]) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found accounts.one_time_tokens;
BEGIN
    SELECT o.* INTO found FROM accounts.one_time_tokens AS o JOIN accounts.open_one_time_tokens AS p USING (hash)
        WHERE o.hash = link AND o.purpose = 'password' FOR UPDATE OF o;
    IF found.hash IS NULL THEN
        RETURN NULL;
    END IF;
    IF found.code IS DISTINCT FROM given AND found.code IS NOT NULL THEN
        UPDATE accounts.one_time_tokens
            SET wrong = wrong + 1, used_at = CASE WHEN wrong + 1 >= 5 THEN clock_timestamp() END WHERE hash = link;
        RETURN NULL;
    END IF;
    UPDATE accounts.one_time_tokens SET used_at = clock_timestamp() WHERE hash = link;
    PERFORM accounts.chosen(found.name, new_password, codes);
    RETURN found.name;
END
$$;

DROP FUNCTION accounts.add_link(bytea, text, bytea, timestamptz);
DROP FUNCTION accounts.forget_second(bytea, text);

REVOKE ALL ON accounts.requests, accounts.open_requests FROM concord_writer;
REVOKE ALL ON FUNCTION accounts.requests_open, accounts.ask_another, accounts.confirm_request, accounts.drop_request,
    accounts.choose_by_link FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounts.requests_open, accounts.ask_another, accounts.confirm_request, accounts.drop_request,
    accounts.choose_by_link TO concord_writer;
