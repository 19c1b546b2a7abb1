CREATE TABLE {table} (
    stream         uuid    NOT NULL,
    key            text    NOT NULL,
    since          date    NOT NULL,
    stream_kind    text    NOT NULL,
    unit           uuid,
    kind           text    NOT NULL,
    ref            text    NOT NULL,
    holder         text    NOT NULL,
    due            date    NOT NULL,
    clause         text    NOT NULL,
    state          text    NOT NULL,
    late           boolean NOT NULL,
    met_on         date,
    met_version    int,
    missed_on      date,
    missed_version int,
    label          text    NOT NULL,
    place          text,
    assigned_to    uuid,
    deputy         uuid
);
COMMENT ON COLUMN {table}.key IS 'Kind and ref: what a missed deadline names it by';
COMMENT ON COLUMN {table}.since IS 'The day from which it is owed';
COMMENT ON COLUMN {table}.unit IS 'The stream, where it is a unit''s';
COMMENT ON COLUMN {table}.holder IS '"unit", or level:place of the office that owes it';
COMMENT ON COLUMN {table}.state IS 'open, suspended (its clock stands), missed (recorded as missed and still owed), met, released; overdue is what is open or missed after due';
COMMENT ON COLUMN {table}.late IS 'Met, after its day';
COMMENT ON COLUMN {table}.met_version IS 'The entry from which it was owed no more';
COMMENT ON COLUMN {table}.label IS 'What people call the stream, as it is now';
COMMENT ON COLUMN {table}.place IS 'Of the stream, as it is now; where it has none, of the office that owes it';
COMMENT ON COLUMN {table}.assigned_to IS 'Whose it is in the office that owes it; empty where the office has not said';
COMMENT ON COLUMN {table}.deputy IS 'Who stands in for them';
