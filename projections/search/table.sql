CREATE TABLE {table} (
    unit        uuid    NOT NULL,
    valid_from  date    NOT NULL,
    valid_until date,
    kind        text,
    name        text    NOT NULL,
    folded      text    NOT NULL,
    code        text    NOT NULL,
    place       text    NOT NULL,
    pinyin      text    NOT NULL,
    initials    text    NOT NULL,
    standing    text    NOT NULL,
    closed      boolean NOT NULL,
    plaques     text[]  NOT NULL
);
COMMENT ON COLUMN {table}.valid_from IS 'The first day on which the unit reads so, and valid_until the last; empty for ever';
COMMENT ON COLUMN {table}.folded IS 'The name as names are compared (events/folding.py)';
COMMENT ON COLUMN {table}.code IS 'As names are compared';
COMMENT ON COLUMN {table}.pinyin IS 'Of the name, letters and digits only';
COMMENT ON COLUMN {table}.initials IS 'Of the syllables of the name';
COMMENT ON COLUMN {table}.standing IS 'The best of all titles';
COMMENT ON COLUMN {table}.plaques IS 'The codes of all plaques that the unit was ever given';
