-- The nation's copy of every province's log, and how far each province's feed is.

-- As in the foundation, the connecting user makes the schema: the owner of tables has no right to make one.
RESET ROLE;
CREATE SCHEMA nation AUTHORIZATION concord_owner;
SET LOCAL ROLE concord_owner;

GRANT USAGE ON SCHEMA nation TO concord_writer, concord_reader;
GRANT ALL ON SCHEMA nation TO concord_projector;
ALTER DEFAULT PRIVILEGES IN SCHEMA nation GRANT ALL ON TABLES TO concord_projector;
ALTER DEFAULT PRIVILEGES IN SCHEMA nation GRANT SELECT ON TABLES TO concord_writer, concord_reader;

CREATE TABLE nation.feeds (
    place        text        PRIMARY KEY CHECK (place ~ '^\d{6}$'),
    log          uuid        NOT NULL,
    position     bigint      NOT NULL DEFAULT 0 CHECK (position >= 0),
    recorded_at  timestamptz,
    heard_at     timestamptz,
    status       text        NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'stopped', 'left')),
    class        text        CHECK (class IN ('missing', 'altered', 'disordered', 'foreign')),
    reason       text,
    stopped_at   bigint,
    wanted_from  bigint,
    wanted_until bigint,
    asked_at     timestamptz,
    CONSTRAINT stopped_says_why CHECK (
        (status = 'stopped') = (class IS NOT NULL AND reason IS NOT NULL AND stopped_at IS NOT NULL)
    ),
    CONSTRAINT wanted_is_a_range CHECK ((wanted_from IS NULL) = (wanted_until IS NULL) AND wanted_from <= wanted_until)
);
COMMENT ON COLUMN nation.feeds.log IS 'The log that the nation pinned when the province joined';
COMMENT ON COLUMN nation.feeds.position IS 'Everything up to here is in the replica, without a hole';
COMMENT ON COLUMN nation.feeds.recorded_at IS 'When the event at position was recorded in the province';
COMMENT ON COLUMN nation.feeds.heard_at IS 'When a message of the province came last, whatever was in it';
COMMENT ON COLUMN nation.feeds.status IS 'left: belongs no longer, and is read no longer; its replica stays';
COMMENT ON COLUMN nation.feeds.stopped_at IS 'Position at which the feed stopped';
COMMENT ON COLUMN nation.feeds.wanted_from IS 'First position that the province is asked to send again; up to wanted_until';

-- position never goes back in a province, so its index is packed full.
CREATE TABLE nation.replica (
    place       text        NOT NULL,
    position    bigint      NOT NULL CHECK (position > 0),
    stream      uuid        NOT NULL,
    version     int         NOT NULL CHECK (version > 0),
    type        text        NOT NULL,
    recorded_at timestamptz NOT NULL,
    state       bytea       NOT NULL,
    PRIMARY KEY (place, position),
    UNIQUE (place, stream, version)
);
CREATE INDEX replica_of_type ON nation.replica (type, place, position);
COMMENT ON TABLE nation.replica IS 'The provinces'' events as they came: stored bytes, positions and versions are the province''s';

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON nation.replica
    FOR EACH STATEMENT EXECUTE FUNCTION register.refuse_change();
-- ALWAYS: session_replication_role = replica does not switch it off.
ALTER TABLE nation.replica ENABLE ALWAYS TRIGGER append_only;

CREATE TABLE nation.offsets (
    place       text   NOT NULL,
    partition   int    NOT NULL CHECK (partition >= 0),
    next_offset bigint NOT NULL CHECK (next_offset >= 0),
    PRIMARY KEY (place, partition)
);
COMMENT ON COLUMN nation.offsets.next_offset IS 'Every message before it is in the replica or was refused; moved in the transaction of the rows';
