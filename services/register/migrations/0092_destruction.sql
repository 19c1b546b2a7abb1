-- Bytes of papers go when their time is over, and by no other way than a certificate that the log holds (T-27).

CREATE TABLE documents.destroyed (
    sha256       bytea       PRIMARY KEY CHECK (octet_length(sha256) = 32),
    certificate  uuid        NOT NULL,
    destroyed_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE documents.destroyed IS 'Which bytes were destroyed, by the command that stored their certificate';
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON documents.destroyed
    FOR EACH STATEMENT EXECUTE FUNCTION register.refuse_change();
ALTER TABLE documents.destroyed ENABLE ALWAYS TRIGGER append_only;
GRANT SELECT ON documents.destroyed TO concord_writer, concord_reader;

DROP TRIGGER append_only ON documents.content;
CREATE TRIGGER append_only BEFORE UPDATE OR TRUNCATE ON documents.content
    FOR EACH STATEMENT EXECUTE FUNCTION register.refuse_change();
ALTER TABLE documents.content ENABLE ALWAYS TRIGGER append_only;

CREATE FUNCTION documents.only_the_destroyed_go() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM documents.destroyed AS d WHERE d.sha256 = OLD.sha256) THEN
        RAISE EXCEPTION 'documents.content is append-only: no certificate names these bytes' USING ERRCODE = '42501';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER only_the_destroyed_go BEFORE DELETE ON documents.content
    FOR EACH ROW EXECUTE FUNCTION documents.only_the_destroyed_go();
ALTER TABLE documents.content ENABLE ALWAYS TRIGGER only_the_destroyed_go;

-- Destroy bytes that a certificate of the log names; how many were here. Safe to repeat.
CREATE FUNCTION documents.destroy(certificate uuid, wanted bytea[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    stated text;
    gone bigint;
BEGIN
    SELECT convert_from(e.state, 'UTF8') INTO stated FROM register.events AS e
    WHERE e.command_id = certificate AND e.type LIKE 'register.content-destroyed.%';
    IF stated IS NULL
        OR EXISTS (SELECT FROM unnest(wanted) AS w WHERE position(encode(w, 'hex') IN stated) = 0) THEN
        RAISE EXCEPTION 'no certificate % of the log names these bytes', certificate USING ERRCODE = '42501';
    END IF;
    INSERT INTO documents.destroyed (sha256, certificate)
        SELECT w, destroy.certificate FROM unnest(wanted) AS w ON CONFLICT DO NOTHING;
    DELETE FROM documents.content AS c WHERE c.sha256 = ANY (wanted);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$;
REVOKE ALL ON FUNCTION documents.destroy(uuid, bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION documents.destroy(uuid, bytea[]) TO concord_writer;

-- A key goes with the erasure of its subject, or with a certificate that names the subject.
CREATE OR REPLACE FUNCTION keys.destroyed_when_erased() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.destroyed_at IS NOT NULL AND NOT EXISTS (
        SELECT FROM register.events AS e
        WHERE e.type = 'unit.personal-data-erased.v1'
          AND convert_from(e.state, 'UTF8')::jsonb #>> '{event,subject}' = OLD.subject::text
    ) AND NOT EXISTS (
        SELECT FROM register.events AS e
        WHERE e.type = 'register.content-destroyed.v1'
          AND convert_from(e.state, 'UTF8')::jsonb #> '{event,items}'
              @> jsonb_build_array(jsonb_build_object('subject', OLD.subject::text))
    ) THEN
        RAISE EXCEPTION 'the erasure of % is not recorded, and its key stays', OLD.subject
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
