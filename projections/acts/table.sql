CREATE TABLE {table} (
    stream          uuid        NOT NULL,
    version         int         NOT NULL,
    position        bigint      NOT NULL,
    type            text        NOT NULL,
    decision        text,
    fact            boolean     NOT NULL,
    stream_kind     text        NOT NULL,
    unit            uuid,
    label           text        NOT NULL,
    place           text        NOT NULL,
    officer         uuid        NOT NULL,
    actor_kind      text        NOT NULL,
    post            text        NOT NULL,
    post_en         text        NOT NULL,
    house           text,
    level           text,
    office_place    text        NOT NULL,
    recorded_at     timestamptz NOT NULL,
    effective_on    date        NOT NULL,
    title           text,
    grounds         text[]      NOT NULL,
    rule            text,
    clause          text,
    pack            text,
    opinions        int[]       NOT NULL,
    evidence        int[]       NOT NULL,
    consent_ref     int,
    document_number text,
    zh              text        NOT NULL,
    en              text        NOT NULL,
    voided_by       int
);
COMMENT ON COLUMN {table}.stream IS 'What the act is on: a unit, an officer, a round …; stream_kind says which';
COMMENT ON COLUMN {table}.decision IS 'The imperative by which a person causes it; empty where only the register does';
COMMENT ON COLUMN {table}.fact IS 'Recorded as it comes, not decided at a version';
COMMENT ON COLUMN {table}.unit IS 'The stream, where it is a unit''s';
COMMENT ON COLUMN {table}.label IS 'As the stream was called after the act; place likewise';
COMMENT ON COLUMN {table}.place IS 'Of the stream; where it has none, that of the post';
COMMENT ON COLUMN {table}.officer IS 'Who acted: a person, a source or a system, by id';
COMMENT ON COLUMN {table}.post_en IS 'The post in English: role, house and place';
COMMENT ON COLUMN {table}.opinions IS 'Versions of the opinions that the act relied on';
COMMENT ON COLUMN {table}.evidence IS 'Versions of the entries that prove its grounds';
COMMENT ON COLUMN {table}.voided_by IS 'Version of the entry by which the act was voided';
