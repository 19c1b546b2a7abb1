-- How far the nation has folded each province's replica, and what the nation itself decided about their units.
-- The tables of the rows are made by the projector from the projections' table.sql.
CREATE TABLE nation.projected (
    place      text        PRIMARY KEY CHECK (place ~ '^\d{6}$'),
    version    bigint      NOT NULL,
    position   bigint      NOT NULL DEFAULT 0 CHECK (position >= 0),
    as_of      timestamptz,
    status     text        NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'stopped')),
    error      text,
    failed_at  bigint,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT stopped_says_why CHECK ((status = 'stopped') = (error IS NOT NULL))
);
COMMENT ON COLUMN nation.projected.version IS 'Of the projections by which the tables were made';
COMMENT ON COLUMN nation.projected.position IS 'Of the province''s last event taken in; its rows are there in the same transaction';
COMMENT ON COLUMN nation.projected.as_of IS 'When that event was recorded in the province';
COMMENT ON COLUMN nation.projected.failed_at IS 'Position of the event that could not be folded';

CREATE TABLE nation.decided (
    position        bigint      PRIMARY KEY,
    province        text        NOT NULL,
    unit            uuid        NOT NULL,
    command         uuid        NOT NULL,
    declined        uuid        NOT NULL,
    seen_version    int         NOT NULL,
    decision        text        NOT NULL,
    type            text        NOT NULL,
    title           text,
    document_number text,
    term_from       date,
    recorded_at     timestamptz NOT NULL
);
CREATE INDEX decided_of_unit ON nation.decided (province, unit);
COMMENT ON TABLE nation.decided IS 'National decisions in the nation''s own register, one row each';
COMMENT ON COLUMN nation.decided.command IS 'The cause that the province''s event names';
COMMENT ON COLUMN nation.decided.declined IS 'The province''s stream in which it says what the law refused';
COMMENT ON COLUMN nation.decided.term_from IS 'As the nation decided it; empty where it left the day to the province';
