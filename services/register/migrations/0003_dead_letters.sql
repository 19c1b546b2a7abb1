-- Messages that could not be taken in, kept with their reason until somebody replays or parks them.
CREATE TABLE intake.dead_letters (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    channel     text        NOT NULL,
    binding     text        NOT NULL CHECK (binding IN ('kafka', 'http')),
    sender      uuid,
    source      text,
    external_id text,
    class       text        NOT NULL,
    reason      text        NOT NULL,
    key         bytea,
    headers     jsonb       NOT NULL DEFAULT '[]',
    message     bytea       NOT NULL,
    fingerprint bytea       NOT NULL CHECK (octet_length(fingerprint) = 32),
    status      text        NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'replayed', 'parked')),
    received_at timestamptz NOT NULL DEFAULT now(),
    attempts    int         NOT NULL DEFAULT 1 CHECK (attempts > 0),
    resolved_at timestamptz,
    CONSTRAINT resolved_or_waiting CHECK ((status = 'waiting') = (resolved_at IS NULL))
);
COMMENT ON COLUMN intake.dead_letters.channel IS 'Where it came in: http, or a topic';
COMMENT ON COLUMN intake.dead_letters.binding IS 'The protocol binding of CloudEvents by which it came, and is read again';
COMMENT ON COLUMN intake.dead_letters.sender IS 'The stream of the source whose token brought it; empty on a wire';
COMMENT ON COLUMN intake.dead_letters.class IS 'What kind of failure: the code of the newest error';
COMMENT ON COLUMN intake.dead_letters.headers IS 'In their order: [name, value]; {"base64": …} where the value is no UTF-8';
COMMENT ON COLUMN intake.dead_letters.fingerprint IS 'SHA-256 of channel, binding, sender, headers, key and message as kept: the same waiting message is kept once';
CREATE UNIQUE INDEX dead_letters_same ON intake.dead_letters (fingerprint) WHERE status = 'waiting';
CREATE INDEX dead_letters_waiting ON intake.dead_letters (received_at, id) WHERE status = 'waiting';

-- Every verdict on a letter, in order: the newest one stands on the letter itself.
CREATE TABLE intake.dead_letter_reasons (
    id     bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    letter bigint      NOT NULL REFERENCES intake.dead_letters ON DELETE CASCADE,
    at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    class  text        NOT NULL,
    reason text        NOT NULL
);
CREATE INDEX dead_letter_reasons_letter ON intake.dead_letter_reasons (letter, id);

CREATE FUNCTION intake.keep_reason() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO intake.dead_letter_reasons (letter, class, reason) VALUES (NEW.id, NEW.class, NEW.reason);
    RETURN NULL;
END
$$;

CREATE TRIGGER first_reason AFTER INSERT ON intake.dead_letters
    FOR EACH ROW EXECUTE FUNCTION intake.keep_reason();
CREATE TRIGGER further_reason AFTER UPDATE OF class, reason ON intake.dead_letters
    FOR EACH ROW WHEN ((OLD.class, OLD.reason) IS DISTINCT FROM (NEW.class, NEW.reason))
    EXECUTE FUNCTION intake.keep_reason();
