-- The bytes of papers, by their digest: stored once, never changed, never removed.

-- As in the foundation, the connecting user makes the schema: the owner of tables has no right to make one.
RESET ROLE;
CREATE SCHEMA documents AUTHORIZATION concord_owner;
SET LOCAL ROLE concord_owner;

CREATE TABLE documents.content (
    sha256     bytea       PRIMARY KEY CHECK (octet_length(sha256) = 32),
    media_type text        NOT NULL CHECK (media_type <> ''),
    size       bigint      NOT NULL CHECK (size = octet_length(bytes)),
    bytes      bytea       NOT NULL,
    stored_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT digest_is_of_the_bytes CHECK (sha256 = pg_catalog.sha256(bytes))
);
COMMENT ON TABLE documents.content IS 'Content-addressed: entries name a paper by the SHA-256 of its bytes';

-- Papers are compressed already.
ALTER TABLE documents.content ALTER COLUMN bytes SET STORAGE EXTERNAL;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON documents.content
    FOR EACH STATEMENT EXECUTE FUNCTION register.refuse_change();
ALTER TABLE documents.content ENABLE ALWAYS TRIGGER append_only;

GRANT USAGE ON SCHEMA documents TO concord_writer, concord_reader;
GRANT SELECT, INSERT ON documents.content TO concord_writer;
GRANT SELECT ON documents.content TO concord_reader;
