CREATE TABLE {table} (
    unit           uuid        NOT NULL,
    version        int         NOT NULL,
    position       bigint      NOT NULL,
    type           text        NOT NULL,
    chapter        text        NOT NULL,
    recorded_at    timestamptz NOT NULL,
    effective_on   date        NOT NULL,
    actor          uuid        NOT NULL,
    actor_kind     text        NOT NULL,
    post           text        NOT NULL,
    house          text,
    level          text,
    place          text        NOT NULL,
    rule           text,
    clause         text,
    pack           text,
    zh             text        NOT NULL,
    en             text        NOT NULL,
    event          jsonb       NOT NULL,
    voided_by      int,
    command_id     uuid        NOT NULL,
    correlation_id uuid        NOT NULL,
    causation_id   uuid
);
COMMENT ON COLUMN {table}.chapter IS 'Of the life of a unit, by which the timeline folds';
COMMENT ON COLUMN {table}.place IS 'Of the post in which the actor acted';
COMMENT ON COLUMN {table}.rule IS 'The rule that allowed the act, with its clause, by the pack of that day';
COMMENT ON COLUMN {table}.event IS 'The fields of the event; personal data masked';
COMMENT ON COLUMN {table}.voided_by IS 'Version of the entry by which this one was voided';
