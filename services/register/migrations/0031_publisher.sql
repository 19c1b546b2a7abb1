-- How far the log was carried out, a channel (a Kafka topic); and who is sent it over HTTP.
CREATE TABLE register.published (
    channel    text        PRIMARY KEY CHECK (channel <> ''),
    log        uuid        NOT NULL,
    position   bigint      NOT NULL DEFAULT 0 CHECK (position >= 0),
    updated_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN register.published.position IS 'Everything up to here was acknowledged by the broker; what follows may have been';

CREATE TABLE register.webhooks (
    id         uuid        PRIMARY KEY,
    url        text        NOT NULL CHECK (url <> ''),
    secret     bytea       NOT NULL,
    commitment bytea       NOT NULL,
    types      text[]      CHECK (cardinality(types) > 0),
    position   bigint      NOT NULL CHECK (position >= 0),
    failures   int         NOT NULL DEFAULT 0 CHECK (failures >= 0),
    error      text,
    next_try   timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT failure_says_why CHECK ((failures > 0) = (error IS NOT NULL))
);
COMMENT ON COLUMN register.webhooks.secret IS 'The key that signs, wrapped by the key file';
COMMENT ON COLUMN register.webhooks.types IS 'Event types that are sent; all where empty';
COMMENT ON COLUMN register.webhooks.position IS 'Everything up to here was answered with 2xx';
COMMENT ON COLUMN register.webhooks.failures IS 'Tries in a row that failed since the last that did not';

GRANT SELECT, INSERT, UPDATE ON register.published TO concord_writer;
GRANT SELECT, INSERT, UPDATE, DELETE ON register.webhooks TO concord_writer;
GRANT SELECT ON register.published TO concord_projector, concord_reader;
