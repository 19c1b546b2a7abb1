-- Messages that could not be taken in, kept with their reason until somebody replays or parks them.
CREATE TABLE intake.dead_letters (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    channel     text        NOT NULL,
    source      text,
    external_id text,
    class       text        NOT NULL,
    reason      text        NOT NULL,
    message     bytea       NOT NULL,
    headers     jsonb       NOT NULL DEFAULT '{}',
    status      text        NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'replayed', 'parked')),
    received_at timestamptz NOT NULL DEFAULT now(),
    attempts    int         NOT NULL DEFAULT 1 CHECK (attempts > 0),
    resolved_at timestamptz,
    CONSTRAINT resolved_or_waiting CHECK ((status = 'waiting') = (resolved_at IS NULL))
);
COMMENT ON COLUMN intake.dead_letters.channel IS 'Where it came in: http, or a topic';
COMMENT ON COLUMN intake.dead_letters.class IS 'What kind of failure: the code of the error';
CREATE INDEX dead_letters_waiting ON intake.dead_letters (received_at, id) WHERE status = 'waiting';
