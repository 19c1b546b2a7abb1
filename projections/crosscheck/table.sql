CREATE TABLE {table} (
    unit             uuid    NOT NULL,
    valid_from       date    NOT NULL,
    valid_until      date,
    code             text    NOT NULL,
    name             text    NOT NULL,
    closed           boolean NOT NULL,
    since            date    NOT NULL,
    title            text,
    title_version    int,
    named_by         uuid,
    term_from        date,
    term_until       date,
    named_until      date,
    lawful_until     date,
    sanction         text,
    sanction_version int,
    sanction_on      date,
    finding          int,
    finding_on       date,
    checked_on       date,
    missed           date[]  NOT NULL,
    carried          uuid[]  NOT NULL,
    carried_versions int[]   NOT NULL,
    carried_on       date[]  NOT NULL,
    handed_to        text,
    handed_paper     text,
    handed_version   int,
    handed_on        date,
    goes_along       text[]  NOT NULL,
    received_from    text,
    received_paper   text,
    received_version int,
    received_on      date,
    came_along       text[]  NOT NULL
);
COMMENT ON COLUMN {table}.valid_from IS 'The first day on which the unit reads so, and valid_until the last; empty for ever';
COMMENT ON COLUMN {table}.since IS 'The day of the unit''s first entry in the province';
COMMENT ON COLUMN {table}.title IS 'The national title of which no end is recorded, whatever its term; empty where none is. title_version is its naming';
COMMENT ON COLUMN {table}.named_by IS 'The nation''s command that caused the naming; empty where the province named by itself';
COMMENT ON COLUMN {table}.named_until IS 'The end of the term as it was named; term_until as it stands';
COMMENT ON COLUMN {table}.lawful_until IS 'The end of a term of the length that the policy gives the title, from term_from';
COMMENT ON COLUMN {table}.sanction IS 'revoked, serious or frozen: the gravest that stands against the unit in the province';
COMMENT ON COLUMN {table}.finding IS 'Version of another province''s finding that was not handled yet';
COMMENT ON COLUMN {table}.checked_on IS 'The day of the last check, cross-inspection or verification';
COMMENT ON COLUMN {table}.missed IS 'Days on which an office missed a deadline about the unit';
COMMENT ON COLUMN {table}.carried IS 'Commands of the nation by which entries of the unit were caused';
COMMENT ON COLUMN {table}.carried_versions IS 'The versions of those entries, and carried_on their days, in the same order';
COMMENT ON COLUMN {table}.handed_paper IS 'The digest of the paper on which the unit was handed over to another province last; handed_to where it went';
COMMENT ON COLUMN {table}.goes_along IS 'Titles with their terms and waiting times, as that entry says; came_along as the receiving one does';
COMMENT ON COLUMN {table}.received_paper IS 'The digest of the paper on which it was received from another province last; received_from where it came from';
