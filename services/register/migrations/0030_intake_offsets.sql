-- How far each partition of a topic has been taken in; moved in the transaction of the effect, and a fence:
-- who moves a row from another offset than the one that stands there is no longer its owner.
CREATE TABLE intake.offsets (
    topic       text        NOT NULL,
    partition   int         NOT NULL CHECK (partition >= 0),
    next_offset bigint      NOT NULL CHECK (next_offset >= 0),
    topic_id    text        NOT NULL,
    owner       text        NOT NULL,
    updated_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (topic, partition)
);
COMMENT ON COLUMN intake.offsets.next_offset IS 'Offset of the first message that has no effect yet';
COMMENT ON COLUMN intake.offsets.topic_id IS 'Which topic of that name: one made anew counts from 0 again';
COMMENT ON COLUMN intake.offsets.owner IS 'The process that moved it last, for people; the offset is the fence';

-- amendments that wait are found by the report they wait for
CREATE INDEX dead_letters_early ON intake.dead_letters (source, external_id)
    WHERE status = 'waiting' AND class = 'early';
