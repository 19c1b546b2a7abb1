CREATE TABLE {table} (
    unit     uuid    NOT NULL,
    kind     text,
    name     text    NOT NULL,
    code     text    NOT NULL,
    place    text    NOT NULL,
    pinyin   text    NOT NULL,
    initials text    NOT NULL,
    standing text    NOT NULL,
    closed   boolean NOT NULL
);
COMMENT ON COLUMN {table}.name IS 'In lower case, as it is searched';
COMMENT ON COLUMN {table}.code IS 'In lower case, as it is searched';
COMMENT ON COLUMN {table}.pinyin IS 'Of the name, letters and digits only';
COMMENT ON COLUMN {table}.initials IS 'Of the syllables of the name';
COMMENT ON COLUMN {table}.standing IS 'The best of all titles';
