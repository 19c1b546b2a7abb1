-- Letters on their way to units: by mail, to the province's message platform, to a folder for printing.

-- As in the foundation, the connecting user makes the schema: the owner of tables has no right to make one.
RESET ROLE;
CREATE SCHEMA outbox AUTHORIZATION concord_owner;
SET LOCAL ROLE concord_owner;

CREATE TABLE outbox.messages (
    number     bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    unit       uuid        NOT NULL,
    cause      text        NOT NULL CHECK (cause <> ''),
    channel    text        NOT NULL CHECK (channel IN ('mail', 'platform', 'print')),
    state      text        NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'sent', 'given_up', 'unaddressed', 'settled')),
    tries      int         NOT NULL DEFAULT 0 CHECK (tries >= 0),
    error      text,
    proof      text,
    queued_at  timestamptz NOT NULL DEFAULT now(),
    next_try   timestamptz NOT NULL DEFAULT now(),
    settled_at timestamptz,
    UNIQUE (unit, cause, channel),
    CONSTRAINT sent_has_proof CHECK ((state = 'sent') = (proof IS NOT NULL)),
    CONSTRAINT over_has_a_moment CHECK ((state = 'waiting') = (settled_at IS NULL))
);
COMMENT ON COLUMN outbox.messages.cause IS '"entry/<version>" of the unit''s stream, or "duty/<key>/<due>" of a reminder';
COMMENT ON COLUMN outbox.messages.state IS 'unaddressed: the unit has no address of that kind; settled: there is nothing to tell any more';
COMMENT ON COLUMN outbox.messages.proof IS 'What the mail server or the platform answered, or the name of the printed file; never an address';
CREATE INDEX messages_waiting ON outbox.messages (channel, next_try) WHERE state = 'waiting';
CREATE INDEX messages_unit ON outbox.messages (unit, number);

GRANT USAGE ON SCHEMA outbox TO concord_writer;
GRANT SELECT, INSERT, UPDATE ON outbox.messages TO concord_writer;
