CREATE TABLE {table} (
    unit         uuid        NOT NULL,
    valid_from   date        NOT NULL,
    valid_until  date,
    kind         text,
    sub_kind     text,
    name         text        NOT NULL,
    folded       text        NOT NULL,
    code         text        NOT NULL,
    place        text        NOT NULL,
    prefecture   text,
    ownership    text,
    industry     text,
    headcount    int,
    provisional  boolean     NOT NULL,
    closed       boolean     NOT NULL,
    titles       jsonb       NOT NULL,
    standing     text        NOT NULL,
    title        text,
    step         text        NOT NULL,
    step_title   text,
    step_since   date,
    watch        text        NOT NULL,
    term_end     date,
    open_signals int         NOT NULL,
    contact      uuid,
    next_kind    text,
    next_due     date,
    version      int         NOT NULL,
    position     bigint      NOT NULL,
    last_type    text        NOT NULL,
    last_zh      text        NOT NULL,
    last_en      text        NOT NULL,
    last_on      date        NOT NULL,
    recorded_at  timestamptz NOT NULL,
    grams        text[]      NOT NULL GENERATED ALWAYS AS (projections.grams(folded)) STORED
) WITH (fillfactor = 80);
COMMENT ON COLUMN {table}.valid_from IS 'The first day on which the unit reads so, and valid_until the last; empty for ever';
COMMENT ON COLUMN {table}.folded IS 'The name as names are compared (events/folding.py)';
COMMENT ON COLUMN {table}.grams IS 'The pieces of folded, kept: a part that every other name has is found by reading the rows, not by making the pieces of each';
COMMENT ON COLUMN {table}.provisional IS 'Known by a signal only';
COMMENT ON COLUMN {table}.titles IS 'Every title held, gone or in reserve: its standing, term_from, term_until, and whether it was carried in and not judged here';
COMMENT ON COLUMN {table}.standing IS 'The best of all titles; none where there is no title';
COMMENT ON COLUMN {table}.title IS 'The title of that standing; of two the one of the higher level';
COMMENT ON COLUMN {table}.step IS 'Of the open application that moved last, or how far the report before it is';
COMMENT ON COLUMN {table}.step_since IS 'The day from which it stands at that step';
COMMENT ON COLUMN {table}.term_end IS 'The earliest end of a title held whose term is not over';
COMMENT ON COLUMN {table}.next_due IS 'The earliest day by which something is owed for the unit, and next_kind what';
COMMENT ON COLUMN {table}.position IS 'Of the last event of the unit, and version, last_… and recorded_at what it was';
