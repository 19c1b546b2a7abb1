-- Access tokens: only the hash of a token is kept, so a copy of this table opens nothing.
CREATE TABLE accounts.tokens (
    hash       bytea       PRIMARY KEY CHECK (octet_length(hash) = 32),
    holder     uuid        NOT NULL,
    kind       text        NOT NULL CHECK (kind <> ''),
    unit       uuid,
    label      text        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);

COMMENT ON COLUMN accounts.tokens.hash IS 'SHA-256 of the whole token; the token holds 256 random bits';
COMMENT ON COLUMN accounts.tokens.holder IS 'the stream of the officer, source or system that acts';

CREATE INDEX tokens_holder ON accounts.tokens (holder);
