-- Each province tells how far its log goes: what is behind, lost at the end, beyond it, or of another time is seen.
ALTER TABLE nation.feeds
    ADD COLUMN told_position bigint CHECK (told_position >= 0),
    ADD COLUMN told_at timestamptz,
    ADD COLUMN skew_seconds double precision,
    DROP CONSTRAINT feeds_class_check,
    ADD CONSTRAINT feeds_class_check CHECK (class IN ('missing', 'altered', 'disordered', 'foreign', 'branched'));
COMMENT ON COLUMN nation.feeds.told_position IS 'How far the province said last that its log goes; what it is ahead of position is the lag';
COMMENT ON COLUMN nation.feeds.skew_seconds IS 'How far the province''s clock was ahead of the nation''s when it said so; negative: behind';
