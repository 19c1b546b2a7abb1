-- Tokens of machines: asked for by one administrator and confirmed by another, for some uses, of a place, until a day.
-- Nobody signs in on a page with one.

ALTER TABLE accounts.tokens ADD COLUMN uses text[] CHECK (cardinality(uses) > 0);
ALTER TABLE accounts.tokens ADD COLUMN place text CHECK (place IS NULL OR (place ~ '^[0-9]{6}$' AND uses IS NOT NULL));
COMMENT ON COLUMN accounts.tokens.uses IS 'What a machine may do with it; NULL: all that its holder may';
COMMENT ON COLUMN accounts.tokens.place IS 'Where a machine reads with it; NULL: wherever its holder does';

CREATE TABLE accounts.token_requests (
    hash       bytea       PRIMARY KEY CHECK (octet_length(hash) = 32),
    holder     uuid        NOT NULL,
    kind       text        NOT NULL CHECK (kind IN ('source', 'system')),
    label      text        NOT NULL CHECK (length(label) BETWEEN 1 AND 200),
    uses       text[]      NOT NULL CHECK (cardinality(uses) > 0),
    place      text        NOT NULL CHECK (place ~ '^[0-9]{6}$'),
    days       int         NOT NULL CHECK (days BETWEEN 1 AND 366),
    asked_by   uuid        NOT NULL,
    asked_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    settled_by uuid,
    settled_at timestamptz,
    confirmed  boolean,
    CHECK (NOT confirmed OR settled_by <> asked_by)
);
COMMENT ON COLUMN accounts.token_requests.hash IS 'SHA-256 of the token that was shown to who asked; it holds from the confirmation';

CREATE VIEW accounts.open_token_requests AS
SELECT left(encode(hash, 'hex'), 16) AS name, holder, kind, label, uses, place, days, asked_by, asked_at
FROM accounts.token_requests
WHERE settled_at IS NULL AND asked_at + interval '72 hours' > clock_timestamp();

CREATE VIEW accounts.machine_tokens AS
SELECT left(encode(hash, 'hex'), 16) AS name, holder, kind, label, uses, place, created_at, expires_at, revoked_at
FROM accounts.tokens WHERE uses IS NOT NULL;

CREATE FUNCTION accounts.machine_tokens_made() RETURNS SETOF accounts.machine_tokens
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM accounts.machine_tokens ORDER BY created_at DESC, name LIMIT 200
$$;

CREATE FUNCTION accounts.token_requests_open() RETURNS SETOF accounts.open_token_requests
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM accounts.open_token_requests ORDER BY asked_at, name
$$;

-- An administrator asks. False where the session is over.
CREATE FUNCTION accounts.ask_token(
    session bytea, token bytea, whose uuid, as_kind text, says text, for_uses text[], at_place text, for_days int
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    asking uuid := accounts.signed_in(session);
BEGIN
    IF asking IS NULL THEN
        RETURN false;
    END IF;
    INSERT INTO accounts.token_requests (hash, holder, kind, label, uses, place, days, asked_by)
        VALUES (token, whose, as_kind, says, for_uses, at_place, for_days, asking);
    PERFORM accounts.note_person('account', asking, 'token asked for ' || left(encode(token, 'hex'), 16));
    RETURN true;
END
$$;

-- Another administrator confirms, and it holds from then on. Whether it was done.
CREATE FUNCTION accounts.confirm_token(session bytea, called text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    confirming uuid := accounts.signed_in(session);
    asked accounts.token_requests;
BEGIN
    UPDATE accounts.token_requests AS r SET settled_by = confirming, settled_at = clock_timestamp(), confirmed = true
        FROM accounts.open_token_requests AS o
        WHERE o.name = called AND left(encode(r.hash, 'hex'), 16) = o.name
          AND confirming IS NOT NULL AND confirming <> r.asked_by
        RETURNING r.* INTO asked;
    IF asked.hash IS NULL THEN
        RETURN false;
    END IF;
    INSERT INTO accounts.tokens (hash, holder, kind, label, uses, place, expires_at)
        VALUES (asked.hash, asked.holder, asked.kind, asked.label, asked.uses, asked.place,
                clock_timestamp() + asked.days * interval '1 day');
    PERFORM accounts.note_person('account', confirming, 'token confirmed ' || called);
    RETURN true;
END
$$;

-- Who asked withdraws it, or another turns it down.
CREATE FUNCTION accounts.drop_token(session bytea, called text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    dropping uuid := accounts.signed_in(session);
BEGIN
    UPDATE accounts.token_requests AS r SET settled_by = dropping, settled_at = clock_timestamp(), confirmed = false
        FROM accounts.open_token_requests AS o
        WHERE o.name = called AND left(encode(r.hash, 'hex'), 16) = o.name AND dropping IS NOT NULL;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM accounts.note_person('account', dropping, 'token request dropped ' || called);
    RETURN true;
END
$$;

-- One administrator revokes a machine's token alone: to stop one is urgent, and gives nobody anything.
CREATE FUNCTION accounts.revoke_machine_token(session bytea, called text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    revoking uuid := accounts.signed_in(session);
BEGIN
    UPDATE accounts.tokens SET revoked_at = clock_timestamp()
        WHERE uses IS NOT NULL AND left(encode(hash, 'hex'), 16) = called AND revoked_at IS NULL AND revoking IS NOT NULL;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM accounts.note_person('account', revoking, 'token revoked ' || called);
    RETURN true;
END
$$;

-- A token can be revoked and changed in nothing else, in what it is for neither.
CREATE OR REPLACE FUNCTION accounts.only_revoke() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL
            AND (NEW.hash, NEW.holder, NEW.kind, NEW.label, NEW.created_at, NEW.expires_at)
              = (OLD.hash, OLD.holder, OLD.kind, OLD.label, OLD.created_at, OLD.expires_at)
            AND (NEW.unit, NEW.uses, NEW.place) IS NOT DISTINCT FROM (OLD.unit, OLD.uses, OLD.place)
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a token can only be revoked, and once revoked stays so' USING ERRCODE = 'insufficient_privilege';
END
$$;

-- A session begins on a token that holds and is no machine's; false where there is none.
CREATE OR REPLACE FUNCTION accounts.begin_session(id bytea, by_token bytea, place text, unused interval, whole interval)
RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH begun AS (
        INSERT INTO accounts.sessions (hash, token, address, idle, expires_at)
        SELECT id, t.hash, left(begin_session.place, 64), unused, least(clock_timestamp() + whole, t.expires_at)
        FROM accounts.tokens AS t
        WHERE t.hash = by_token AND t.uses IS NULL AND t.revoked_at IS NULL AND t.expires_at > clock_timestamp()
        RETURNING 1
    )
    SELECT EXISTS (SELECT FROM begun)
$$;

REVOKE ALL ON accounts.token_requests, accounts.open_token_requests, accounts.machine_tokens FROM concord_writer;
REVOKE ALL ON FUNCTION accounts.machine_tokens_made, accounts.token_requests_open, accounts.ask_token,
    accounts.confirm_token, accounts.drop_token, accounts.revoke_machine_token FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounts.machine_tokens_made, accounts.token_requests_open, accounts.ask_token,
    accounts.confirm_token, accounts.drop_token, accounts.revoke_machine_token TO concord_writer;
