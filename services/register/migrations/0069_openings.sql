-- Who opened which sealed fields, and why: written before anybody sees them.

CREATE TABLE security.openings (
    id      bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    who     uuid        NOT NULL,
    post    text        NOT NULL,
    address text        CHECK (length(address) <= 64),
    stream  uuid        NOT NULL,
    version int         NOT NULL CHECK (version > 0),
    fields  text[]      NOT NULL CHECK (cardinality(fields) > 0),
    reason  text        NOT NULL CHECK (length(reason) BETWEEN 1 AND 2000),
    login   text        NOT NULL DEFAULT session_user
);
CREATE INDEX openings_stream ON security.openings (stream, id);
COMMENT ON COLUMN security.openings.fields IS 'Paths within the event, as a/b; never what stood in them';

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON security.openings
    FOR EACH STATEMENT EXECUTE FUNCTION register.refuse_change();
ALTER TABLE security.openings ENABLE ALWAYS TRIGGER append_only;

CREATE FUNCTION security.note_opening(
    who uuid, post text, address text, stream uuid, version int, fields text[], reason text
) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO security.openings (who, post, address, stream, version, fields, reason)
    VALUES (who, post, left(address, 64), stream, version, fields, reason)
$$;
REVOKE ALL ON FUNCTION security.note_opening FROM PUBLIC;

CREATE FUNCTION security.openings_of(whose uuid)
RETURNS TABLE (at timestamptz, who uuid, post text, version int, fields text[], reason text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT o.at, o.who, o.post, o.version, o.fields, o.reason
    FROM security.openings AS o WHERE o.stream = whose ORDER BY o.id DESC LIMIT 500
$$;
REVOKE ALL ON FUNCTION security.openings_of FROM PUBLIC;

GRANT EXECUTE ON FUNCTION security.note_opening, security.openings_of TO concord_writer;
GRANT SELECT ON security.openings TO concord_security;
