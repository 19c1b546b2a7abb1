-- Least rights over accounts and keys, and the security log: who came, from where, what was refused.

-- As in the foundation, the connecting user makes the schema: the owner of tables has no right to make one.
RESET ROLE;
CREATE SCHEMA security AUTHORIZATION concord_owner;
SET LOCAL ROLE concord_owner;

CREATE TABLE security.log (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    what        text        NOT NULL CHECK (what IN ('sign-in', 'token', 'access', 'token-made', 'token-revoked')),
    outcome     text        NOT NULL CHECK (outcome IN ('done', 'refused')),
    who         uuid,
    token       text        CHECK (token ~ '^[0-9a-f]{16}$'),
    address     text        CHECK (length(address) <= 64),
    detail      text        CHECK (length(detail) <= 200),
    login       text        NOT NULL DEFAULT session_user,
    application text        NOT NULL DEFAULT current_setting('application_name')
);
CREATE INDEX security_log_at ON security.log (at);
COMMENT ON COLUMN security.log.what IS 'token: one that is unknown, expired or revoked was shown; access: something was asked that this account may not';
COMMENT ON COLUMN security.log.who IS 'The stream of the officer, source or system; never a name';
COMMENT ON COLUMN security.log.token IS 'The first 16 hexadecimal digits of the token''s hash: which token, and not the token';

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON security.log
    FOR EACH STATEMENT EXECUTE FUNCTION register.refuse_change();
ALTER TABLE security.log ENABLE ALWAYS TRIGGER append_only;

-- The one way in: a line is written, never read, by whoever serves.
CREATE FUNCTION security.note(what text, outcome text, who uuid, token text, address text, detail text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO security.log (what, outcome, who, token, address, detail)
    VALUES (what, outcome, who, token, left(address, 64), left(detail, 200))
$$;
REVOKE ALL ON FUNCTION security.note FROM PUBLIC;

-- Whoever makes or revokes a token, by whatever way, leaves a line.
CREATE FUNCTION accounts.note_token() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO security.log (what, outcome, who, token, detail)
    VALUES (CASE TG_OP WHEN 'INSERT' THEN 'token-made' ELSE 'token-revoked' END, 'done', NEW.holder,
            left(encode(NEW.hash, 'hex'), 16), NEW.kind);
    RETURN NULL;
END
$$;
CREATE TRIGGER note_token AFTER INSERT OR UPDATE OF revoked_at ON accounts.tokens
    FOR EACH ROW EXECUTE FUNCTION accounts.note_token();
ALTER TABLE accounts.tokens ENABLE ALWAYS TRIGGER note_token;

-- A token is revoked once, and is otherwise what it was made as.
CREATE FUNCTION accounts.only_revoke() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL
            AND (NEW.hash, NEW.holder, NEW.kind, NEW.label, NEW.created_at, NEW.expires_at)
              = (OLD.hash, OLD.holder, OLD.kind, OLD.label, OLD.created_at, OLD.expires_at)
            AND NEW.unit IS NOT DISTINCT FROM OLD.unit
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a token can only be revoked, and once revoked stays so' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER only_revoke BEFORE UPDATE OR DELETE ON accounts.tokens
    FOR EACH ROW EXECUTE FUNCTION accounts.only_revoke();
CREATE TRIGGER never_truncate BEFORE TRUNCATE ON accounts.tokens
    FOR EACH STATEMENT EXECUTE FUNCTION accounts.only_revoke();
ALTER TABLE accounts.tokens ENABLE ALWAYS TRIGGER only_revoke;
ALTER TABLE accounts.tokens ENABLE ALWAYS TRIGGER never_truncate;

-- A key is destroyed where the erasure of its subject is recorded, which takes two persons, and nowhere else.
CREATE FUNCTION keys.destroyed_when_erased() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.destroyed_at IS NOT NULL AND NOT EXISTS (
        SELECT FROM register.events AS e
        WHERE e.type = 'unit.personal-data-erased.v1'
          AND convert_from(e.state, 'UTF8')::jsonb #>> '{event,subject}' = OLD.subject::text
    ) THEN
        RAISE EXCEPTION 'the erasure of % is not recorded, and its key stays', OLD.subject
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER destroyed_when_erased BEFORE UPDATE OF destroyed_at ON keys.data_keys
    FOR EACH ROW EXECUTE FUNCTION keys.destroyed_when_erased();
ALTER TABLE keys.data_keys ENABLE ALWAYS TRIGGER destroyed_when_erased;

-- The one way to destroy keys: the subject's, of one purpose or all; how many there were.
CREATE FUNCTION keys.destroy(whose uuid, what text) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH gone AS (
        UPDATE keys.data_keys SET wrapped = NULL, destroyed_at = now()
        WHERE subject = whose AND purpose = coalesce(what, purpose) AND destroyed_at IS NULL RETURNING kid
    )
    SELECT count(*) FROM gone
$$;
REVOKE ALL ON FUNCTION keys.destroy FROM PUBLIC;

-- The writer looks tokens up and provisions keys; it makes no token and changes none, and changes no key.
ALTER DEFAULT PRIVILEGES IN SCHEMA keys, accounts REVOKE INSERT, UPDATE, DELETE ON TABLES FROM concord_writer;
REVOKE ALL ON accounts.tokens FROM concord_writer;
GRANT SELECT ON accounts.tokens TO concord_writer;
REVOKE ALL ON keys.data_keys FROM concord_writer;
GRANT SELECT, INSERT ON keys.data_keys TO concord_writer;
GRANT EXECUTE ON FUNCTION keys.destroy TO concord_writer;
REVOKE DELETE ON ALL TABLES IN SCHEMA intake FROM concord_writer;

GRANT USAGE ON SCHEMA accounts TO concord_accounts;
GRANT SELECT, INSERT ON accounts.tokens TO concord_accounts;
GRANT UPDATE (revoked_at) ON accounts.tokens TO concord_accounts;
GRANT USAGE ON SCHEMA security TO concord_writer, concord_security;
GRANT EXECUTE ON FUNCTION security.note TO concord_writer;
GRANT SELECT ON security.log TO concord_security;
