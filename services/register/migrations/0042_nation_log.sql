-- In a province: which log is the nation's, where no setting says so. The first that is heard is pinned.
CREATE TABLE intake.nation (
    one       boolean     PRIMARY KEY DEFAULT true CHECK (one),
    log       uuid        NOT NULL,
    pinned_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN intake.nation.log IS 'Decisions of another log are dead letters; an operator deletes the row where the nation began a new one';
