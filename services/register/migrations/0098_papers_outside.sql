-- Bytes of papers may lie outside the database, in the store that is set; what is known of them stays here.

ALTER TABLE documents.content ALTER COLUMN bytes DROP NOT NULL;
COMMENT ON COLUMN documents.content.bytes IS 'Null where they lie in the store that is set (CONCORD_PAPERS)';

-- Moved in or out is all that ever happens to a row: by its owner, and nothing else of it changes.
CREATE FUNCTION documents.only_bytes_move() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (NEW.sha256, NEW.media_type, NEW.size, NEW.stored_at)
            IS DISTINCT FROM (OLD.sha256, OLD.media_type, OLD.size, OLD.stored_at)
        OR (NEW.bytes IS NULL) = (OLD.bytes IS NULL) THEN
        RAISE EXCEPTION 'documents.content is append-only: bytes are moved, and never changed' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER append_only ON documents.content;
CREATE TRIGGER append_only BEFORE TRUNCATE ON documents.content
    FOR EACH STATEMENT EXECUTE FUNCTION register.refuse_change();
ALTER TABLE documents.content ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER only_bytes_move BEFORE UPDATE ON documents.content
    FOR EACH ROW EXECUTE FUNCTION documents.only_bytes_move();
ALTER TABLE documents.content ENABLE ALWAYS TRIGGER only_bytes_move;
