-- What crosses the wire is signed: messages that a province did not sign are passed over, and counted.
ALTER TABLE nation.feeds
    ADD COLUMN forged bigint NOT NULL DEFAULT 0 CHECK (forged >= 0),
    ADD COLUMN forged_at timestamptz,
    ADD COLUMN forged_reason text,
    ADD CONSTRAINT forged_says_what CHECK ((forged > 0) = (forged_at IS NOT NULL AND forged_reason IS NOT NULL));
COMMENT ON COLUMN nation.feeds.forged IS 'Messages of the topic that the province''s register did not sign; none has an effect';

-- In a province: which nation is recognised stands in the register (register.nation-recognised.v1), and is not
-- guessed from what is heard first.
DROP TABLE intake.nation;
CREATE TABLE intake.nation_keys (
    log      uuid   NOT NULL,
    position bigint NOT NULL CHECK (position > 0),
    state    bytea  NOT NULL,
    PRIMARY KEY (log, position)
);
COMMENT ON TABLE intake.nation_keys IS 'The nation''s events by which it rotated to another signing key, as they came, believed by the key before';
GRANT SELECT, INSERT ON intake.nation_keys TO concord_writer;
