-- What each verification saw: up to which position, and the digest of the log there. A log that was cut short or
-- changed since, and agrees with itself, does not agree with what was noted of it.
CREATE TABLE register.verifications (
    id       bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at       timestamptz NOT NULL DEFAULT now(),
    position bigint      NOT NULL CHECK (position >= 0),
    digest   bytea       NOT NULL CHECK (octet_length(digest) = 32),
    findings int         NOT NULL CHECK (findings >= 0)
);
COMMENT ON COLUMN register.verifications.digest IS 'SHA-256 over every event up to position, its columns and bytes, and its command''s digest';

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON register.verifications
    FOR EACH STATEMENT EXECUTE FUNCTION register.refuse_change();
ALTER TABLE register.verifications ENABLE ALWAYS TRIGGER append_only;

GRANT SELECT, INSERT ON register.verifications TO concord_writer;
GRANT SELECT ON register.verifications TO concord_reader;
