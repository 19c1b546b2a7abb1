CREATE TABLE {table} (
    unit           uuid    NOT NULL,
    key            text    NOT NULL,
    since          date    NOT NULL,
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
    unit_name      text    NOT NULL,
    place          text    NOT NULL
);
COMMENT ON COLUMN {table}.key IS 'Kind and ref: what a unit.deadline-missed names it by';
COMMENT ON COLUMN {table}.since IS 'The day from which it is owed';
COMMENT ON COLUMN {table}.holder IS '"unit", or level:place of the office that owes it';
COMMENT ON COLUMN {table}.state IS 'open, missed (recorded as missed and still owed), met';
COMMENT ON COLUMN {table}.late IS 'Met, after its day';
COMMENT ON COLUMN {table}.met_version IS 'The entry from which it was owed no more';
COMMENT ON COLUMN {table}.place IS 'Of the unit, as it is now';
