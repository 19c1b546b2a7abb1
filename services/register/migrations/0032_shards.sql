-- What feeds each projection, and how far each shard of those fed from Kafka is.
ALTER TABLE projections.position
    ADD COLUMN feed text NOT NULL DEFAULT 'database' CHECK (feed IN ('database', 'kafka'));
COMMENT ON COLUMN projections.position.feed IS 'Where its events come from; fed from Kafka, rows may be ahead of the position, never behind';

CREATE TABLE projections.shards (
    topic       text        NOT NULL,
    partition   int         NOT NULL CHECK (partition >= 0),
    next_offset bigint      NOT NULL DEFAULT 0 CHECK (next_offset >= 0),
    taken       bigint      NOT NULL DEFAULT 0 CHECK (taken >= 0),
    covered     bigint      NOT NULL DEFAULT 0 CHECK (covered >= taken),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (topic, partition)
);
COMMENT ON COLUMN projections.shards.next_offset IS 'The next message of the partition; moved in the transaction of the rows';
COMMENT ON COLUMN projections.shards.taken IS 'Log position of the last event taken in; what is not above it is a double';
COMMENT ON COLUMN projections.shards.covered IS 'No event of the partition up to this log position is outstanding';
GRANT SELECT, INSERT, UPDATE, DELETE ON projections.shards TO concord_projector;
GRANT SELECT ON projections.shards TO concord_writer, concord_reader;
