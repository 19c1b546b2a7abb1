-- The data keys of sealed personal data: one a (subject, purpose), wrapped by the key file.
-- A destroyed key keeps its row, so that it can never be provisioned again; its wrapped bytes are gone.
CREATE TABLE keys.data_keys (
    kid          uuid        PRIMARY KEY,
    subject      uuid        NOT NULL,
    purpose      text        NOT NULL CHECK (purpose <> ''),
    wrapped      bytea       CHECK (octet_length(wrapped) = 60),
    commitment   bytea       NOT NULL CHECK (octet_length(commitment) = 32),
    created_at   timestamptz NOT NULL DEFAULT now(),
    destroyed_at timestamptz,
    UNIQUE (subject, purpose),
    CONSTRAINT destroyed_is_gone CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
)
-- Any dead row version may hold a destroyed key: vacuum at the first one, not at the fiftieth.
WITH (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0);

COMMENT ON COLUMN keys.data_keys.wrapped IS '12 bytes nonce, 32 bytes key encrypted by AES-256-GCM, 16 bytes tag';
COMMENT ON COLUMN keys.data_keys.commitment IS 'SHA-256("kc/v1" || key); stands in every envelope too';

CREATE FUNCTION keys.only_rewrap_or_destroy() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.destroyed_at IS NULL
            AND (NEW.kid, NEW.subject, NEW.purpose, NEW.commitment, NEW.created_at)
              = (OLD.kid, OLD.subject, OLD.purpose, OLD.commitment, OLD.created_at)
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a data key can only be rewrapped or destroyed, and once destroyed stays so'
        USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER only_rewrap_or_destroy BEFORE UPDATE OR DELETE ON keys.data_keys
    FOR EACH ROW EXECUTE FUNCTION keys.only_rewrap_or_destroy();
CREATE TRIGGER never_truncate BEFORE TRUNCATE ON keys.data_keys
    FOR EACH STATEMENT EXECUTE FUNCTION keys.only_rewrap_or_destroy();
ALTER TABLE keys.data_keys ENABLE ALWAYS TRIGGER only_rewrap_or_destroy;
ALTER TABLE keys.data_keys ENABLE ALWAYS TRIGGER never_truncate;
