-- What somebody has begun to fill in and not sent yet, sealed by the key file: theirs alone, and gone when it is sent.
CREATE TABLE accounts.drafts (
    holder   uuid        NOT NULL,
    address  text        NOT NULL CHECK (length(address) <= 300),
    sealed   bytea       NOT NULL CHECK (octet_length(sealed) <= 1048576),
    saved_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (holder, address)
);
COMMENT ON COLUMN accounts.drafts.address IS 'The path of the form';
COMMENT ON COLUMN accounts.drafts.sealed IS 'JSON of what was typed, by the names of the controls; phrases and identity numbers are never in it';
REVOKE ALL ON accounts.drafts FROM concord_writer;
GRANT SELECT, INSERT, UPDATE, DELETE ON accounts.drafts TO concord_writer;
