CREATE TABLE {table} (
    stream     uuid    NOT NULL,
    kind       text    NOT NULL,
    place      text,
    label      text    NOT NULL,
    label_en   text    NOT NULL,
    folded     text    NOT NULL,
    open       boolean NOT NULL,
    version    int     NOT NULL,
    position   bigint  NOT NULL,
    changed_on date    NOT NULL,
    next_due   date,
    posts_at   text[]  NOT NULL
) WITH (fillfactor = 80);
COMMENT ON COLUMN {table}.place IS 'Whose offices are in charge of it; empty where no place is';
COMMENT ON COLUMN {table}.label IS 'What people call it, and label_en in English where it has another name there';
COMMENT ON COLUMN {table}.folded IS 'The label as names are compared (events/folding.py)';
COMMENT ON COLUMN {table}.open IS 'Whether new acts may name it: it exists and was not closed';
COMMENT ON COLUMN {table}.changed_on IS 'The local day on which its last event was recorded; version and position are of that event';
COMMENT ON COLUMN {table}.next_due IS 'The earliest day by which something is owed in it';
COMMENT ON COLUMN {table}.posts_at IS 'Of an officer, the places of all posts ever given; nobody is in charge of officers by place';
