CREATE TABLE {table} (
    unit   uuid  NOT NULL,
    code   text  NOT NULL,
    name   text  NOT NULL,
    place  text  NOT NULL,
    grants jsonb NOT NULL
);
COMMENT ON COLUMN {table}.code IS 'As codes are compared';
COMMENT ON COLUMN {table}.grants IS 'Every grant of it: title, first and last day, state, and since when and by what it is in that state';
