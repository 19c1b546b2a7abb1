-- Bytes that were destroyed may be stored anew, and destroyed again under another certificate: a certificate lets go
-- what was stored before it was carried out, and nothing that came later.

ALTER TABLE documents.destroyed DROP CONSTRAINT destroyed_pkey;
ALTER TABLE documents.destroyed ADD PRIMARY KEY (sha256, certificate);

CREATE OR REPLACE FUNCTION documents.only_the_destroyed_go() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM documents.destroyed AS d WHERE d.sha256 = OLD.sha256 AND d.destroyed_at >= OLD.stored_at
    ) THEN
        RAISE EXCEPTION 'documents.content is append-only: no certificate names these bytes' USING ERRCODE = '42501';
    END IF;
    RETURN OLD;
END $$;

CREATE OR REPLACE FUNCTION documents.destroy(certificate uuid, wanted bytea[]) RETURNS bigint
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
    DELETE FROM documents.content AS c USING documents.destroyed AS d
    WHERE d.sha256 = c.sha256 AND d.sha256 = ANY (wanted) AND d.certificate = destroy.certificate
      AND d.destroyed_at >= c.stored_at;
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$;
