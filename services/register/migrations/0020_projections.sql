-- How far each projection is. Its own table is made by the projector from the projection's table.sql.
CREATE TABLE projections.position (
    name        text        PRIMARY KEY,
    version     int         NOT NULL,
    log         uuid        NOT NULL,
    position    bigint      NOT NULL CHECK (position >= 0),
    as_of       timestamptz,
    status      text        NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'stopped')),
    error       text,
    failed_at   bigint,
    rebuilding  jsonb,
    updated_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT stopped_says_why CHECK ((status = 'stopped') = (error IS NOT NULL))
);
COMMENT ON COLUMN projections.position.version IS 'Version of the projection by which its table was made';
COMMENT ON COLUMN projections.position.log IS 'The log (register.identity) whose events were taken in';
COMMENT ON COLUMN projections.position.position IS 'Position of the last event taken in; its rows are there in the same transaction';
COMMENT ON COLUMN projections.position.as_of IS 'When that event was recorded';
COMMENT ON COLUMN projections.position.failed_at IS 'Position of the event at which the projection stopped';
COMMENT ON COLUMN projections.position.rebuilding IS 'Progress of a rebuild beside: {"events", "total", "started_at"}; empty when there is none';
GRANT SELECT, INSERT, UPDATE, DELETE ON projections.position TO concord_projector;
GRANT SELECT ON projections.position TO concord_writer, concord_reader;
