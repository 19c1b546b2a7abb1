CREATE TABLE {table} (
    unit            uuid        NOT NULL,
    signal          text        NOT NULL,
    valid_from      date        NOT NULL,
    valid_until     date,
    version         int         NOT NULL,
    unit_name       text        NOT NULL,
    place           text        NOT NULL,
    standing        text        NOT NULL,
    source          text        NOT NULL,
    category        text        NOT NULL,
    severity        int         NOT NULL,
    grave           boolean     NOT NULL,
    stated          int         NOT NULL,
    occurred_on     date        NOT NULL,
    reported_on     date        NOT NULL,
    recorded_at     timestamptz NOT NULL,
    people          int,
    amount_fen      bigint,
    case_number     text,
    outcome         text,
    ground          text,
    assessed        int,
    assessed_on     date,
    withdrawn       boolean     NOT NULL,
    handled         boolean     NOT NULL,
    open            boolean     NOT NULL,
    freezing        boolean     NOT NULL,
    checks          int[]       NOT NULL,
    rectifications  int[]       NOT NULL,
    proposals       int[]       NOT NULL
);
COMMENT ON COLUMN {table}.valid_from IS 'The first day on which the signal reads so, and valid_until the last; empty for ever';
COMMENT ON COLUMN {table}.version IS 'Of the entry by which the signal was recorded';
COMMENT ON COLUMN {table}.standing IS 'Of the unit, the best of all titles';
COMMENT ON COLUMN {table}.stated IS 'Severity as the source gave it; severity as it counts (floors of the pack, amendments)';
COMMENT ON COLUMN {table}.grave IS 'Of a severity that freezes a unit, by the pack of those days';
COMMENT ON COLUMN {table}.assessed IS 'Version of the entry by which it was assessed';
COMMENT ON COLUMN {table}.handled IS 'Withdrawn, or assessed and, if serious, answered by a proposal or the reason why none is made';
COMMENT ON COLUMN {table}.open IS 'Neither withdrawn nor settled';
COMMENT ON COLUMN {table}.freezing IS 'Stops publicity, naming, extension and incentives';
COMMENT ON COLUMN {table}.checks IS 'Versions of the checks ordered because of it; rectifications and proposals likewise';
