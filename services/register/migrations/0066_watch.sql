-- The last day on which the timekeeper looked through every stream by the law, whatever the projections said.
CREATE TABLE register.watch (
    is_one     boolean PRIMARY KEY DEFAULT true CHECK (is_one),
    watched_on date    NOT NULL
);
COMMENT ON COLUMN register.watch.watched_on IS 'A day in China; days between this one and today were not watched';

GRANT SELECT, INSERT, UPDATE ON register.watch TO concord_writer;
GRANT SELECT ON register.watch TO concord_reader;
