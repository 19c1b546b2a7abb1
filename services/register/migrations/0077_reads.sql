-- Who looked at which file on a page: one line an officer and file in ten minutes, changed by nobody.
CREATE TABLE security.reads (
    id     bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    who    uuid        NOT NULL,
    post   text        NOT NULL CHECK (length(post) <= 200),
    stream uuid        NOT NULL,
    login  text        NOT NULL DEFAULT session_user
);
CREATE INDEX reads_stream ON security.reads (stream, id);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON security.reads
    FOR EACH STATEMENT EXECUTE FUNCTION register.refuse_change();
ALTER TABLE security.reads ENABLE ALWAYS TRIGGER append_only;

CREATE FUNCTION security.note_read(who uuid, post text, stream uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO security.reads (who, post, stream)
    SELECT note_read.who, left(note_read.post, 200), note_read.stream
    WHERE NOT EXISTS (
        SELECT FROM security.reads AS r WHERE r.stream = note_read.stream AND r.who = note_read.who
        AND r.at > clock_timestamp() - interval '10 minutes'
    )
$$;

CREATE FUNCTION security.reads_of(whose uuid) RETURNS TABLE (at timestamptz, who uuid, post text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT r.at, r.who, r.post FROM security.reads AS r WHERE r.stream = whose ORDER BY r.id DESC LIMIT 500
$$;
REVOKE ALL ON FUNCTION security.note_read, security.reads_of FROM PUBLIC;
GRANT EXECUTE ON FUNCTION security.note_read, security.reads_of TO concord_writer;
GRANT SELECT ON security.reads TO concord_security;
